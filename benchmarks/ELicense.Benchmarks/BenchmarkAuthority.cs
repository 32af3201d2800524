using System.Globalization;
using System.Text;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;

namespace ELicense.Benchmarks;

/// <summary>Keys in memory, and what is signed with them.</summary>
internal sealed class BenchmarkAuthority : IDisposable
{
    private const string Origin = "gs.example.cn/elicense";
    private const int Authority = 6201;

    private readonly SigningKey _root = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly SigningKey _license = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly SigningKey _status = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly SigningKey _log = SoftwareSigningKey.Generate(Suite.Ed25519);
    private readonly SigningKey _clock = SoftwareSigningKey.Generate(Suite.Ed25519);

    public long IssuedMs { get; } = DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeSeconds() * 1000;

    public VerificationKey LicenseKey => _license.PublicKey;

    public Digest Fingerprint => Digest.Of(_root.PublicKey.SubjectPublicKeyInfo.Span);

    public byte[] SignedCard => Encoding.ASCII.GetBytes(Jws.Sign(_root, TrustCard.Type, Card().EncodeJson()));

    public byte[] SignedCheckpoint(long size, Digest root) =>
        Encoding.UTF8.GetBytes(CheckpointSigning.Sign(new Checkpoint(Origin, size, root), _log, _clock, DateTimeOffset.UtcNow).ToString());

    public void Dispose()
    {
        foreach (var key in (SigningKey[])[_root, _license, _status, _log, _clock])
            key.Dispose();
    }

    /// <summary>A license version of this code at this place, issued yesterday.</summary>
    public (byte[] Document, byte[] Token, byte[] Entry) Issue(int list, int index, string code, string? name = null)
    {
        var draft = new EnterpriseDraft
        {
            Kind = "有限责任公司(自然人独资)",
            Uscc = code,
            Name = name ?? string.Create(CultureInfo.InvariantCulture, $"福州第{index}示例软件开发有限公司"),
            LegalRepresentative = "陈一",
            RegisteredCapital = "530万人民币",
            EstablishedOn = "2015-10-01",
            Address = "福州市鼓楼区示例路1号",
            BusinessScope = "软件开发；信息技术咨询服务；技术服务、技术开发、技术咨询、技术交流、技术转让、技术推广",
        };
        if (!Face.TryCreate(draft, "福州市市场监督管理局", new DateOnly(2026, 1, 5), out var face, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        var document = new LicenseDocument(new byte[LicenseDocument.SaltSize], face).Encode();
        var claims = new LicenseToken
        {
            CreditCode = face.CreditCode,
            IssuedAt = IssuedMs / 1000,
            Name = face.Name,
            Kind = face.Kind,
            Representative = face.Representative,
            EstablishedOn = face.EstablishedOn,
            Number = new LicenseNumber(Authority, index + 1),
            Office = 1,
            Version = 1,
            List = list,
            Index = index,
            DocumentDigest = Digest.Of(document),
        };
        var payload = claims.EncodeClaims();
        var token = CoseSigning.Sign(_license, LicenseToken.Type, payload);
        var statement = Digest.Of(CoseSign1.SigStructure(CoseAlgorithm.Es256, _license.PublicKey.Kid, LicenseToken.Type, payload));
        var entry = new LogEntry(
            LogEntryKind.LicenseIssued, IssuedMs, new EnterpriseSubject(face.CreditCode), list, index, Standing.Valid, 0, statement);
        return (document, token, entry.Encode());
    }

    private TrustCard Card() => new()
    {
        Version = 1,
        Issued = DateTimeOffset.UtcNow.AddDays(-30).ToUnixTimeSeconds(),
        Expires = DateTimeOffset.UtcNow.AddDays(300).ToUnixTimeSeconds(),
        AuthorityNumber = Authority,
        AuthorityName = new BilingualText("甘肃省市场监督管理局", "Gansu Administration for Market Regulation"),
        Origin = Origin,
        IdentifierIssuer = "11620000013896203X",
        IdentifierRoot = LicenseIdentifier.DefaultRoot,
        Regions = ["62"],
        LicenseLists = new ListRange(0, 99),
        CertificateLists = new ListRange(100, 199),
        LicenseStatusBase = "https://gs.example.cn/publication/status/licenses",
        CertificateStatusBase = "https://gs.example.cn/publication/status/certificates",
        QrHosts = ["gs.example.cn"],
        MaxAge = 24 * 3600,
        Keys = [Trusted(KeyRole.Root, _root), Trusted(KeyRole.License, _license), Trusted(KeyRole.Status, _status), Trusted(KeyRole.Log, _log), Trusted(KeyRole.Clock, _clock)],
        Delegations = [],
    };

    private static TrustedKey Trusted(KeyRole role, SigningKey key) => new(
        role, key.Suite.JoseName(), key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, Certificate: null,
        DateTimeOffset.UtcNow.AddYears(-1).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddYears(1).ToUnixTimeSeconds());
}
