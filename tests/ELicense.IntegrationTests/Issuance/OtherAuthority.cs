using System.Text;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>Another authority with keys of its own, and an exchange key.</summary>
internal sealed class OtherAuthority : IDisposable
{
    public const string Origin = "gd.example.cn/elicense";

    private readonly List<SigningKey> _keys = [];

    public OtherAuthority()
    {
        Root = Own(Suite.Es256);
        Exchange = Own(Suite.Es256);
    }

    public SigningKey Root { get; }

    public SigningKey Exchange { get; }

    public TrustAnchor Anchor => TrustAnchor.Fingerprint(Digest.Of(Root.PublicKey.SubjectPublicKeyInfo.Span));

    public byte[] CardJws(DateTimeOffset at)
    {
        var now = at.ToUnixTimeSeconds();
        TrustedKey Entry(KeyRole role, SigningKey key) => new(
            role, key.Suite.JoseName(), key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, null, now - 3600, now + (300 * 86400));
        var card = new TrustCard
        {
            Version = 1,
            Issued = now,
            Expires = now + (300 * 86400),
            AuthorityNumber = 4400,
            AuthorityName = new BilingualText("广东省市场监督管理局", "Guangdong"),
            Origin = Origin,
            IdentifierIssuer = "11440000006940116E",
            IdentifierRoot = Core.Licenses.LicenseIdentifier.DefaultRoot,
            Regions = ["44"],
            LicenseLists = new ListRange(0, 99),
            CertificateLists = new ListRange(100, 101),
            LicenseStatusBase = "https://gd.example.cn/publication/status/licenses",
            CertificateStatusBase = "https://gd.example.cn/publication/status/certificates",
            QrHosts = ["gd.example.cn"],
            MaxAge = 86400,
            Keys =
            [
                Entry(KeyRole.Root, Root), Entry(KeyRole.License, Own(Suite.Es256)), Entry(KeyRole.Status, Own(Suite.Es256)), Entry(KeyRole.Log, Own(Suite.Ed25519)),
                Entry(KeyRole.Clock, Own(Suite.Ed25519)), Entry(KeyRole.Exchange, Exchange),
            ],
            Delegations = [],
        };
        return Encoding.ASCII.GetBytes(Jws.Sign(Root, TrustCard.Type, card.EncodeJson()));
    }

    public VerifiedTrust Trust(DateTimeOffset at) =>
        VerifiedTrust.TryOpen(CardJws(at), Anchor, at, out var trust, out var refusal) ? trust : throw new InvalidOperationException(refusal.ToString());

    public void Dispose() => _keys.ForEach(key => key.Dispose());

    private SoftwareSigningKey Own(Suite suite)
    {
        var key = SoftwareSigningKey.Generate(suite);
        _keys.Add(key);
        return key;
    }
}
