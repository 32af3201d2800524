using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class PublicationFollowerTests : FollowedPublication
{
    [Fact]
    public async Task Verifies_a_license_from_the_publication()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.Equal(VerdictValue.Valid, Judge(view, license));
    }

    [Theory]
    [InlineData(Standing.Revoked, VerdictValue.Revoked)]
    [InlineData(Standing.Suspended, VerdictValue.Suspended)]
    [InlineData(Standing.Superseded, VerdictValue.Superseded)]
    [InlineData(Standing.Cancelled, VerdictValue.Cancelled)]
    public async Task A_change_is_seen_in_the_next_round(Standing standing, VerdictValue expected)
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Publication.Change(license, standing);
        Publication.Publish();
        Assert.Equal(expected, Judge(await FollowAsync(follower), license));
    }

    [Fact]
    public async Task A_former_view_keeps_the_standings_of_its_own_log_size()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        var before = await FollowAsync(follower);
        Publication.Change(license, Standing.Revoked);
        Publication.Publish();
        await FollowAsync(follower);
        Assert.Equal(VerdictValue.Valid, Judge(before, license));
    }

    [Fact]
    public async Task A_stolen_key_makes_no_valid_license()
    {
        Publication.Issue(1);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.Equal(VerdictValue.Invalid, Judge(view, Publication.Authority.Issue(1, name: "福州冒名有限公司")));
        Assert.Equal(VerdictValue.Unknown, Judge(view, Publication.Authority.Issue(2, name: "福州冒名有限公司")));
    }

    [Fact]
    public async Task A_frozen_publication_turns_stale_and_never_stays_valid()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Clock.Now = TestAuthority.Now.AddSeconds(TestAuthority.MaxAge + 1);
        Assert.Equal(VerdictValue.Stale, Judge(await FollowAsync(follower), license));
    }

    [Fact]
    public async Task A_new_cosignature_alone_keeps_it_fresh()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Clock.Now = TestAuthority.Now.AddSeconds(TestAuthority.MaxAge + 1);
        Publication.Publish(Clock.Now);
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(follower), license));
    }

    [Fact]
    public async Task Knows_the_newest_version_of_a_code_and_its_face()
    {
        var first = Publication.Issue(1);
        Publication.Issue(2, version: 2);
        Publication.Change(first, Standing.Superseded);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        var newest = view.VerifyNewest(first.Claims.CreditCode, Clock.Now)!;
        Assert.Equal((VerdictValue.Valid, 2, "福州市鼓楼区示例路1号"), (newest.Value, newest.Token!.Version, newest.Face!.Address));
        Assert.Equal(2, view.Verify(new TokenArtefact(first.Token, null), Clock.Now).NewerVersion);
    }

    [Fact]
    public async Task A_code_without_a_license_is_unknown()
    {
        Publication.Issue(1);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.True(CreditCode.TryParse("91110000600037341L", out var code, out _));
        Assert.Null(view.VerifyNewest(code, Clock.Now));
        Assert.Equal(VerdictValue.Unknown, view.Verify(new CodeArtefact(code), Clock.Now).Value);
    }

    [Fact]
    public async Task A_withdrawn_face_leaves_the_token_verifiable()
    {
        var license = Publication.Issue(1);
        Publication.Withdraw(0);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.Equal(VerdictValue.Valid, Judge(view, license));
        Assert.Null(view.NewestToken(license.Claims.CreditCode));
        Assert.Equal(VerdictValue.Unknown, view.VerifyNewest(license.Claims.CreditCode, Clock.Now)!.Value);
    }

    [Fact]
    public async Task A_token_is_completed_with_its_published_face()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        var verdict = view.WithPublishedFace(view.Verify(new TokenArtefact(license.Token, null), Clock.Now));
        Assert.Equal("软件开发", verdict.Face!.BusinessScope);
    }

    [Fact]
    public async Task A_token_seen_before_has_the_verdict_of_one_never_seen()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var artefact = new TokenArtefact(license.Token, null);
        var follower = Follower();
        var view = await FollowAsync(follower);
        var first = VerdictJson.Write(view.Verify(artefact, Clock.Now));
        Assert.Equal(first, VerdictJson.Write(view.Verify(artefact, Clock.Now)));

        Publication.Change(license, Standing.Revoked);
        Publication.Publish();
        var seen = VerdictJson.Write((await FollowAsync(follower)).Verify(artefact, Clock.Now));
        var neverSeen = VerdictJson.Write((await FollowAsync(Follower(deleteState: true))).Verify(artefact, Clock.Now));
        Assert.Equal(neverSeen, seen);
        Assert.NotEqual(first, seen);
    }

    [Fact]
    public async Task A_token_seen_before_is_judged_without_garbage()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.Equal(VerdictValue.Valid, view.Judge(license.Token, Clock.Now).Value);
        Assert.Equal(VerdictValue.Valid, view.Judge(license.Token, Clock.Now).Value);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            view.Judge(license.Token, Clock.Now);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task An_unknown_kind_from_128_on_is_skipped()
    {
        Publication.AppendKind(128);
        var license = Publication.Issue(1);
        Publication.Publish();
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(Follower()), license));
    }

    [Fact]
    public async Task A_partial_bundle_that_became_full_is_read_from_the_full_one()
    {
        Publication.IssueMany(3);
        Publication.Publish();
        var early = Publication.Read("log/checkpoint");
        for (var i = 3; i < 256; i++)
            Publication.Issue(i);
        Publication.Publish();
        Publication.Write("log/checkpoint", early);
        File.Delete(Publication.PathOf("log/tile/entries/000.p/3"));
        Assert.Equal(3, (await FollowAsync(Follower())).Checkpoint.Size);
    }

    [Fact]
    public async Task Goes_on_from_its_state_over_many_tiles()
    {
        Publication.IssueMany(300);
        Publication.Publish();
        await FollowAsync(Follower());
        var license = Publication.Issue(1000);
        Publication.Publish();
        // What is behind the frontier is not read again.
        File.Delete(Publication.PathOf("log/tile/entries/000"));
        var follower = Follower();
        var result = await follower.PollAsync(CancellationToken.None);
        Assert.Equal((301L, 1, null), (result.LogSize, result.NewEntries, result.Refusal));
        Assert.Equal(VerdictValue.Valid, Judge(follower.View!, license));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_its_state_it_comes_to_the_same_verdicts(bool garbled)
    {
        var licenses = Enumerable.Range(0, 20).Select(i => Publication.Issue(i)).ToArray();
        Publication.Change(licenses[3], Standing.Revoked);
        Publication.Change(licenses[4], Standing.Suspended);
        Publication.Publish();
        var before = await FollowAsync(Follower());
        var expected = licenses.Select(license => Judge(before, license)).ToArray();
        var follower = Follower(deleteState: true);
        if (garbled)
        {
            Directory.CreateDirectory(State);
            File.WriteAllText(Path.Combine(State, "lookup.db"), "no database");
        }

        var after = await FollowAsync(follower);
        Assert.Equal(expected, licenses.Select(license => Judge(after, license)));
    }

    [Fact]
    public async Task An_empty_publication_has_an_empty_log()
    {
        Publication.Publish();
        Assert.Equal(0, (await FollowAsync(Follower())).Checkpoint.Size);
    }

    [Fact]
    public async Task Running_it_takes_over_each_new_checkpoint()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var running = follower.RunAsync(followed: null, stop.Token);
        while (follower.View is null)
            await Task.Delay(10, stop.Token);
        Publication.Change(license, Standing.Revoked);
        Publication.Publish();
        while (Judge(follower.View, license) != VerdictValue.Revoked)
            await Task.Delay(10, stop.Token);
        await stop.CancelAsync();
        await running;
    }
}
