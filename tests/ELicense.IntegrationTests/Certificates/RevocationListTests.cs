using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Tokens;
using ELicense.UnitTests.Certificates;
using Xunit;

namespace ELicense.IntegrationTests.Certificates;

/// <summary>CRLs as OpenSSL, GnuTLS and NSS judge them: the first two with the shard, NSS with the complete list.</summary>
public sealed class RevocationListTests(SoftHsmFixture softHsm) : IDisposable
{
    private const int List = 4096;
    private readonly CertificateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("openssl, shard", Standing.Revoked)]
    [InlineData("openssl, complete", Standing.Cancelled)]
    [InlineData("certtool, shard", Standing.Suspended)]
    [InlineData("certtool, complete", Standing.Revoked)]
    [InlineData("certutil, complete", Standing.Revoked)]
    public void A_certificate_is_accepted_then_refused_and_accepted_again_when_it_leaves_the_list(string judge, Standing standing)
    {
        using var issuers = new TestIssuers();
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));
        using var other = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));
        var shard = judge.EndsWith("shard", StringComparison.Ordinal);
        Func<byte[], string> verify = judge.Split(',')[0] switch
        {
            "openssl" => list => new RevocationJudges(_folder, issuers).OpenSsl(enterprise, list),
            "certtool" => list => new RevocationJudges(_folder, issuers).CertTool(enterprise, list),
            _ => new RevocationJudges(_folder, issuers).Nss(enterprise),
        };

        var nothing = verify(Sign(issuers, 1, shard));
        var foreign = verify(Sign(issuers, 2, shard, Entry(other, standing)));
        var revoked = verify(Sign(issuers, 3, shard, Entry(other, Standing.Revoked), Entry(enterprise, standing)));
        var resumed = verify(Sign(issuers, 4, shard, Entry(other, Standing.Revoked)));

        Assert.Equal(("good", "good", "revoked", "good"), (nothing, foreign, revoked, resumed));
    }

    [Fact]
    public void OpenSSL_shows_what_a_shard_says()
    {
        using var issuers = new TestIssuers();
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));
        var text = Text(Sign(issuers, 1234567890123, shard: true, Entry(enterprise, Standing.Suspended)));

        Assert.Contains("Version 2 (0x1)", text, StringComparison.Ordinal);
        Assert.Contains("Issuer: C = CN, O = \\E7", text, StringComparison.Ordinal);
        Assert.Contains($"X509v3 CRL Number: \n                1234567890123\n", text, StringComparison.Ordinal);
        Assert.Contains(
            $"X509v3 Issuing Distribution Point: critical\n                Full Name:\n                  URI:http://gs.example.cn/publication/crl/{issuers.Key.PublicKey.Kid}/{List}.crl\n",
            text, StringComparison.Ordinal);
        Assert.Contains("1.3.6.1.4.1.32473.1.2: \n                ..M\n", text, StringComparison.Ordinal);
        Assert.Contains($"Serial Number: {enterprise.SerialNumber}\n", text, StringComparison.Ordinal);
        Assert.Contains("X509v3 CRL Reason Code: \n                Certificate Hold\n", text, StringComparison.Ordinal);
        Assert.Contains($"URI:http://gs.example.cn/publication/crl/{issuers.Key.PublicKey.Kid}/{List}.crl\n", _folder.Text(enterprise), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_list_has_no_entries_at_all()
    {
        using var issuers = new TestIssuers();

        Assert.Contains("No Revoked Certificates.\n", Text(Sign(issuers, 1, shard: false)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Standing.Revoked, "Privilege Withdrawn")]
    [InlineData(Standing.Cancelled, "Cessation Of Operation")]
    [InlineData(Standing.Suspended, "Certificate Hold")]
    [InlineData(Standing.Superseded, "Superseded")]
    public void Each_standing_has_its_reason(Standing standing, string reason)
    {
        using var issuers = new TestIssuers();
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));

        Assert.Contains($"X509v3 CRL Reason Code: \n                {reason}\n", Text(Sign(issuers, 1, shard: true, Entry(enterprise, standing))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void A_key_in_a_token_signs_lists(Suite suite)
    {
        var token = softHsm.NewToken($"crl {suite}");
        using var issuers = new TestIssuers(subordinate: Pkcs11SigningKey.Generate(token, suite, "enterprise CA"));
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));

        Assert.Equal("good", new RevocationJudges(_folder, issuers).OpenSsl(enterprise, Sign(issuers, 1, shard: true)));
        Assert.Equal("revoked", new RevocationJudges(_folder, issuers).OpenSsl(enterprise, Sign(issuers, 2, shard: true, Entry(enterprise, Standing.Revoked))));
    }

    [Theory]
    [InlineData(7, 7L)]
    [InlineData(7, 8L)]
    [InlineData(-1, null)]
    public void A_number_that_does_not_rise_is_not_signed(long number, long? previous)
    {
        using var issuers = new TestIssuers();

        var refused = Assert.Throws<ArgumentException>(() => Content(issuers, number, shard: true).Sign(issuers.Subordinate, previous));

        Assert.StartsWith("revocation-number", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_roots_list_takes_back_a_CA()
    {
        using var issuers = new TestIssuers();
        var list = Content(issuers, 1, shard: false, Entry(issuers.Certificate, Standing.Superseded)).Sign(issuers.Root, previous: null);
        var crl = _folder.Write("root.crl", list);

        var refused = Assert.Throws<InvalidOperationException>(
            () => Programs.Run("openssl", ["verify", "-crl_check", "-CAfile", _folder.Pem(issuers.RootCertificate), "-CRLfile", crl, _folder.Pem(issuers.Certificate)]));

        Assert.Contains("certificate revoked", refused.Message, StringComparison.Ordinal);
    }

    private static RevokedCertificate Entry(X509Certificate2 certificate, Standing standing) =>
        SerialNumber.TryFromInteger(certificate.SerialNumberBytes.Span, out var serial) && RevocationReasons.Of(standing, reason: 0) is { } reason
            ? new RevokedCertificate(serial, TestIssuers.Now.AddHours(-1), reason)
            : throw new InvalidOperationException();

    private static RevocationList Content(TestIssuers issuers, long number, bool shard, params RevokedCertificate[] entries) => new()
    {
        Number = number,
        ThisUpdate = TestIssuers.Now.AddMinutes(-10).AddSeconds(number % 100), // NSS takes later ones only
        NextUpdate = TestIssuers.Now.AddDays(7),
        LogSize = 77,
        DistributionPoint = shard ? issuers.Where.Shard(issuers.Key.PublicKey.Kid, List) : null,
        Entries = entries,
    };

    private static byte[] Sign(TestIssuers issuers, long number, bool shard, params RevokedCertificate[] entries) =>
        Content(issuers, number, shard, entries).Sign(issuers.Subordinate, number - 1);

    private string Text(byte[] list) => Programs.Run("openssl", ["crl", "-text", "-noout", "-in", _folder.Write("text.crl", list)]);
}
