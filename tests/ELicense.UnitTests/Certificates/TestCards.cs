using System.Text;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;

namespace ELicense.UnitTests.Certificates;

/// <summary>Trust cards of authorities that tests and benchmarks found.</summary>
internal static class TestCards
{
    private static readonly TimeSpan KeysBefore = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeysAfter = TimeSpan.FromDays(365);
    private static readonly TimeSpan CardLife = TimeSpan.FromDays(390);

    /// <summary>A key without a certificate, in service around <paramref name="now"/>.</summary>
    public static TrustedKey Key(KeyRole role, SigningKey key, DateTimeOffset now) =>
        Key(role, key.Suite, key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, certificate: null, now);

    /// <summary>The key of a CA with its certificate.</summary>
    public static TrustedKey Ca(KeyRole role, CertificateAuthority ca, DateTimeOffset now) =>
        Key(role, Suite.Es256, ca.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), ca.Kid, ca.Certificate.RawData, now);

    /// <summary>Version 1 of number 4401 at a host, by the keys that every authority has; another place is made of it by <c>with</c>.</summary>
    public static TrustCard Card(
        DateTimeOffset now, string host, SigningKey root, SigningKey license, SigningKey status, SigningKey log, SigningKey clock, params TrustedKey[] others)
    {
        return new TrustCard
        {
            Version = 1,
            Issued = now.ToUnixTimeSeconds(),
            Expires = (now + CardLife).ToUnixTimeSeconds(),
            AuthorityNumber = 4401,
            AuthorityName = new BilingualText("示例省市场监督管理局", "Market Regulation Office of Example Province"),
            Origin = host + "/elicense",
            IdentifierIssuer = "11440100000000000A",
            IdentifierRoot = LicenseIdentifier.DefaultRoot,
            Regions = ["44"],
            LicenseLists = new ListRange(0, 9),
            CertificateLists = new ListRange(5000, 5001),
            LicenseStatusBase = $"https://{host}/publication/status/licenses",
            CertificateStatusBase = $"https://{host}/publication/status/certificates",
            QrHosts = [host],
            MaxAge = 86_400,
            Keys =
            [
                Key(KeyRole.Root, root, now), Key(KeyRole.License, license, now), Key(KeyRole.Status, status, now), Key(KeyRole.Log, log, now), Key(KeyRole.Clock, clock, now), .. others,
            ],
            Delegations = [],
        };
    }

    /// <summary>The card as it is published.</summary>
    public static byte[] Sign(this TrustCard card, SigningKey root) => Encoding.ASCII.GetBytes(Jws.Sign(root, TrustCard.Type, card.EncodeJson()));

    private static TrustedKey Key(KeyRole role, Suite suite, ReadOnlyMemory<byte> publicKey, KeyId kid, ReadOnlyMemory<byte>? certificate, DateTimeOffset now) =>
        new(role, suite.JoseName(), publicKey, kid, certificate, (now - KeysBefore).ToUnixTimeSeconds(), (now + KeysAfter).ToUnixTimeSeconds());
}
