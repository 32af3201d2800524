using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.UnitTests.Verification;

/// <summary>A license as an authority made it; Statement is what the log names.</summary>
internal sealed record TestLicense(LicenseToken Claims, byte[] Document, byte[] Token)
{
    public byte[] File => new LicenseFile(Document, Token).Encode();

    public Digest Statement { get; } = CoseSign1.TryDecode(Token, LicenseToken.MaxBytes, out var message, out _)
        ? Digest.Of(message.SigStructure())
        : throw new InvalidOperationException("The test made a token that cannot be read.");
}

/// <summary>A small authority with real keys in memory: signs licenses and its trust card. Time stands at <see cref="Now"/>.</summary>
internal sealed class TestAuthority : IDisposable
{
    public const string Origin = "gs.example.cn/elicense";
    public const string QrHost = "gs.example.cn";
    public const int Number = 6201;
    public const int List = 3;
    public const int CertificateList = 10;
    public const long MaxAge = 24 * 3600;

    public static readonly DateTimeOffset Now = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    public TestAuthority()
    {
        License = Make(Suite.Es256);
        Root = Make(Suite.Es256);
        Status = Make(Suite.Es256);
        Log = Make(Suite.Ed25519);
        Clock = Make(Suite.Ed25519);
        _enterprises = new Lazy<TestIssuers>(() => new TestIssuers(Make(Suite.Es256), Make(Suite.Es256), since: Now.AddDays(-30)));
    }

    private readonly List<SigningKey> _keys = [];
    private readonly Lazy<TestIssuers> _enterprises;

    public SigningKey Root { get; }
    public SigningKey License { get; }
    public SigningKey Status { get; }
    public SigningKey Log { get; }
    public SigningKey Clock { get; }

    /// <summary>The enterprise CA; the card names it once it was asked for.</summary>
    public TestIssuers Enterprises => _enterprises.Value;

    public Digest RootFingerprint => Digest.Of(Root.PublicKey.SubjectPublicKeyInfo.Span);

    public SigningKey Make(Suite suite)
    {
        var key = SoftwareSigningKey.Generate(suite);
        _keys.Add(key);
        return key;
    }

    public TrustCard Card(long version = 1, Func<TrustedKey, TrustedKey>? change = null)
    {
        TrustedKey[] keys =
        [
            Trusted(KeyRole.Root, Root), Trusted(KeyRole.License, License), Trusted(KeyRole.Status, Status),
            Trusted(KeyRole.Log, Log), Trusted(KeyRole.Clock, Clock), .. TrustedCas(),
        ];
        return new TrustCard
        {
            Version = version,
            Issued = Now.AddDays(-30).ToUnixTimeSeconds(),
            Expires = Now.AddDays(300).ToUnixTimeSeconds(),
            AuthorityNumber = Number,
            AuthorityName = new BilingualText("甘肃省市场监督管理局", "Gansu Administration for Market Regulation"),
            Origin = Origin,
            IdentifierIssuer = "11620000013896203X",
            IdentifierRoot = LicenseIdentifier.DefaultRoot,
            Regions = ["62"],
            LicenseLists = new ListRange(0, 9),
            CertificateLists = new ListRange(10, 19),
            LicenseStatusBase = "https://gs.example.cn/publication/status/licenses",
            CertificateStatusBase = "https://gs.example.cn/publication/status/certificates",
            QrHosts = [QrHost],
            MaxAge = MaxAge,
            Keys = change is null ? keys : keys.Select(change).ToArray(),
            Delegations = [],
        };
    }

    private IEnumerable<TrustedKey> TrustedCas() =>
        _enterprises.IsValueCreated ? [Trusted(KeyRole.EnterpriseCa, Enterprises.Key) with { Certificate = Enterprises.Certificate.RawData }] : [];

    public static TrustedKey Trusted(KeyRole role, SigningKey key) => new(
        role, key.Suite.JoseName(), key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, Certificate: null,
        Now.AddYears(-1).ToUnixTimeSeconds(), Now.AddYears(2).ToUnixTimeSeconds());

    public byte[] Sign(TrustCard card, SigningKey? root = null) =>
        System.Text.Encoding.ASCII.GetBytes(Jws.Sign(root ?? Root, TrustCard.Type, card.EncodeJson()));

    public VerifiedTrust Trust(TrustCard? card = null) =>
        VerifiedTrust.TryOpen(Sign(card ?? Card()), TrustAnchor.Fingerprint(RootFingerprint), Now, out var trust, out var refusal)
            ? trust
            : throw new InvalidOperationException(refusal.ToString());

    public TestLicense Issue(
        int index, int version = 1, SigningKey? key = null, Func<LicenseToken, LicenseToken>? change = null, string name = "福州示例有限公司", string? code = null)
    {
        var draft = new EnterpriseDraft
        {
            Kind = "有限责任公司(自然人独资)",
            Uscc = code ?? "91350100M000100Y43",
            Name = name,
            LegalRepresentative = "陈一",
            RegisteredCapital = "530万人民币",
            EstablishedOn = "2015-10-01",
            Address = "福州市鼓楼区示例路1号",
            BusinessScope = "软件开发",
        };
        if (!Face.TryCreate(draft, "福州市市场监督管理局", new DateOnly(2026, 10, 1), out var face, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        var document = new LicenseDocument(new byte[LicenseDocument.SaltSize], face).Encode();
        var claims = new LicenseToken
        {
            CreditCode = face.CreditCode,
            IssuedAt = Now.AddDays(-10).ToUnixTimeSeconds(),
            Name = face.Name,
            Kind = face.Kind,
            Representative = face.Representative,
            EstablishedOn = face.EstablishedOn,
            Number = new LicenseNumber(Number,
            77),
            Office = 12,
            Version = version,
            List = List,
            Index = index,
            DocumentDigest = Digest.Of(document),
        };
        claims = change is null ? claims : change(claims);
        return new TestLicense(claims, document, CoseSigning.Sign(key ?? License, LicenseToken.Type, claims.EncodeClaims()));
    }

    /// <summary>What a publication would say of the license.</summary>
    public static StandingEvidence Evidence(TestLicense license, Standing standing = Standing.Valid, DateTimeOffset? asOf = null) =>
        new(standing, license.Statement, LoggedAt: 5, asOf ?? Now.AddMinutes(-1), LogSize: 9, Since: Now.AddDays(-9), Reason: 0, NewestVersion: 2);

    public void Dispose()
    {
        if (_enterprises.IsValueCreated)
            Enterprises.Dispose();
        _keys.ForEach(key => key.Dispose());
    }
}
