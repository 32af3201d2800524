using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Cryptography.Envelopes;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>The audit of a publication with enterprises' certificates.</summary>
public sealed class CertificateAuditTests : FollowedPublication
{
    private readonly X509Certificate2 _certificate;

    public CertificateAuditTests()
    {
        _certificate = Publication.Authority.Enterprises.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));
        Publication.Certify(_certificate, 7);
        Publication.Publish();
    }

    [Fact]
    public async Task Whoever_verifies_the_log_is_told_where_a_serial_number_was_issued_a_second_time()
    {
        Publication.Certify(_certificate, 8);
        Publication.Publish();

        var report = await AuditAsync();

        var finding = Assert.Single(report.Findings);
        Assert.Equal(("log/tile/entries/000.p/2", 1L, Codes.StatusMismatch), (finding.Path, finding.Position, finding.Refusal.Code));
        Assert.Contains(_certificate.SerialNumber, finding.Refusal.Detail, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_audit_compares_certificates_and_their_lists_with_the_log()
    {
        Publication.Change(_certificate, 7, Standing.Revoked, reason: 40);
        Publication.Issue(1);
        Publication.Publish();

        var report = await AuditAsync();

        Assert.Empty(report.Findings);
        Assert.Equal((1, 4), (report.Certificates, report.StatusLists)); // two spaces, two forms
    }

    [Theory]
    [InlineData("certificates/10/7.cer", Codes.DigestMismatch)]
    [InlineData("status/certificates/10.cwt", null)]
    [InlineData("status/certificates/10.jwt", null)]
    public async Task A_flipped_byte_is_found(string path, string? code)
    {
        Publication.Flip(path, Publication.Read(path).Length / 2);

        var finding = Assert.Single((await AuditAsync()).Findings);

        Assert.Equal(path, finding.Path);
        if (code is not null)
            Assert.Equal((code, 0L), (finding.Refusal.Code, finding.Position));
    }

    [Fact]
    public async Task A_list_that_leaves_a_revocation_out_is_found()
    {
        Publication.Change(_certificate, 7, Standing.Revoked);
        Publication.Publish();
        var good = new StatusList(StatusList.CertificateListLength) { [7] = Standing.Valid };
        var token = new StatusListToken(
            "https://gs.example.cn/publication/status/certificates/10", TestAuthority.Now.ToUnixTimeSeconds(), TestAuthority.Now.AddDays(2).ToUnixTimeSeconds(), 60, LogSize: 2, good);
        Publication.Write("status/certificates/10.cwt", CoseSigning.Sign(Publication.Authority.Status, StatusListToken.CwtType, token.EncodeCwtClaims()));

        var finding = Assert.Single((await AuditAsync()).Findings);

        Assert.Equal(("status/certificates/10.cwt", Codes.StatusMismatch), (finding.Path, finding.Refusal.Code));
    }

    [Fact]
    public async Task Certificates_and_lists_that_are_missing_are_found()
    {
        File.Delete(Publication.PathOf("certificates/10/7.cer"));
        File.Delete(Publication.PathOf("status/certificates/10.jwt"));

        Assert.Equal([Codes.StatusMismatch, Codes.CertificateMissing], (await AuditAsync()).Findings.Select(finding => finding.Refusal.Code));
    }

    private Task<AuditReport> AuditAsync() => PublicationAudit.RunAsync(
        PublicationSource.Open(Publication.Folder), TrustAnchor.Fingerprint(Publication.Authority.RootFingerprint), highWaterFolder: null, TestAuthority.Now, progress: null,
        CancellationToken.None);
}
