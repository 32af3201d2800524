using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Tokens;
using Xunit;

namespace ELicense.IntegrationTests.Certificates;

/// <summary>Certificates as OpenSSL judges them.</summary>
public sealed class CertificateAuthorityTests(SoftHsmFixture softHsm) : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset From = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset To = new(2055, 12, 31, 23, 59, 59, TimeSpan.Zero);
    private static readonly string[] InsideThePeriod = ["-attime", new DateTimeOffset(2027, 6, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)];

    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-certificates-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void OpenSSL_verifies_a_chain_of_three(Suite suite)
    {
        using var chain = new Chain(SoftwareSigningKey.Generate(suite), SoftwareSigningKey.Generate(suite));
        using var enterprise = chain.Enterprise(SoftwareSigningKey.Generate(Suite.Es256).PublicKey);

        var verdict = Programs.Run(
            "openssl", ["verify", "-x509_strict", "-purpose", "sslclient", .. InsideThePeriod, "-CAfile", Pem(chain.Root), "-untrusted", Pem(chain.Subordinate), Pem(enterprise)]);

        Assert.EndsWith(": OK\n", verdict, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void A_key_in_a_token_signs_certificates(Suite suite)
    {
        var token = softHsm.NewToken($"ca {suite}");
        using var chain = new Chain(SoftwareSigningKey.Generate(suite), Pkcs11SigningKey.Generate(token, suite, "enterprise CA"));
        using var enterprise = chain.Enterprise(Pkcs11SigningKey.Generate(token, Suite.Es256, "enterprise").PublicKey);

        var verdict = Programs.Run(
            "openssl", ["verify", "-x509_strict", .. InsideThePeriod, "-CAfile", Pem(chain.Root), "-untrusted", Pem(chain.Subordinate), Pem(enterprise)]);

        Assert.EndsWith(": OK\n", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subordinate_may_not_sign_another_authority()
    {
        using var key = SoftwareSigningKey.Generate(Suite.Es256);
        using var chain = new Chain(SoftwareSigningKey.Generate(Suite.Es256), SoftwareSigningKey.Generate(Suite.Es256));
        using var below = CertificateAuthority.SignSubordinate(chain.SubordinateKey, chain.Subordinate, key.PublicKey, "CN=Below", From, To);
        using var leaf = CertificateAuthority.SignEndEntity(key, below, SoftwareSigningKey.Generate(Suite.Es256).PublicKey, "leaf", null, [], From, To);
        var between = Path.Combine(_folder, "between.pem");
        File.WriteAllText(between, chain.Subordinate.ExportCertificatePem() + "\n" + below.ExportCertificatePem());

        var refused = Assert.Throws<InvalidOperationException>(
            () => Programs.Run("openssl", ["verify", .. InsideThePeriod, "-CAfile", Pem(chain.Root), "-untrusted", between, Pem(leaf)]));

        Assert.Contains("path length constraint exceeded", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_enterprise_certificate_names_the_legal_person()
    {
        using var chain = new Chain(SoftwareSigningKey.Generate(Suite.Es256), SoftwareSigningKey.Generate(Suite.Es256));
        using var enterprise = chain.Enterprise(SoftwareSigningKey.Generate(Suite.Es256).PublicKey);

        var text = Text(enterprise);

        Assert.Contains(
            "Subject: countryName=CN, organizationName=福州示例有限公司, organizationIdentifier=NTRCN-91350100M000100Y43, commonName=福州示例有限公司\n", text, StringComparison.Ordinal);
        Assert.Contains("X509v3 Basic Constraints: critical\n                CA:FALSE\n", text, StringComparison.Ordinal);
        Assert.Contains("X509v3 Key Usage: critical\n                Digital Signature\n", text, StringComparison.Ordinal);
        Assert.Contains("X509v3 Extended Key Usage: \n                TLS Web Client Authentication\n", text, StringComparison.Ordinal);
        Assert.Contains("X509v3 Authority Key Identifier: \n", text, StringComparison.Ordinal);
        Assert.Contains("Not Before: Jan  1 00:00:00 2026 GMT\n            Not After : Dec 31 23:59:59 2055 GMT\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_officer_certificate_names_the_officer_only()
    {
        using var chain = new Chain(SoftwareSigningKey.Generate(Suite.Es256), SoftwareSigningKey.Generate(Suite.Es256));
        using var officer = CertificateAuthority.SignEndEntity(
            chain.SubordinateKey, chain.Subordinate, SoftwareSigningKey.Generate(Suite.Es256).PublicKey, "clerk", null, [ClientAuthentication], From, To);

        Assert.Contains("Subject: commonName=clerk\n", Text(officer), StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_of_authorities_say_so_critically()
    {
        using var chain = new Chain(SoftwareSigningKey.Generate(Suite.Ed25519), SoftwareSigningKey.Generate(Suite.Es256));

        var root = Text(chain.Root);
        var subordinate = Text(chain.Subordinate);

        Assert.Contains("Signature Algorithm: ED25519\n", root, StringComparison.Ordinal);
        Assert.Contains("Public Key Algorithm: ED25519\n", root, StringComparison.Ordinal);
        Assert.Contains("X509v3 Basic Constraints: critical\n                CA:TRUE\n", root, StringComparison.Ordinal);
        Assert.Contains("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign\n", root, StringComparison.Ordinal);
        Assert.Contains("X509v3 Subject Key Identifier: \n", root, StringComparison.Ordinal);
        Assert.DoesNotContain("Authority Key Identifier", root, StringComparison.Ordinal);
        Assert.Contains("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0\n", subordinate, StringComparison.Ordinal);
        Assert.Contains("Subject: countryName=CN, organizationName=示例登记机关, commonName=Enterprise CA\n", subordinate, StringComparison.Ordinal);
        Assert.Contains("NIST CURVE: P-256\n", subordinate, StringComparison.Ordinal);
    }

    // One serial in two has its top bit set, one in 256 begins with zeros: both must stay positive and minimal.
    [Fact]
    public void Serial_numbers_are_positive_and_do_not_repeat()
    {
        using var root = SoftwareSigningKey.Generate(Suite.Ed25519);
        var serials = Enumerable.Range(0, 600)
            .Select(_ =>
            {
                using var certificate = CertificateAuthority.SelfSign(root, "CN=Root", From, To);
                return new System.Numerics.BigInteger(certificate.SerialNumberBytes.Span, isUnsigned: false, isBigEndian: true);
            })
            .ToList();

        Assert.All(serials, serial => Assert.True(serial.Sign > 0));
        Assert.Equal(serials.Count, serials.Distinct().Count());
        Assert.Contains(serials, serial => serial.GetBitLength() == 128);
    }

    [Fact]
    public void A_period_beyond_the_issuers_is_refused()
    {
        using var chain = new Chain(SoftwareSigningKey.Generate(Suite.Es256), SoftwareSigningKey.Generate(Suite.Es256));
        var subject = SoftwareSigningKey.Generate(Suite.Es256).PublicKey;

        Assert.Throws<ArgumentException>(
            () => CertificateAuthority.SignEndEntity(chain.SubordinateKey, chain.Subordinate, subject, "late", null, [], From, To.AddSeconds(1)));
    }

    [Fact]
    public void A_key_that_is_not_the_issuers_is_refused()
    {
        using var chain = new Chain(SoftwareSigningKey.Generate(Suite.Es256), SoftwareSigningKey.Generate(Suite.Es256));
        using var stranger = SoftwareSigningKey.Generate(Suite.Es256);

        Assert.Throws<ArgumentException>(
            () => CertificateAuthority.SignEndEntity(stranger, chain.Subordinate, stranger.PublicKey, "stranger", null, [], From, To));
    }

    private string Text(X509Certificate2 certificate) =>
        Programs.Run("openssl", ["x509", "-text", "-noout", "-nameopt", "oneline,utf8,-esc_msb,lname,-space_eq", "-in", Pem(certificate)]);

    private string Pem(X509Certificate2 certificate)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName() + ".pem");
        File.WriteAllText(path, certificate.ExportCertificatePem());
        return path;
    }

    private sealed class Chain : IDisposable
    {
        public Chain(SigningKey root, SigningKey subordinate)
        {
            SubordinateKey = subordinate;
            Root = CertificateAuthority.SelfSign(root, "CN=Root, O=示例登记机关, C=CN", From, To);
            Subordinate = CertificateAuthority.SignSubordinate(root, Root, subordinate.PublicKey, "CN=Enterprise CA, O=示例登记机关, C=CN", From, To);
        }

        public SigningKey SubordinateKey { get; }

        public X509Certificate2 Root { get; }

        public X509Certificate2 Subordinate { get; }

        public X509Certificate2 Enterprise(VerificationKey subject) => CertificateAuthority.SignEndEntity(
            SubordinateKey, Subordinate, subject, "福州示例有限公司", "NTRCN-91350100M000100Y43", [ClientAuthentication], From, To);

        public void Dispose()
        {
            Root.Dispose();
            Subordinate.Dispose();
        }
    }
}
