using System.Net;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Keys;

namespace ELicense.UnitTests.Certificates;

/// <summary>A root and an enterprise CA with software keys, and what they issue.</summary>
internal sealed class TestIssuers : IDisposable
{
    // GnuTLS's programs judge at the machine's time only: everything is valid now.
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    public static readonly DateTimeOffset From = Now.AddDays(-30);
    public static readonly DateTimeOffset To = From.AddDays(3660);
    public static readonly StatusAddresses Addresses = new(new Uri("http://gs.example.cn"));

    /// <param name="since">When the CAs' certificates begin, for a test whose clock stands still; null: <see cref="From"/>.</param>
    public TestIssuers(SigningKey? root = null, SigningKey? subordinate = null, StatusAddresses? addresses = null, DateTimeOffset? since = null)
    {
        var (from, to) = (since ?? From, (since ?? From).AddDays(3660));
        RootKey = root ?? SoftwareSigningKey.Generate(Suite.Es256);
        Key = subordinate ?? SoftwareSigningKey.Generate(Suite.Es256);
        Where = addresses ?? Addresses;
        RootCertificate = CertificateAuthority.SelfSign(RootKey, SubjectNames.Authority("Root", "示例登记机关"), from, to, Profiles, Where);
        Root = new CertificateAuthority(RootKey, RootCertificate, Profiles, Where);
        Certificate = Root.Issue(Profiles.Subordinate, new CertificateContent
        {
            Subject = SubjectNames.Authority("Enterprise CA", "示例登记机关"),
            Key = SubjectPublicKey.Of(Key.PublicKey),
            From = from,
            To = to,
        });
        Subordinate = new CertificateAuthority(Key, Certificate, Profiles, Where);
    }

    public static CertificateProfiles Profiles => CertificateProfiles.Development;

    public static CreditCode CreditCode => CreditCode.TryParse("91350100M000100Y43", out var code, out _) ? code : throw new InvalidOperationException();

    public StatusAddresses Where { get; }

    public SigningKey RootKey { get; }

    public SigningKey Key { get; }

    public X509Certificate2 RootCertificate { get; }

    public X509Certificate2 Certificate { get; }

    public CertificateAuthority Root { get; }

    public CertificateAuthority Subordinate { get; }

    public static CertificateContent Enterprise(SubjectPublicKey key) => new()
    {
        Subject = SubjectNames.Enterprise("福州示例有限公司", CreditCode),
        Key = key,
        From = From,
        To = From.AddYears(3),
        List = 4096,
        CreditCode = CreditCode,
        LicenseNumber = new LicenseNumber(9901, 42),
        KeyMadeAtCounter = true,
    };

    public static CertificateContent Service(SubjectPublicKey key) => new()
    {
        Subject = SubjectNames.Common("verification"),
        Key = key,
        From = From,
        To = From.AddDays(397),
        DnsNames = ["gs.example.cn"],
        IpAddresses = [IPAddress.Loopback],
    };

    public static CertificateContent Delegate(SubjectPublicKey key) =>
        new() { Subject = SubjectNames.Common("OCSP 1"), Key = key, From = Now.AddDays(-1), To = Now.AddDays(13) };

    public static CertificateContent Officer(SubjectPublicKey key) =>
        new() { Subject = SubjectNames.Common("王受理"), Key = key, From = From, To = From.AddDays(397) };

    public static SubjectPublicKey NewKey() => SubjectPublicKey.Of(SoftwareSigningKey.Generate(Suite.Es256).PublicKey);

    public void Dispose()
    {
        RootCertificate.Dispose();
        Certificate.Dispose();
    }
}
