using System.Net;
using System.Text;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.PublicVerification;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Web.Delegates;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>An authority with software keys, its publication in a folder, and both public roles on one Kestrel port over it.</summary>
public class PublicStation : IAsyncLifetime
{
    public const string PublicHost = "gs.example.cn";
    public const string ApiKey = "station-key-8d1f";
    public const string SmallApiKey = "station-key-5b07";

    public static readonly WorkRate SmallRate = new(Burst: 5, PerSecond: 1);
    public const string Office = "福州市鼓楼区市场监督管理局";

    // The worked code of GB 32100-2015, and codes of published registers.
    public const string ValidCode = "91350100M000100Y43";
    public const string RevokedCode = "91440300708461136T";
    public const string SuspendedCode = "91110108551385082Q";
    public const string HostileCode = "91330106673959654P";

    /// <summary>A right code that nobody is licensed under.</summary>
    public const string UnlicensedCode = "91110000000000019B";

    public const string HostileName = "<script>alert(1)</script>\"&'有限公司";

    private readonly List<IDisposable> _owned = [];
    private WebApplication? _app;
    private TestIssuers _issuers = null!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("elicense-web-").FullName;

    /// <summary>Of the authority, and the one region of its card. Set before <see cref="InitializeAsync"/>.</summary>
    public (int Number, string Region) Place { get; init; } = (3501, "35");

    public StationClock Clock { get; } = new(DateTimeOffset.UtcNow);

    /// <summary>Set before <see cref="InitializeAsync"/>; the keys are the station's.</summary>
    public Protection Protection { get; init; } = new() { Rate = null };

    /// <summary>Set before <see cref="InitializeAsync"/>.</summary>
    public SiteSettings SiteSettings { get; init; } = new();

    public SiteRegistry Sites { get; private set; } = null!;

    /// <summary>Looks when it is told to.</summary>
    internal SiteWatch Watch => _app!.Services.GetRequiredService<SiteWatch>();

    /// <summary>Set before <see cref="InitializeAsync"/>.</summary>
    public TimeSpan PictureMaxAge { get; init; } = TimeSpan.FromMinutes(1);

    public string Publication => Path.Combine(Folder, "publication");

    public BadgeStore Badges { get; private set; } = null!;

    public PublicationFollower Follower { get; private set; } = null!;

    /// <summary>Who signs badges.</summary>
    public StatementDelegates Delegates { get; private set; } = null!;

    public Publisher Publisher { get; private set; } = null!;

    public LicensingAuthority Authority { get; private set; } = null!;

    public AuthorityKeys Keys { get; private set; } = null!;

    /// <summary>Licensed, by code.</summary>
    public Dictionary<string, ReleasedLicense> Licenses { get; } = [];

    public Uri Address { get; private set; } = null!;

    /// <summary>Follows no redirects and keeps no cookies.</summary>
    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var (root, settings) = Found();
        var register = Own(Register.OpenSqlite(Path.Combine(Folder, "register.db")));
        Authority = new LicensingAuthority(register, settings, Keys, Clock);
        Publisher = Own(new Publisher(register, settings, Keys, Clock));
        Follower = Own(new PublicationFollower(
            PublicationSource.Open(Publication), new FollowerSettings(TrustAnchor.Fingerprint(Digest.Of(root.PublicKey.SubjectPublicKeyInfo.Span)), null, null), Clock));
        Badges = BadgeStore.Open(Path.Combine(Folder, "display.db"));
        Sites = new SiteRegistry(Badges, SiteSettings, new Uri("https://" + PublicHost), Clock);

        Issue(ValidCode, "福州市闽江源茶叶贸易有限公司");
        Issue(RevokedCode, "深圳市示范电子有限公司");
        Issue(SuspendedCode, "北京示范信息技术有限公司");
        Issue(HostileCode, HostileName);
        Change(MatterType.Revocation, RevokedCode);
        Change(MatterType.Suspension, SuspendedCode);
        await PublishAsync();
        await DelegateAsync(settings, register);
        await StartAsync();
    }

    /// <summary>Publishes what happened, and has the public side follow.</summary>
    public async Task PublishAsync()
    {
        var published = await Publisher.PublishAsync();
        Assert.Null(published.Refusal);
        var followed = await Follower.PollAsync(CancellationToken.None);
        Assert.Null(followed.Refusal);
    }

    public ReleasedLicense Issue(string code, string name, string? termTo = null) => Licenses[code] = CarryOut(new IssuanceContent(FaceOf(code, name, termTo))).License!;

    /// <summary>A new version under another name; the former one is superseded.</summary>
    public ReleasedLicense Amend(string code, string name)
    {
        var former = Licenses[code];
        return Licenses[code] = CarryOut(new AmendmentContent(MatterType.Amendment, former.Number, former.Version, FaceOf(code, name, termTo: null))).License!;
    }

    private static Face FaceOf(string code, string name, string? termTo)
    {
        var draft = new EnterpriseDraft
        {
            Kind = "company",
            Uscc = code,
            Name = name,
            LegalRepresentative = "林晓岚",
            RegisteredCapital = "530万人民币",
            EstablishedOn = "2019-03-18",
            TermFrom = "2019-03-18",
            TermTo = termTo,
            Address = "福建省福州市鼓楼区五四路158号环球广场12层",
            BusinessScope = "食用农产品批发；茶具销售；互联网销售（除销售需要许可的商品）；茶叶种植；信息咨询服务（不含许可类信息咨询服务）。",
        };
        return Face.TryCreate(draft, Office, new DateOnly(2026, 1, 5), out var face, out var refusal) ? face : throw new InvalidOperationException(refusal.ToString());
    }

    public void Change(MatterType type, string code)
    {
        var license = Licenses[code];
        CarryOut(new StandingContent(type, license.Number, license.Version, reason: type switch { MatterType.Suspension => 10, MatterType.Revocation => 40, MatterType.Cancellation => 60, _ => 0 }));
    }

    /// <summary>Nobody reaches the public roles any more.</summary>
    public Task CutAsync() => _app!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync(); // waits for the work in the background, which disposing alone does not
            await _app.DisposeAsync();
        }

        _owned.Reverse();
        foreach (var owned in _owned)
            owned.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }

    private CarryOutResult CarryOut(MatterContent content)
    {
        if (!Authority.TryApply(new Officer("person-1", "李四", 1), content, out var matter, out var refusal)
            || !Authority.TryApprove(new Officer("person-2", "王五", 1), matter.Id, matter.ContentHash, out var approved, out refusal))
        {
            throw new InvalidOperationException(refusal.ToString());
        }

        var result = Authority.CarryOut([approved])[0];
        return result.Refusal is { } why ? throw new InvalidOperationException(why.ToString()) : result;
    }

    /// <summary>Keys, a card signed by the root, the directory of offices.</summary>
    private (SigningKey Root, AuthoritySettings Settings) Found()
    {
        var root = Own(SoftwareSigningKey.Generate(Suite.Es256));
        Keys = new AuthorityKeys(
            Own(SoftwareSigningKey.Generate(Suite.Es256)), Own(SoftwareSigningKey.Generate(Suite.Es256)),
            Own(SoftwareSigningKey.Generate(Suite.Ed25519)), Own(SoftwareSigningKey.Generate(Suite.Ed25519)));
        var issued = Clock.GetUtcNow().ToUnixTimeSeconds();
        _issuers = Own(new TestIssuers(root, Own(SoftwareSigningKey.Generate(Suite.Es256))));
        TrustedKey Entry(KeyRole role, SigningKey key) => new(
            role, key.Suite.JoseName(), key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, Certificate: null, issued - 60, issued + 86_400 * 365);
        var card = new TrustCard
        {
            Version = 1,
            Issued = issued,
            Expires = issued + 86_400 * 390,
            AuthorityNumber = Place.Number,
            AuthorityName = new BilingualText("示范省市场监督管理局", "Demonstration Province Administration for Market Regulation"),
            Origin = PublicHost + "/elicense",
            IdentifierIssuer = "11350100000000000A",
            IdentifierRoot = Core.Licenses.LicenseIdentifier.DefaultRoot,
            Regions = [Place.Region],
            LicenseLists = new ListRange(1, 8),
            CertificateLists = new ListRange(1001, 1008),
            LicenseStatusBase = $"https://{PublicHost}/publication/status/licenses",
            CertificateStatusBase = $"https://{PublicHost}/publication/status/certificates",
            QrHosts = [PublicHost],
            MaxAge = 86_400,
            Keys =
            [
                Entry(KeyRole.Root, root), Entry(KeyRole.License, Keys.License), Entry(KeyRole.Status, Keys.Status),
                Entry(KeyRole.Log, Keys.Log), Entry(KeyRole.Clock, Keys.Clock),
                Entry(KeyRole.OfficersCa, _issuers.Key) with { Certificate = _issuers.Certificate.RawData, From = issued - 3600 },
            ],
            Delegations = [new Delegation(BadgeStatement.Role, _issuers.Key.PublicKey.Kid, "1.3.6.1.4.1.32473.3.1")],
        };
        var offices = new Dictionary<int, BilingualText> { [1] = new(Office, "Gulou District Administration for Market Regulation") };
        Directory.CreateDirectory(Publication);
        var trust = new TrustPublisher(Publication, TrustAnchor.Fingerprint(Digest.Of(root.PublicKey.SubjectPublicKeyInfo.Span)));
        if (!trust.TryPublish(Encoding.ASCII.GetBytes(Jws.Sign(root, TrustCard.Type, card.EncodeJson())), Clock.GetUtcNow(), out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        trust.PublishOffices(new OfficeDirectory(1, issued, card.AuthorityNumber, offices), Keys.Status);
        return (root, AuthoritySettings.From(card, offices, new Uri("https://" + PublicHost), Publication, Path.Combine(Folder, "high-water")));
    }

    /// <summary>A key of the public zone for badges, certified through inbox and publication.</summary>
    private async Task DelegateAsync(AuthoritySettings settings, Register register)
    {
        var (key, inbox) = (SoftwareSigningKey.Generate(Suite.Es256), Path.Combine(Folder, "inbox"));
        Delegates = Own(new StatementDelegates(BadgeStatement.Role, PublicationSource.Open(Publication), inbox, () => key, Clock));
        var desk = new DelegateDesk(
            new DelegateSettings(inbox, Publication, () => [new NamedDelegate(BadgeStatement.Role, Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span))], TimeSpan.FromDays(14)),
            [_issuers.Subordinate], () => Follower.View!.Trust.Card, new AuditLog(register, Clock), new ClockConfirmation(register, settings, Clock));
        await Delegates.RefreshAsync(Follower.View!.Trust, CancellationToken.None);
        Assert.Null(Assert.Single(desk.Run()).Refusal);
        Assert.Null(await Delegates.RefreshAsync(Follower.View.Trust, CancellationToken.None));
    }

    private async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var keys = new Dictionary<string, WorkRate> { [ApiKey] = WorkRate.Key, [SmallApiKey] = SmallRate };
        var protection = Protection with { Keys = new ApiKeys(keys.ToDictionary(key => Digest.Of(Encoding.UTF8.GetBytes(key.Key)), key => key.Value)) };
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, new ConnectionCount(protection).Bound));
        builder.Logging.ClearProviders();
        var address = new Uri("https://" + PublicHost);
        PublicVerificationRole.AddServices(builder.Services, new PublicVerificationOptions
        {
            Publications = new(Follower),
            RunFollowers = false,
            PublicationFolder = Publication,
            PublicAddress = address,
            Clock = Clock,
            Protection = protection,
        });
        DisplayRole.AddServices(builder.Services, new DisplayOptions
        {
            Publications = new(Follower),
            RunFollowers = false,
            Badges = Badges,
            Watched = Sites,
            RunWatch = false,
            Signers = [new StatementSettings(Follower, Delegates)],
            PublicAddress = address,
            VerificationAddress = address,
            PictureMaxAge = PictureMaxAge,
            Clock = Clock,
            Protection = protection,
        });
        _app = builder.Build();
        PublicVerificationRole.Map(_app);
        DisplayRole.Map(_app);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
    }

    private T Own<T>(T thing)
        where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }
}

/// <summary>A clock that a test moves.</summary>
public sealed class StationClock(DateTimeOffset now) : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now + Ahead;

    public override long GetTimestamp() => Ahead.Ticks;
}
