using System.Globalization;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.UnitTests.Certificates;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>A registration counter over a real database of its own; reopening is a restart.</summary>
internal sealed class Counter : IDisposable
{
    public static readonly Officer Clerk = new("person-1", "李四", 1);
    public static readonly Officer Approver = new("person-2", "王五", 1);

    private readonly List<SigningKey> _owned = [];

    /// <param name="databases">Null: SQLite.</param>
    public Counter(SigningKey? license = null, AuthorityKeys? keys = null, DatabaseServer? databases = null)
    {
        Folder = Directory.CreateTempSubdirectory("elicense-issuance-").FullName;
        Database = (databases ?? EmbeddedDatabases.Instance).Create(Folder);
        Clock = new MovableClock(DateTimeOffset.Parse("2026-11-22T01:00:00Z", CultureInfo.InvariantCulture));
        Issuers = new TestIssuers(since: Clock.Now.AddDays(-30));
        Keys = (keys ?? new AuthorityKeys(license ?? Own(Suite.Es256), Own(Suite.Es256), Own(Suite.Ed25519), Own(Suite.Ed25519))) with { EnterpriseCas = [Issuers.Subordinate] };
        Settings = new AuthoritySettings
        {
            AuthorityNumber = 4401,
            Offices = new Dictionary<int, BilingualText>
            {
                [1] = new(Enterprise.Office, "Market Regulation Office of Example City"),
                [2] = new("示例县市场监督管理局", "Market Regulation Office of Example County"),
            },
            IdentifierIssuer = "11440100000000000A",
            LicenseLists = new ListRange(3, 4),
            CertificateLists = new ListRange(100, 101),
            PublicAddress = new Uri("https://gs.example.cn"),
            Origin = "gs.example.cn/elicense",
            LicenseStatusBase = "https://gs.example.cn/publication/status/licenses",
            CertificateStatusBase = "https://gs.example.cn/publication/status/certificates",
            PublicationFolder = Path.Combine(Folder, "publication"),
            HighWaterFile = Path.Combine(Folder, "high-water"),
            ChunkSize = 8,
            SigningThreads = 2,
        };
        Open();
    }

    public string Folder { get; }

    /// <summary>Root and enterprise CA.</summary>
    public TestIssuers Issuers { get; }

    public TestDatabase Database { get; }

    public MovableClock Clock { get; }

    public AuthorityKeys Keys { get; set; }

    public AuthoritySettings Settings { get; set; }

    public Register Register { get; private set; } = null!;

    public LicensingAuthority Authority { get; private set; } = null!;

    public Publisher Publisher { get; private set; } = null!;

    public IssueLicense IssueLicense => new(Register, Settings, Keys, Clock);

    /// <summary>Forgets everything in memory, as a killed process does, and starts again.</summary>
    public void Reopen()
    {
        Close();
        Open();
    }

    public void Close()
    {
        Publisher.Dispose();
        Register.Dispose();
    }

    public void Open()
    {
        Register = Database.Open();
        Authority = new LicensingAuthority(Register, Settings, Keys, Clock);
        Publisher = new Publisher(Register, Settings, Keys, Clock);
    }

    public Matter Apply(MatterContent content) =>
        Authority.TryApply(Clerk, content, out var matter, out var refusal) ? matter : throw new InvalidOperationException(refusal.ToString());

    public ApprovedMatter Approve(Matter matter) =>
        Authority.TryApprove(Approver, matter.Id, matter.ContentHash, out var approved, out var refusal) ? approved : throw new InvalidOperationException(refusal.ToString());

    public IReadOnlyList<ApprovedMatter> Approved(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => Approve(Apply(Enterprise.Issuance(number))))];

    /// <summary>The same by the doors for batches.</summary>
    public IReadOnlyList<ApprovedMatter> ApprovedBatch(int first, int count)
    {
        var applied = Authority.ApplyAll(Clerk, [.. Enumerable.Range(first, count).Select(Enterprise.Issuance)]);
        var approvals = applied.Select(result => new Approval(result.Matter!.Id, result.Matter.ContentHash));
        return [.. Authority.ApproveAll(Approver, [.. approvals]).Select(result => result.Approved!)];
    }

    public ReleasedLicense Issue(int number) => Authority.CarryOut([Approve(Apply(Enterprise.Issuance(number)))])[0].License!;

    public CarryOutResult Change(MatterType type, ReleasedLicense license) =>
        Authority.CarryOut([Approve(Apply(Standing(type, license.Number, license.Version)))])[0];

    /// <summary>On the first ground of the published table for it.</summary>
    public static StandingContent Standing(MatterType type, LicenseNumber number, int version = 1)
    {
        var withoutGround = new StandingContent(type, number, version, 0);
        return new StandingContent(type, number, version, Reasons.All.First(reason => reason.For == withoutGround.Event).Number);
    }

    /// <summary>Amends the newest version: another address.</summary>
    public ReleasedLicense Amend(ReleasedLicense license, int number) => Authority.CarryOut([Approve(Apply(Enterprise.Amendment(license, number)))])[0].License!;

    /// <summary>The certificate that the newest version's matter gives the right to, for a key that is then forgotten.</summary>
    public EnterpriseCertificate Certify(LicenseNumber license)
    {
        using var token = new TokenKey();
        return Certify(Scalar($"SELECT matter_id FROM prepared_licenses WHERE serial = {license.Serial} ORDER BY version DESC LIMIT 1"), token);
    }

    public EnterpriseCertificate Certify(long matter, TokenKey token) =>
        Authority.Certificates.TryIssue(Clerk, matter, token.Request(), keyMadeAtCounter: false, out var certificate, out var refusal)
            ? certificate
            : throw new InvalidOperationException(refusal.ToString());

    /// <summary>A loss report or replacement.</summary>
    public static CertificateContent About(EnterpriseCertificate certificate, MatterType type, int version = 1) =>
        CertificateContent.TryCreate(type, certificate.License, version, certificate.Issuer, certificate.Serial.Hex, out var content, out var refusal)
            ? content
            : throw new InvalidOperationException(refusal.ToString());

    public IReadOnlyList<LogEntry> LogEntries()
    {
        using var transaction = Register.Read();
        return
        [
            .. transaction.Query<byte[]>("SELECT entry FROM log_entries ORDER BY position")
                .Select(bytes => LogEntry.TryDecode(bytes, out var entry, out var refusal) ? entry : throw new InvalidOperationException(refusal.ToString())),
        ];
    }

    /// <summary>Of all versions of all licenses, in the order of their status indexes.</summary>
    public IReadOnlyList<Standing> Standings()
    {
        using var transaction = Register.Read();
        return [.. transaction.Query<long>("SELECT standing FROM standings ORDER BY status_index").Select(standing => (Standing)standing)];
    }

    /// <summary>Straight into the tables, past the program.</summary>
    public void Sql(string sql) => Database.Sql(sql);

    public long Scalar(string sql) => Database.Scalar(sql);

    public void Dispose()
    {
        Close();
        Database.Dispose();
        Issuers.Dispose();
        foreach (var key in _owned)
            key.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private SoftwareSigningKey Own(Suite suite)
    {
        var key = SoftwareSigningKey.Generate(suite);
        _owned.Add(key);
        return key;
    }
}
