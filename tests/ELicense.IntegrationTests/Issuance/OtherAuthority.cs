using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.UnitTests.Certificates;
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
        var card = TestCards.Card(
            at, "gd.example.cn", Root, Own(Suite.Es256), Own(Suite.Es256), Own(Suite.Ed25519), Own(Suite.Ed25519), TestCards.Key(KeyRole.Exchange, Exchange, at)) with
        {
            AuthorityNumber = 4400,
            AuthorityName = new BilingualText("广东省市场监督管理局", "Guangdong"),
            IdentifierIssuer = "11440000006940116E",
        };
        return card.Sign(Root);
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
