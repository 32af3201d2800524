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
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Benchmarks;

/// <summary>A publication of distinct licenses with real signatures in a temporary folder, and the view of a follower that took it over.</summary>
internal sealed class BenchmarkPublication : IDisposable
{
    private const string Origin = "gs.example.cn/elicense";
    private const int Authority = 6201;

    private readonly string _folder = Directory.CreateTempSubdirectory("benchmark-").FullName;
    private readonly SigningKey _root = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly SigningKey _license = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly SigningKey _status = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly SigningKey _log = SoftwareSigningKey.Generate(Suite.Ed25519);
    private readonly SigningKey _clock = SoftwareSigningKey.Generate(Suite.Ed25519);
    private readonly PublicationFollower _follower;

    /// <param name="remembered">Tokens that the follower remembers.</param>
    public BenchmarkPublication(int licenses, int remembered)
    {
        Tokens = new byte[licenses][];
        var frontier = new MerkleFrontier();
        for (var first = 0; first < licenses; first += TilePath.Width)
            WriteBundle(first, Math.Min(TilePath.Width, licenses - first), licenses, frontier);
        Write("trust.jws", Encoding.ASCII.GetBytes(Jws.Sign(_root, TrustCard.Type, Card().EncodeJson())));
        var note = CheckpointSigning.Sign(new Checkpoint(Origin, licenses, frontier.Root), _log, _clock, DateTimeOffset.UtcNow);
        Write("log/checkpoint", Encoding.UTF8.GetBytes(note.ToString()));

        var anchor = TrustAnchor.Fingerprint(Digest.Of(_root.PublicKey.SubjectPublicKeyInfo.Span));
        _follower = new PublicationFollower(
            PublicationSource.Open(Path.Combine(_folder, "publication")), new FollowerSettings(anchor, Path.Combine(_folder, "state"), null) { RememberedTokens = remembered },
            TimeProvider.System);
    }

    public byte[][] Tokens { get; }

    public VerificationKey LicenseKey => _license.PublicKey;

    /// <summary>Takes over what is there; throws when it is refused.</summary>
    public PublicationView Follow()
    {
        var result = _follower.PollAsync(CancellationToken.None).GetAwaiter().GetResult();
        return result.Refusal is null ? _follower.View! : throw new InvalidOperationException(result.Refusal.Value.ToString());
    }

    public void Dispose()
    {
        _follower.Dispose();
        foreach (var key in (SigningKey[])[_root, _license, _status, _log, _clock])
            key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void WriteBundle(int first, int width, int logSize, MerkleFrontier frontier)
    {
        var entries = new ReadOnlyMemory<byte>[width];
        var files = new ReadOnlyMemory<byte>?[width];
        for (var i = 0; i < width; i++)
        {
            var (document, token, entry) = Issue(first + i);
            Tokens[first + i] = token;
            entries[i] = entry;
            files[i] = new LicenseFile(document, token).Encode();
            frontier.Append(MerkleTree.Leaf(entry));
        }

        Write("log/" + TilePath.Entries(first / TilePath.Width, width), EntryBundle.Encode(entries));
        Write("documents/" + TilePath.Index(first / TilePath.Width), new DocumentPack(logSize, files).Encode());
    }

    private (byte[] Document, byte[] Token, byte[] Entry) Issue(int index)
    {
        var draft = new EnterpriseDraft
        {
            Kind = "有限责任公司(自然人独资)",
            Uscc = "91350100M000100Y43",
            Name = string.Create(CultureInfo.InvariantCulture, $"福州第{index}示例软件开发有限公司"),
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
            IssuedAt = DateTimeOffset.UtcNow.AddDays(-1).ToUnixTimeSeconds(),
            Name = face.Name,
            Kind = face.Kind,
            Representative = face.Representative,
            EstablishedOn = face.EstablishedOn,
            Number = new LicenseNumber(Authority, index + 1),
            Office = 1,
            Version = 1,
            List = 0,
            Index = index,
            DocumentDigest = Digest.Of(document),
        };
        var payload = claims.EncodeClaims();
        var token = CoseSigning.Sign(_license, LicenseToken.Type, payload);
        var statement = Digest.Of(CoseSign1.SigStructure(CoseAlgorithm.Es256, _license.PublicKey.Kid, LicenseToken.Type, payload));
        var entry = new LogEntry(
            LogEntryKind.LicenseIssued, claims.IssuedAt * 1000, new EnterpriseSubject(face.CreditCode), 0, index, Standing.Valid, 0, statement);
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

    private void Write(string path, byte[] content)
    {
        var file = Path.Combine(_folder, "publication", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }
}
