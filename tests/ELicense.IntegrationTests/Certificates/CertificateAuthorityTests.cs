using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Tokens;
using ELicense.UnitTests.Certificates;
using Xunit;

namespace ELicense.IntegrationTests.Certificates;

/// <summary>Certificates as OpenSSL and GnuTLS judge them.</summary>
public sealed class CertificateAuthorityTests(SoftHsmFixture softHsm) : IDisposable
{
    private readonly CertificateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void OpenSSL_and_GnuTLS_verify_a_chain_of_three(Suite suite)
    {
        using var issuers = new TestIssuers(SoftwareSigningKey.Generate(suite), SoftwareSigningKey.Generate(suite));
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));

        AssertAccepted(issuers, enterprise, "sslclient");
    }

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void A_key_in_a_token_signs_certificates(Suite suite)
    {
        var token = softHsm.NewToken($"ca {suite}");
        using var issuers = new TestIssuers(SoftwareSigningKey.Generate(suite), Pkcs11SigningKey.Generate(token, suite, "enterprise CA"));
        var subject = SubjectPublicKey.Of(Pkcs11SigningKey.Generate(token, Suite.Es256, "enterprise").PublicKey);
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(subject));

        AssertAccepted(issuers, enterprise, "sslclient");
    }

    public static TheoryData<string> SubjectKeys => ["P-256", "P-384", "RSA 2048", "RSA 3072", "RSA 4096", "Ed25519"];

    [Theory]
    [MemberData(nameof(SubjectKeys))]
    public void Enterprises_bring_keys_of_every_kind_that_the_profile_allows(string kind)
    {
        using var issuers = new TestIssuers();
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(NewKey(kind)));

        AssertAccepted(issuers, enterprise, "sslclient");
        AssertAccepted(issuers, enterprise, "smimesign");
    }

    [Fact]
    public void OpenSSL_lets_a_service_be_a_server_and_nobody_else()
    {
        using var issuers = new TestIssuers();
        using var service = issuers.Subordinate.Issue(TestIssuers.Profiles.Service, TestIssuers.Service(TestIssuers.NewKey()));
        using var officer = issuers.Subordinate.Issue(TestIssuers.Profiles.Officer, TestIssuers.Officer(TestIssuers.NewKey()));

        AssertAccepted(issuers, service, "sslserver", "-verify_hostname", "gs.example.cn");
        AssertAccepted(issuers, service, "sslserver", "-verify_ip", "127.0.0.1");
        AssertAccepted(issuers, officer, "sslclient");
        Assert.Contains("unsuitable certificate purpose", Refused(issuers, officer, "sslserver"), StringComparison.Ordinal);
        Assert.Contains("unsuitable certificate purpose", Refused(issuers, service, "sslclient"), StringComparison.Ordinal);
        Assert.Contains("unsuitable certificate purpose", Refused(issuers, officer, "smimesign"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_enterprise_certificate_says_what_the_documents_say()
    {
        using var issuers = new TestIssuers();
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));

        var text = _folder.Text(enterprise);

        Assert.Contains(
            "Subject: countryName=CN, organizationName=福州示例有限公司, organizationIdentifier=NTRCN-91350100M000100Y43, commonName=福州示例有限公司\n", text, StringComparison.Ordinal);
        Assert.Contains("Issuer: countryName=CN, organizationName=示例登记机关, commonName=Enterprise CA\n", text, StringComparison.Ordinal);
        Assert.Contains($"Not Before: {CertificateFolder.Time(TestIssuers.From)}\n            Not After : {CertificateFolder.Time(TestIssuers.From.AddYears(3))}\n", text, StringComparison.Ordinal);
        Assert.Equal(Extensions("enterprise", issuers.Key.PublicKey.Kid.ToString()), _folder.Extensions(enterprise));
    }

    [Theory]
    [InlineData("officer")]
    [InlineData("service")]
    [InlineData("ocspSigner")]
    [InlineData("receiptSigner")]
    [InlineData("badgeSigner")]
    [InlineData("portalSigner")]
    [InlineData("root")]
    [InlineData("subordinate")]
    public void Every_profile_has_the_extensions_that_the_documents_show(string name)
    {
        using var issuers = new TestIssuers();
        using var certificate = name switch
        {
            "officer" => issuers.Subordinate.Issue(TestIssuers.Profiles.Officer, TestIssuers.Officer(TestIssuers.NewKey())),
            "service" => issuers.Subordinate.Issue(TestIssuers.Profiles.Service, TestIssuers.Service(TestIssuers.NewKey())),
            "ocspSigner" => issuers.Subordinate.Issue(TestIssuers.Profiles.OcspSigner, TestIssuers.Delegate(TestIssuers.NewKey())),
            "badgeSigner" => issuers.Subordinate.Issue(TestIssuers.Profiles.BadgeSigner, TestIssuers.Delegate(TestIssuers.NewKey())),
            "portalSigner" => issuers.Subordinate.Issue(TestIssuers.Profiles.PortalSigner, TestIssuers.Delegate(TestIssuers.NewKey())),
            "receiptSigner" => issuers.Subordinate.Issue(TestIssuers.Profiles.ReceiptSigner, TestIssuers.Delegate(TestIssuers.NewKey())),
            "root" => X509CertificateLoader.LoadCertificate(issuers.RootCertificate.RawData),
            _ => X509CertificateLoader.LoadCertificate(issuers.Certificate.RawData),
        };

        var kid = name == "subordinate" ? issuers.RootKey.PublicKey.Kid : issuers.Key.PublicKey.Kid;
        Assert.Equal(Extensions(name, kid.ToString()), _folder.Extensions(certificate));
    }

    [Fact]
    public void Serial_subject_and_key_of_a_profile_are_DER_to_the_last_byte()
    {
        using var issuers = new TestIssuers();
        using var enterprise = issuers.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));

        // OpenSSL writes again what it has understood: a form that is not distinguished would come back otherwise.
        var again = Programs.Run("openssl", ["x509", "-in", _folder.Pem(enterprise)]);

        Assert.Equal(enterprise.ExportCertificatePem(), again.Trim());
        Assert.Contains("prim: OBJECT            :organizationIdentifier", Programs.Run("openssl", ["asn1parse", "-in", _folder.Pem(enterprise)]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_period_beyond_the_issuers_is_refused()
    {
        using var issuers = new TestIssuers();
        var late = TestIssuers.Officer(TestIssuers.NewKey()) with { From = TestIssuers.To.AddDays(-100), To = TestIssuers.To.AddSeconds(1) };

        Assert.Contains("6.1.3", Assert.Throws<InvalidOperationException>(() => issuers.Subordinate.Issue(TestIssuers.Profiles.Officer, late)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_not_the_issuers_is_refused()
    {
        using var issuers = new TestIssuers();
        using var stranger = SoftwareSigningKey.Generate(Suite.Es256);

        Assert.Throws<ArgumentException>(() => new CertificateAuthority(stranger, issuers.Certificate, TestIssuers.Profiles, TestIssuers.Addresses));
    }

    private void AssertAccepted(TestIssuers issuers, X509Certificate2 certificate, string purpose, params string[] more)
    {
        Assert.EndsWith(": OK\n", Programs.Run("openssl", Verify(issuers, certificate, purpose, more)), StringComparison.Ordinal);
        var chain = _folder.Write("chain.pem", certificate.ExportCertificatePem() + "\n" + issuers.Certificate.ExportCertificatePem() + "\n" + issuers.RootCertificate.ExportCertificatePem() + "\n");
        Assert.Contains("Chain verification output: Verified.", Programs.Run("certtool", ["--verify-chain", "--infile", chain]), StringComparison.Ordinal);
    }

    private string Refused(TestIssuers issuers, X509Certificate2 certificate, string purpose) =>
        Assert.Throws<InvalidOperationException>(() => Programs.Run("openssl", Verify(issuers, certificate, purpose))).Message;

    private string[] Verify(TestIssuers issuers, X509Certificate2 certificate, string purpose, params string[] more) =>
    [
        "verify", "-x509_strict", "-purpose", purpose, .. more,
        "-CAfile", _folder.Pem(issuers.RootCertificate), "-untrusted", _folder.Pem(issuers.Certificate), _folder.Pem(certificate),
    ];

    private static SubjectPublicKey NewKey(string kind)
    {
        if (kind == "Ed25519")
            return SubjectPublicKey.Of(SoftwareSigningKey.Generate(Suite.Ed25519).PublicKey);
        using AsymmetricAlgorithm key = kind switch
        {
            "P-256" => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            "P-384" => ECDsa.Create(ECCurve.NamedCurves.nistP384),
            _ => RSA.Create(int.Parse(kind[4..], CultureInfo.InvariantCulture)),
        };
        return SubjectPublicKey.TryRead(key.ExportSubjectPublicKeyInfo(), out var read, out var refusal) ? read : throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>The block of docs/certificates.md after the mark "profile=NAME".</summary>
    private static string Extensions(string profile, string kid)
    {
        var document = File.ReadAllText(Path.Combine(ELicense.UnitTests.Docs.FormatsDocument.RepositoryRoot, "docs", "certificates.md"));
        var start = document.IndexOf($"```text profile={profile}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"docs/certificates.md has no profile={profile}.");
        start = document.IndexOf('\n', start) + 1;
        return document[start..document.IndexOf("```", start, StringComparison.Ordinal)].Replace("KID", kid, StringComparison.Ordinal);
    }
}
