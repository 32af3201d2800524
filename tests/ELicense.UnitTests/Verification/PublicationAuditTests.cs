using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class PublicationAuditTests : IDisposable
{
    private readonly PublicationBuilder _publication = new();
    private readonly string _highWater = Directory.CreateTempSubdirectory("mark-").FullName;

    public void Dispose()
    {
        _publication.Dispose();
        Directory.Delete(_highWater, recursive: true);
    }

    [Fact]
    public async Task An_honest_publication_has_no_findings()
    {
        Make(300);
        var report = await AuditAsync();
        Assert.Empty(report.Findings);
        // By hand: 302 entries make tiles 0/000, 0/001.p/46 and 1/000.p/1; one list in two forms.
        Assert.Equal((302L, 3, 300, 2), (report.Entries, report.Tiles, report.Documents, report.StatusLists));
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    public async Task Full_and_partial_tiles_are_right_at_every_edge(int entries)
    {
        _publication.IssueMany(entries);
        _publication.Publish();
        Assert.Empty((await AuditAsync()).Findings);
    }

    [Theory]
    [InlineData("log/tile/entries/000")]
    [InlineData("log/tile/entries/001.p/46")]
    [InlineData("log/tile/0/000")]
    [InlineData("log/tile/0/001.p/46")]
    [InlineData("log/tile/1/000.p/1")]
    [InlineData("log/checkpoint")]
    [InlineData("documents/000")]
    [InlineData("documents/001")]
    [InlineData("status/licenses/3.cwt")]
    [InlineData("status/licenses/3.jwt")]
    [InlineData("trust.jws")]
    [InlineData("trust/1.jws")]
    public async Task A_flipped_byte_is_found_in_the_file_that_has_it(string path)
    {
        Make(300);
        _publication.Flip(path, _publication.Read(path).Length / 2);
        var findings = (await AuditAsync()).Findings;
        Assert.NotEmpty(findings);
        Assert.Contains(findings, finding => finding.Path == path || (path == "trust.jws" && finding.Path == "trust/1.jws"));
    }

    [Fact]
    public async Task A_changed_entry_is_named_by_its_position()
    {
        _publication.IssueMany(300);
        _publication.Publish();
        // The last byte of the bundle of 44 belongs to entry 299.
        _publication.Flip("log/tile/entries/001.p/44", -1);
        var finding = Assert.Single((await AuditAsync()).Findings, finding => finding.Refusal.Code == Codes.TileMismatch);
        Assert.Equal(("log/tile/entries/001.p/44", 299L), (finding.Path, finding.Position));
    }

    [Fact]
    public async Task A_changed_hash_is_laid_to_the_tile_not_to_the_entry()
    {
        _publication.IssueMany(300);
        _publication.Publish();
        _publication.Flip("log/tile/0/000", (32 * 7) + 1);
        var finding = Assert.Single((await AuditAsync()).Findings);
        Assert.Equal(("log/tile/0/000", 7L), (finding.Path, finding.Position));
    }

    [Fact]
    public async Task A_removed_entry_is_named()
    {
        _publication.IssueMany(20);
        _publication.Publish();
        const string path = "log/tile/entries/000.p/20";
        var bundle = _publication.Read(path);
        var first = 2 + (bundle[0] * 256) + bundle[1];
        _publication.Write(path, [.. bundle[..first], .. bundle[(2 * first)..]]);
        Assert.Contains((await AuditAsync()).Findings, finding => finding is { Path: path, Position: 1 });
    }

    [Fact]
    public async Task A_cut_tail_is_found_through_the_checkpoint()
    {
        _publication.IssueMany(300);
        _publication.Publish();
        File.Delete(_publication.PathOf("log/tile/entries/001.p/44"));
        Assert.Contains((await AuditAsync()).Findings, finding => finding is { Path: "log/tile/entries/001", Position: 256, Refusal.Code: Codes.EntryMissing });
    }

    [Fact]
    public async Task A_missing_tile_is_named()
    {
        _publication.IssueMany(300);
        _publication.Publish();
        File.Delete(_publication.PathOf("log/tile/1/000.p/1"));
        Assert.Equal("log/tile/1/000.p/1", Assert.Single((await AuditAsync()).Findings).Path);
    }

    [Fact]
    public async Task A_missing_pack_is_named_once()
    {
        _publication.IssueMany(300);
        _publication.Publish();
        File.Delete(_publication.PathOf("documents/000"));
        var finding = Assert.Single((await AuditAsync()).Findings);
        Assert.Equal(("documents/000", Codes.DocumentMismatch), (finding.Path, finding.Refusal.Code));
    }

    [Fact]
    public async Task A_withdrawn_face_is_no_finding()
    {
        _publication.IssueMany(5);
        _publication.Withdraw(2);
        _publication.Publish();
        var report = await AuditAsync();
        Assert.Empty(report.Findings);
        Assert.Equal(4, report.Documents);
    }

    [Fact]
    public async Task A_status_list_that_lags_is_compared_at_the_size_that_it_states()
    {
        var license = _publication.Issue(1);
        _publication.Publish();
        var list = _publication.Read("status/licenses/3.cwt");
        var jwt = _publication.Read("status/licenses/3.jwt");
        _publication.Change(license, Standing.Revoked);
        _publication.Publish();
        _publication.Write("status/licenses/3.cwt", list);
        _publication.Write("status/licenses/3.jwt", jwt);
        Assert.Empty((await AuditAsync()).Findings);
    }

    [Fact]
    public async Task A_status_list_that_hides_a_revocation_is_named()
    {
        _publication.Issue(1);
        _publication.Publish();
        // The revocation is in the log, but the list at the new size was made without it.
        var silent = _publication.Authority.Issue(1);
        _publication.Append(Entry(silent, Standing.Revoked));
        _publication.Publish();
        Assert.Equal(
            ["status/licenses/3.cwt", "status/licenses/3.jwt"],
            (await AuditAsync()).Findings.Where(finding => finding.Refusal.Code == Codes.StatusMismatch).Select(finding => finding.Path));
    }

    [Fact]
    public async Task An_expired_status_list_is_named()
    {
        _publication.Issue(1);
        _publication.Publish(TestAuthority.Now.AddDays(-3));
        Assert.Contains((await AuditAsync()).Findings, finding => finding.Refusal.Code == Codes.StatusStale);
    }

    [Fact]
    public async Task An_older_checkpoint_is_found_against_the_mark()
    {
        _publication.IssueMany(3);
        _publication.Publish();
        var older = _publication.Read("log/checkpoint");
        var entries = _publication.Read("log/tile/entries/000.p/3");
        _publication.Issue(9);
        _publication.Publish();
        await FollowAsync();
        _publication.Write("log/checkpoint", older);
        _publication.Write("log/tile/entries/000.p/3", entries);
        Assert.Contains((await AuditAsync()).Findings, finding => finding is { Path: "log/checkpoint", Refusal.Code: Codes.LogRollback });
    }

    [Fact]
    public async Task Findings_are_bounded()
    {
        for (var i = 0; i < 150; i++)
            _publication.AppendKind(7);
        _publication.Publish();
        Assert.Equal(PublicationAudit.MaxFindings, (await AuditAsync()).Findings.Count);
    }

    private static byte[] Entry(TestLicense license, Standing standing) => new Core.Log.LogEntry(
        Core.Log.LogEntryKind.LicenseStatus, 0, new Core.Log.EnterpriseSubject(license.Claims.CreditCode), license.Claims.List, license.Claims.Index, standing, 0, null).Encode();

    private void Make(int licenses)
    {
        _publication.IssueMany(licenses);
        var extra = _publication.Authority.Issue(5);
        _publication.Change(extra, Standing.Suspended);
        _publication.Change(extra, Standing.Revoked);
        _publication.Publish();
    }

    private TrustAnchor Anchor => TrustAnchor.Fingerprint(_publication.Authority.RootFingerprint);

    private Task<AuditReport> AuditAsync() =>
        PublicationAudit.RunAsync(PublicationSource.Open(_publication.Folder), Anchor, _highWater, TestAuthority.Now, progress: null, CancellationToken.None);

    private async Task FollowAsync()
    {
        using var follower = new PublicationFollower(PublicationSource.Open(_publication.Folder), new FollowerSettings(Anchor, null, _highWater), TimeProvider.System);
        Assert.True((await follower.PollAsync(CancellationToken.None)).Refusal is null or { Code: not Codes.LogRollback });
    }
}
