using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>"Was it valid on that day?"</summary>
public sealed class LicenseHistoryTests : FollowedPublication
{
    private static readonly DateTimeOffset Begin = TestAuthority.Now.AddDays(-9);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_day_has_the_standing_that_the_log_says(bool inOneRound)
    {
        var license = await ChangedAsync(inOneRound);
        var view = await FollowAsync(Follower());
        VerdictValue?[] days = [.. Enumerable.Range(-1, 10).Select(day => view.VerifyAt(license.Claims.CreditCode, Begin.AddDays(day))?.Value)];
        Assert.Equal(
            [null, VerdictValue.Valid, VerdictValue.Valid, VerdictValue.Suspended, VerdictValue.Suspended, VerdictValue.Valid, VerdictValue.Valid, VerdictValue.Revoked, VerdictValue.Revoked,
             VerdictValue.Revoked],
            days);
    }

    [Fact]
    public async Task Of_several_versions_the_newest_of_the_day_is_judged()
    {
        Publication.EntryTime = Begin;
        var first = Publication.Issue(1, version: 1);
        Publication.EntryTime = Begin.AddDays(2);
        Publication.Issue(2, version: 2);
        Publication.Change(first, Standing.Superseded);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        var (before, after) = (view.VerifyAt(first.Claims.CreditCode, Begin.AddDays(1))!, view.VerifyAt(first.Claims.CreditCode, Begin.AddDays(2))!);
        Assert.Equal([(1, VerdictValue.Valid), (2, VerdictValue.Valid)], [(before.Token!.Version, before.Value), (after.Token!.Version, after.Value)]);
    }

    [Fact]
    public async Task What_the_log_said_is_proven_from_its_tiles()
    {
        for (var i = 0; i < 300; i++)
            Publication.Issue(1000 + i);
        var license = await ChangedAsync(inOneRound: true);
        var view = await FollowAsync(Follower());
        var (proof, refusal) = await view.ProveAsync(license.Claims.List, license.Claims.Index, Begin.AddDays(3), TestContext.Current.CancellationToken);
        Assert.Null(refusal.Code);
        Assert.Equal([300L, 301L], proof!.Entries.Select(entry => entry.Position));
        Assert.All(proof.Entries, entry => Assert.True(entry.LeadsTo(view.Checkpoint.Size, view.Checkpoint.Root)));
        Assert.Equal([Standing.Valid, Standing.Suspended], proof.Entries.Select(entry => LogEntry.TryDecode(entry.Entry, out var decoded, out _) ? decoded.Standing : default));
        Assert.Equal(Publication.Read("log/checkpoint"), proof.Checkpoint.ToArray());
    }

    [Theory]
    [InlineData("log/tile/1/000.p/1", "tile-mismatch")]
    [InlineData("log/tile/0/001.p/48", "tile-mismatch")]
    [InlineData("log/tile/0/001.p/48", "entry-missing")]
    public async Task Tiles_that_contradict_the_checkpoint_prove_nothing(string path, string code)
    {
        for (var i = 0; i < 300; i++)
            Publication.Issue(1000 + i);
        var license = await ChangedAsync(inOneRound: true);
        var view = await FollowAsync(Follower());
        if (code == "entry-missing")
            File.Delete(Publication.PathOf(path));
        else
            Publication.Flip(path, 20);
        var (proof, refusal) = await view.ProveAsync(license.Claims.List, license.Claims.Index, Begin.AddDays(3), TestContext.Current.CancellationToken);
        Assert.Equal((null, code), (proof, refusal.Code));
    }

    /// <summary>Issued on day 0, suspended on day 2, resumed on day 4, revoked on day 6.</summary>
    private async Task<TestLicense> ChangedAsync(bool inOneRound)
    {
        Publication.EntryTime = Begin;
        var license = Publication.Issue(1);
        foreach (var (day, standing) in new[] { (2, Standing.Suspended), (4, Standing.Valid), (6, Standing.Revoked) })
        {
            if (!inOneRound)
            {
                Publication.Publish();
                await FollowAsync(Follower());
            }

            Publication.EntryTime = Begin.AddDays(day);
            Publication.Change(license, standing);
        }

        Publication.Publish();
        return license;
    }
}
