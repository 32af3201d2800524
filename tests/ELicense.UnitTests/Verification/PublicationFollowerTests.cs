using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class PublicationFollowerTests : IDisposable
{
    private readonly PublicationBuilder _publication = new();
    private readonly FixedClock _clock = new() { Now = TestAuthority.Now };
    private readonly string _folder = Directory.CreateTempSubdirectory("follower-").FullName;
    private readonly List<PublicationFollower> _followers = [];

    private string State => Path.Combine(_folder, "state");

    private string HighWater => Path.Combine(_folder, "mark");

    public void Dispose()
    {
        _followers.ForEach(follower => follower.Dispose());
        _publication.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Verifies_a_license_from_the_publication()
    {
        var license = _publication.Issue(1);
        _publication.Publish();
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
        var license = _publication.Issue(1);
        _publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        _publication.Change(license, standing);
        _publication.Publish();
        Assert.Equal(expected, Judge(await FollowAsync(follower), license));
    }

    [Fact]
    public async Task A_former_view_keeps_the_standings_of_its_own_log_size()
    {
        var license = _publication.Issue(1);
        _publication.Publish();
        var follower = Follower();
        var before = await FollowAsync(follower);
        _publication.Change(license, Standing.Revoked);
        _publication.Publish();
        await FollowAsync(follower);
        Assert.Equal(VerdictValue.Valid, Judge(before, license));
    }

    [Fact]
    public async Task A_stolen_key_makes_no_valid_license()
    {
        _publication.Issue(1);
        _publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.Equal(VerdictValue.Invalid, Judge(view, _publication.Authority.Issue(1, name: "福州冒名有限公司")));
        Assert.Equal(VerdictValue.Unknown, Judge(view, _publication.Authority.Issue(2, name: "福州冒名有限公司")));
    }

    [Fact]
    public async Task A_frozen_publication_turns_stale_and_never_stays_valid()
    {
        var license = _publication.Issue(1);
        _publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        _clock.Now = TestAuthority.Now.AddSeconds(TestAuthority.MaxAge + 1);
        Assert.Equal(VerdictValue.Stale, Judge(await FollowAsync(follower), license));
    }

    [Fact]
    public async Task A_new_cosignature_alone_keeps_it_fresh()
    {
        var license = _publication.Issue(1);
        _publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        _clock.Now = TestAuthority.Now.AddSeconds(TestAuthority.MaxAge + 1);
        _publication.Publish(_clock.Now);
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(follower), license));
    }

    [Fact]
    public async Task Knows_the_newest_version_of_a_code_and_its_face()
    {
        var first = _publication.Issue(1);
        _publication.Issue(2, version: 2);
        _publication.Change(first, Standing.Superseded);
        _publication.Publish();
        var view = await FollowAsync(Follower());
        var newest = view.VerifyNewest(first.Claims.CreditCode, _clock.Now)!;
        Assert.Equal((VerdictValue.Valid, 2, "福州市鼓楼区示例路1号"), (newest.Value, newest.Token!.Version, newest.Face!.Address));
        Assert.Equal(2, view.Verify(new TokenArtefact(first.Token, null), _clock.Now).NewerVersion);
    }

    [Fact]
    public async Task A_code_without_a_license_is_unknown()
    {
        _publication.Issue(1);
        _publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.True(CreditCode.TryParse("91110000600037341L", out var code, out _));
        Assert.Null(view.VerifyNewest(code, _clock.Now));
        Assert.Equal(VerdictValue.Unknown, view.Verify(new CodeArtefact(code), _clock.Now).Value);
    }

    [Fact]
    public async Task A_withdrawn_face_leaves_the_token_verifiable()
    {
        var license = _publication.Issue(1);
        _publication.Withdraw(0);
        _publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.Equal(VerdictValue.Valid, Judge(view, license));
        Assert.Null(view.NewestToken(license.Claims.CreditCode));
        Assert.Equal(VerdictValue.Unknown, view.VerifyNewest(license.Claims.CreditCode, _clock.Now)!.Value);
    }

    [Fact]
    public async Task A_token_is_completed_with_its_published_face()
    {
        var license = _publication.Issue(1);
        _publication.Publish();
        var view = await FollowAsync(Follower());
        var verdict = view.WithPublishedFace(view.Verify(new TokenArtefact(license.Token, null), _clock.Now));
        Assert.Equal("软件开发", verdict.Face!.BusinessScope);
    }

    [Fact]
    public async Task An_older_checkpoint_is_a_rollback()
    {
        _publication.Issue(1);
        _publication.Publish();
        var older = _publication.Read("log/checkpoint");
        _publication.Issue(2);
        _publication.Publish();
        await FollowAsync(Follower());
        _publication.Write("log/checkpoint", older);
        Assert.Equal(Codes.LogRollback, await RefusedAsync(Follower(deleteState: true)));
    }

    [Fact]
    public async Task An_older_trust_card_is_a_rollback()
    {
        _publication.TrustVersion = 2;
        _publication.Publish();
        await FollowAsync(Follower());
        _publication.TrustVersion = 1;
        _publication.WriteTrust();
        Assert.Equal(Codes.TrustRollback, await RefusedAsync(Follower(deleteState: true)));
    }

    [Fact]
    public async Task Another_log_of_the_same_size_is_a_fork()
    {
        _publication.Issue(1);
        _publication.Publish();
        await FollowAsync(Follower());
        _publication.CutTo(0);
        _publication.Issue(2);
        _publication.Publish();
        Assert.Equal(Codes.LogFork, await RefusedAsync(Follower(deleteState: true)));
    }

    [Fact]
    public async Task A_longer_log_that_does_not_pass_through_what_was_seen_is_a_fork()
    {
        _publication.Issue(1);
        _publication.Publish();
        await FollowAsync(Follower());
        _publication.CutTo(0);
        _publication.Issue(2);
        _publication.Issue(3);
        _publication.Publish();
        Assert.Equal(Codes.LogFork, await RefusedAsync(Follower()));
        Assert.Equal(Codes.LogFork, await RefusedAsync(Follower(deleteState: true)));
    }

    [Fact]
    public async Task A_cosignature_older_than_the_mark_is_refused()
    {
        _publication.Issue(1);
        _publication.Publish();
        await FollowAsync(Follower());
        _publication.Publish(TestAuthority.Now.AddSeconds(-1));
        Assert.Equal(Codes.ClockBackwards, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task What_is_refused_leaves_the_last_good_state()
    {
        var license = _publication.Issue(1);
        _publication.Publish();
        var follower = Follower();
        var before = await FollowAsync(follower);
        _publication.Issue(2);
        _publication.AppendKind(6);
        _publication.Publish();
        var result = await follower.PollAsync(CancellationToken.None);
        Assert.Equal((Codes.UnknownEntry, 1L), (result.Refusal!.Value.Code, result.LogSize));
        Assert.Same(before, follower.View);
        Assert.Equal(VerdictValue.Valid, Judge(follower.View!, license));
        Assert.Null(follower.View!.Lookup.Find(TestAuthority.List, 2));
    }

    [Fact]
    public async Task An_unknown_kind_from_128_on_is_skipped()
    {
        _publication.AppendKind(128);
        var license = _publication.Issue(1);
        _publication.Publish();
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(Follower()), license));
    }

    [Fact]
    public async Task A_standing_that_the_lifecycle_does_not_allow_is_refused()
    {
        var license = _publication.Issue(1);
        _publication.Change(license, Standing.Cancelled);
        _publication.Change(license, Standing.Valid);
        _publication.Publish();
        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task An_index_is_not_issued_twice()
    {
        _publication.Issue(1);
        _publication.Issue(1);
        _publication.Publish();
        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_standing_of_another_enterprises_index_is_refused()
    {
        _publication.Issue(1);
        _publication.Change(_publication.Authority.Issue(1, code: "91110000600037341L"), Standing.Revoked);
        _publication.Publish();
        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_list_that_is_not_the_authoritys_is_refused()
    {
        _publication.Append(LogEntryIn(list: 10).Encode());
        _publication.Publish();
        Assert.Equal(Codes.IssuerScope, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_truncated_bundle_is_refused()
    {
        _publication.IssueMany(3);
        _publication.Publish();
        _publication.Write("log/tile/entries/000.p/3", _publication.Read("log/tile/entries/000.p/3")[..^1]);
        Assert.Equal(Codes.Malformed, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_missing_bundle_is_named()
    {
        _publication.IssueMany(3);
        _publication.Publish();
        File.Delete(_publication.PathOf("log/tile/entries/000.p/3"));
        Assert.Equal(Codes.EntryMissing, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task A_partial_bundle_that_became_full_is_read_from_the_full_one()
    {
        _publication.IssueMany(3);
        _publication.Publish();
        var early = _publication.Read("log/checkpoint");
        for (var i = 3; i < 256; i++)
            _publication.Issue(i);
        _publication.Publish();
        _publication.Write("log/checkpoint", early);
        File.Delete(_publication.PathOf("log/tile/entries/000.p/3"));
        Assert.Equal(3, (await FollowAsync(Follower())).Checkpoint.Size);
    }

    [Fact]
    public async Task A_document_that_the_log_does_not_name_is_refused()
    {
        _publication.IssueMany(1);
        _publication.Publish();
        _publication.Flip("documents/000", 100);
        Assert.Equal(Codes.DocumentMismatch, await RefusedAsync(Follower()));
    }

    [Theory]
    [InlineData("trust.jws", 300, Codes.TrustSignature)]
    [InlineData("log/checkpoint", -3, Codes.CheckpointSignature)]
    public async Task A_changed_signed_file_is_refused(string path, int at, string code)
    {
        _publication.Issue(1);
        _publication.Publish();
        _publication.Flip(path, at);
        var refused = await RefusedAsync(Follower());
        Assert.True(refused == code || refused == Codes.Malformed, refused);
    }

    [Fact]
    public async Task Another_root_is_not_believed()
    {
        _publication.Publish();
        using var other = new TestAuthority();
        var follower = Keep(new PublicationFollower(
            PublicationSource.Open(_publication.Folder), new FollowerSettings(TrustAnchor.Fingerprint(other.RootFingerprint), null, null), _clock));
        Assert.Equal(Codes.TrustRoot, await RefusedAsync(follower));
    }

    [Fact]
    public async Task Goes_on_from_its_state_over_many_tiles()
    {
        _publication.IssueMany(300);
        _publication.Publish();
        await FollowAsync(Follower());
        var license = _publication.Issue(1000);
        _publication.Publish();
        // What is behind the frontier is not read again.
        File.Delete(_publication.PathOf("log/tile/entries/000"));
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
        var licenses = Enumerable.Range(0, 20).Select(i => _publication.Issue(i)).ToArray();
        _publication.Change(licenses[3], Standing.Revoked);
        _publication.Change(licenses[4], Standing.Suspended);
        _publication.Publish();
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
    public async Task An_unreadable_mark_is_not_taken_for_a_new_start()
    {
        _publication.Issue(1);
        _publication.Publish();
        await FollowAsync(Follower());
        File.WriteAllText(Directory.GetFiles(HighWater).Single(), "{}");
        Assert.Equal(Codes.HighWaterUnreadable, await RefusedAsync(Follower()));
    }

    [Fact]
    public async Task An_empty_publication_has_an_empty_log()
    {
        _publication.Publish();
        Assert.Equal(0, (await FollowAsync(Follower())).Checkpoint.Size);
    }

    [Fact]
    public async Task Running_it_takes_over_each_new_checkpoint()
    {
        var license = _publication.Issue(1);
        _publication.Publish();
        var follower = Follower();
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var running = follower.RunAsync(stop.Token);
        while (follower.View is null)
            await Task.Delay(10, stop.Token);
        _publication.Change(license, Standing.Revoked);
        _publication.Publish();
        while (Judge(follower.View, license) != VerdictValue.Revoked)
            await Task.Delay(10, stop.Token);
        await stop.CancelAsync();
        await running;
    }

    private LogEntry LogEntryIn(int list)
    {
        var license = _publication.Authority.Issue(1);
        return new LogEntry(
            LogEntryKind.LicenseIssued, 0, new EnterpriseSubject(license.Claims.CreditCode), list, 1, Standing.Valid, 0, license.Statement);
    }

    private PublicationFollower Follower(bool deleteState = false)
    {
        _followers.ForEach(follower => follower.Dispose());
        _followers.Clear();
        if (deleteState && Directory.Exists(State))
            Directory.Delete(State, recursive: true);
        return Keep(new PublicationFollower(
            PublicationSource.Open(_publication.Folder),
            new FollowerSettings(TrustAnchor.Fingerprint(_publication.Authority.RootFingerprint), State, HighWater), _clock));
    }

    private PublicationFollower Keep(PublicationFollower follower)
    {
        _followers.Add(follower);
        return follower;
    }

    private VerdictValue Judge(PublicationView view, TestLicense license) => view.Verify(new FileArtefact(license.Document, license.Token), _clock.Now).Value;

    private static async Task<PublicationView> FollowAsync(PublicationFollower follower)
    {
        var result = await follower.PollAsync(CancellationToken.None);
        Assert.Null(result.Refusal);
        return follower.View!;
    }

    private static async Task<string?> RefusedAsync(PublicationFollower follower) => (await follower.PollAsync(CancellationToken.None)).Refusal?.Code;

    private sealed class FixedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
