using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>What does not extend the log and the trust that were seen, or does not follow the rules, is refused with its code, and changes nothing.</summary>
public sealed class RefusedPublicationTests : FollowedPublication
{
    [Fact]
    public async Task An_older_checkpoint_is_a_rollback()
    {
        Publication.Issue(1);
        Publication.Publish();
        var older = Publication.Read("log/checkpoint");
        Publication.Issue(2);
        Publication.Publish();
        await FollowAsync(Follower());
        Publication.Write("log/checkpoint", older);
        Assert.Equal(Codes.LogRollback, await RefusedAsync(Follower(deleteState: true)));
    }

    [Fact]
    public async Task An_older_trust_card_is_a_rollback()
    {
        Publication.TrustVersion = 2;
        Publication.Publish();
        await FollowAsync(Follower());
        Publication.TrustVersion = 1;
        Publication.WriteTrust();
        Assert.Equal(Codes.TrustRollback, await RefusedAsync(Follower(deleteState: true)));
    }

    [Fact]
    public async Task Another_log_of_the_same_size_is_a_fork()
    {
        Publication.Issue(1);
        Publication.Publish();
        await FollowAsync(Follower());
        Publication.CutTo(0);
        Publication.Issue(2);
        Publication.Publish();
        Assert.Equal(Codes.LogFork, await RefusedAsync(Follower(deleteState: true)));
    }

    [Fact]
    public async Task A_longer_log_that_does_not_pass_through_what_was_seen_is_a_fork()
    {
        Publication.Issue(1);
        Publication.Publish();
        await FollowAsync(Follower());
        Publication.CutTo(0);
        Publication.Issue(2);
        Publication.Issue(3);
        Publication.Publish();
        Assert.Equal(Codes.LogFork, await RefusedAsync(Follower()));
        Assert.Equal(Codes.LogFork, await RefusedAsync(Follower(deleteState: true)));
    }

    [Fact]
    public async Task A_cosignature_older_than_the_mark_is_refused()
    {
        Publication.Issue(1);
        Publication.Publish();
        await FollowAsync(Follower());
        Publication.Publish(TestAuthority.Now.AddSeconds(-1));
        Assert.Equal(Codes.ClockBackwards, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task What_is_refused_leaves_the_last_good_state()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        var before = await FollowAsync(follower);
        Publication.Issue(2);
        Publication.AppendKind(6);
        Publication.Publish();
        var result = await follower.PollAsync(CancellationToken.None);
        Assert.Equal((Codes.UnknownEntry, 1L), (result.Refusal!.Value.Code, result.LogSize));
        Assert.Same(before, follower.View);
        Assert.Equal(VerdictValue.Valid, Judge(follower.View!, license));
        Assert.Null(follower.View!.Lookup.Find(TestAuthority.List, 2));
    }

    [Fact]
    public async Task A_log_that_grows_while_its_clock_stands_is_refused_until_the_clock_goes_on()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        var before = await FollowAsync(follower);
        Publication.Issue(2);
        Publication.Publish();
        Clock.Now = TestAuthority.Now.AddMinutes(6);
        Assert.Equal(Codes.ClockStands, await RefusedAsync(follower));
        Assert.Same(before, follower.View);
        Assert.Equal(VerdictValue.Valid, Judge(before, license));
        Clock.Now = TestAuthority.Now.AddSeconds(TestAuthority.MaxAge + 1);
        Assert.Equal(VerdictValue.Stale, Judge(before, license));
        Publication.Publish(Clock.Now);
        Assert.Equal(2, (await FollowAsync(follower)).Checkpoint.Size);
    }

    [Fact]
    public async Task A_card_that_was_good_is_refused_when_its_period_ends_though_no_byte_of_it_changed()
    {
        Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        // The card holds for 300 days from the authority's present on.
        Clock.Now = TestAuthority.Now.AddDays(300);
        Publication.Publish(Clock.Now);
        Assert.Equal(Codes.TrustExpired, await RefusedAsync(follower));
    }

    [Fact]
    public async Task Several_checkpoints_of_one_second_are_no_clock_that_stands()
    {
        Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Publication.Issue(2);
        Publication.Publish();
        Assert.Equal(2, (await FollowAsync(follower)).Checkpoint.Size);
    }

    [Fact]
    public async Task A_publication_that_stops_is_told_of_before_it_is_stale()
    {
        Publication.Issue(1);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        string[] told = [.. new[] { 0.5, 0.51, 1, 1.01 }.Select(part => view.Ageing(TestAuthority.Now.AddSeconds(part * TestAuthority.MaxAge))?.Code ?? "well")];
        Assert.Equal(["well", Codes.PublicationAgeing, Codes.PublicationAgeing, Codes.StatusStale], told);
    }

    [Fact]
    public async Task A_reader_whose_tile_was_replaced_fetches_the_newer_checkpoint()
    {
        Publication.Issue(1);
        Publication.Publish();
        // The publisher goes on just after the checkpoint was read, and drops the partial tile that it names.
        var source = new OvertakenSource(PublicationSource.Open(Publication.Folder), () =>
        {
            Publication.Issue(2);
            Publication.Publish();
            File.Delete(Publication.PathOf("log/tile/entries/000.p/1"));
        });
        var follower = Keep(new PublicationFollower(
            source, new FollowerSettings(TrustAnchor.Fingerprint(Publication.Authority.RootFingerprint), null, null), Clock));
        Assert.Equal(2, (await FollowAsync(follower)).Checkpoint.Size);
    }

    [Fact]
    public async Task A_standing_that_the_lifecycle_does_not_allow_is_refused()
    {
        var license = Publication.Issue(1);
        Publication.Change(license, Standing.Cancelled);
        Publication.Change(license, Standing.Valid);
        Publication.Publish();
        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task An_index_is_not_issued_twice()
    {
        Publication.Issue(1);
        Publication.Issue(1);
        Publication.Publish();
        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_standing_of_another_enterprises_index_is_refused()
    {
        Publication.Issue(1);
        Publication.Change(Publication.Authority.Issue(1, code: "91110000600037341L"), Standing.Revoked);
        Publication.Publish();
        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_list_that_is_not_the_authoritys_is_refused()
    {
        Publication.Append(LogEntryIn(list: 10).Encode());
        Publication.Publish();
        Assert.Equal(Codes.IssuerScope, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_truncated_bundle_is_refused()
    {
        Publication.IssueMany(3);
        Publication.Publish();
        Publication.Write("log/tile/entries/000.p/3", Publication.Read("log/tile/entries/000.p/3")[..^1]);
        Assert.Equal(Codes.Malformed, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_missing_bundle_is_named()
    {
        Publication.IssueMany(3);
        Publication.Publish();
        File.Delete(Publication.PathOf("log/tile/entries/000.p/3"));
        Assert.Equal(Codes.EntryMissing, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_document_that_the_log_does_not_name_is_refused()
    {
        Publication.IssueMany(1);
        Publication.Publish();
        Publication.Flip("documents/000", 100);
        Assert.Equal(Codes.DocumentMismatch, await RefusedAsync(Follower()));
    }

    [Theory]
    [InlineData("trust.jws", 300, Codes.TrustSignature)]
    [InlineData("log/checkpoint", -3, Codes.CheckpointSignature)]
    public async Task A_changed_signed_file_is_refused(string path, int at, string code)
    {
        Publication.Issue(1);
        Publication.Publish();
        Publication.Flip(path, at);
        var refused = await RefusedAsync(Follower());
        Assert.True(refused == code || refused == Codes.Malformed, refused);
    }

    [Fact]
    public async Task Another_root_is_not_believed()
    {
        Publication.Publish();
        using var other = new TestAuthority();
        var follower = Keep(new PublicationFollower(
            PublicationSource.Open(Publication.Folder), new FollowerSettings(TrustAnchor.Fingerprint(other.RootFingerprint), null, null), Clock));
        Assert.Equal(Codes.TrustRoot, await RefusedAsync(follower));
    }

    [Fact]
    public async Task An_unreadable_mark_is_not_taken_for_a_new_start()
    {
        Publication.Issue(1);
        Publication.Publish();
        await FollowAsync(Follower());
        File.WriteAllText(Directory.GetFiles(HighWater).Single(), "{}");
        Assert.Equal(Codes.HighWaterUnreadable, await RefusedAsync(Follower()));
    }

    /// <summary>Once, after the checkpoint was read, something happens to the publication.</summary>
    private sealed class OvertakenSource(PublicationSource source, Action then) : PublicationSource
    {
        private Action? _then = then;

        public override string Name => source.Name;

        public override async Task<byte[]?> ReadAsync(string path, int maxBytes, CancellationToken cancellation)
        {
            var read = await source.ReadAsync(path, maxBytes, cancellation);
            if (path == "log/checkpoint")
                Interlocked.Exchange(ref _then, null)?.Invoke();
            return read;
        }

        public override Task WaitForChangeAsync(TimeSpan atMost, CancellationToken cancellation) => source.WaitForChangeAsync(atMost, cancellation);
    }

    private LogEntry LogEntryIn(int list)
    {
        var license = Publication.Authority.Issue(1);
        return new LogEntry(
            LogEntryKind.LicenseIssued, 0, new EnterpriseSubject(license.Claims.CreditCode), list, 1, Standing.Valid, 0, license.Statement);
    }
}
