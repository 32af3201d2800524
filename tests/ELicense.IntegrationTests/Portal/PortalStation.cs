using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.AspNetCore.Certificates;
using ELicense.Authority;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.Portal;
using ELicense.Portal.Filings;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Bundles;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Web.Delegates;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;
using CertificateContent = ELicense.Cryptography.Certificates.Profiles.CertificateContent;

namespace ELicense.IntegrationTests.Portal;

/// <summary>An authority with software keys that licenses and certifies enterprises, its publication in a folder, and the portal over it on Kestrel with TLS.</summary>
public sealed class PortalStation : IAsyncLifetime
{
    public const string Office = "福州市鼓楼区市场监督管理局";

    // The worked code of GB 32100-2015, and codes of published registers.
    public const string ShopCode = "91350100M000100Y43";
    public const string RevokedCode = "91440300708461136T";
    public const string SuspendedCode = "91110108551385082Q";

    public const string ShopName = "福州市闽江源茶叶贸易有限公司";

    private static readonly Officer Clerk = new("person-1", "李四", 1);
    private static readonly Officer Approver = new("person-2", "王五", 1);

    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<string, (ReleasedLicense License, long Matter)> _licenses = [];
    private readonly List<HttpClient> _clients = [];
    private readonly TimeProvider _clock = TimeProvider.System;
    private WebApplication _app = null!;
    private TestIssuers _issuers = null!;
    private TestIssuers _officers = null!;
    private SoftwareSigningKey _answers = null!;
    private StatementDelegates _delegates = null!;
    private FilingSettings _desk = null!;
    private AuthoritySettings _settings = null!;
    private Register _register = null!;
    private SoftwareSigningKey _root = null!;
    private AuthorityKeys _keys = null!;
    private Publisher _publisher = null!;
    private X509Certificate2 _server = null!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("elicense-portal-").FullName;

    /// <summary>Set before <see cref="InitializeAsync"/>.</summary>
    public SiteSettings SiteSettings { get; init; } = new();

    /// <summary>Set before <see cref="InitializeAsync"/>.</summary>
    public Uri PublicAddress { get; init; } = new("https://gs.example.cn");

    public string Publication => Path.Combine(Folder, "publication");

    /// <summary>Filings to the authority.</summary>
    public string Inbox => Path.Combine(Folder, "inbox");

    /// <summary>A write into the inbox that was cut off two days before the portal starts.</summary>
    public string CutOff => Path.Combine(Inbox, new string('a', 64));

    public LicensingAuthority Authority { get; private set; } = null!;

    public PublicationFollower Follower { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    /// <summary>Of the shop, in good standing.</summary>
    public X509Certificate2 Shop { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = _settings = Found();
        var register = _register = Own(Register.OpenSqlite(Path.Combine(Folder, "register.db")));
        Authority = new LicensingAuthority(register, settings, _keys, _clock);
        _publisher = Own(new Publisher(register, settings, _keys, _clock) { Answers = new PublishedAnswers(settings, register, _answers) });
        Follower = Own(new PublicationFollower(
            PublicationSource.Open(Publication), new FollowerSettings(TrustAnchor.Fingerprint(Digest.Of(_root.PublicKey.SubjectPublicKeyInfo.Span)), null, null), _clock));
        Issue(ShopCode, ShopName);
        Issue(RevokedCode, "深圳市示范电子有限公司");
        Issue(SuspendedCode, "北京示范信息技术有限公司");
        Shop = Certify(ShopCode);
        await PublishAsync();
        await DelegateAsync(settings, register);
        File.WriteAllBytes(CutOff, [0x84]);
        File.SetLastWriteTimeUtc(CutOff, _clock.GetUtcNow().UtcDateTime.AddDays(-2));
        await StartAsync();
    }

    /// <summary>Carries the inbox over the gap, has the desk take it, and two officers carry out what was filed about the license.</summary>
    public async Task DecideAsync(string code)
    {
        using var disk = new MemoryStream();
        Assert.NotEmpty((await InboxBundle.ExportAsync(Inbox, disk, CancellationToken.None)).Packed);
        disk.Position = 0;
        var inside = _desk.Inbox;
        Assert.Null((await InboxBundle.ImportAsync(disk, inside, CancellationToken.None)).Refusal);
        var desk = new FilingDesk(_desk, _settings, _register, new ClockConfirmation(_register, _settings, _clock));
        Assert.NotEmpty(desk.Run());
        var acts = new FilingActs(_register, _settings, Authority, _clock);
        var filed = acts.List(FiledState.Filed, [1], 0, 100).Single(one => one.Content?.License == License(code).Number);
        Assert.Equal(FilingEvidence.PortalTls, filed.Evidence);
        Assert.True(acts.TryAccept(Clerk, filed.Id, filed.ContentHash!.Value, out _, out var refusal), refusal.ToString());
        Assert.True(acts.TrySubmit(Clerk, filed.Id, filed.ContentHash.Value, out var matter, out refusal), refusal.ToString());
        Assert.True(Authority.TryApprove(Approver, matter.Id, matter.ContentHash, out var approved, out refusal), refusal.ToString());
        Assert.Null(Authority.CarryOut([approved])[0].Refusal);
    }

    /// <summary>As the authority does: signed by the answer key, in the place that the filing's digest names.</summary>
    public void Answer(FilingAnswer answer, SigningKey? key = null) =>
        WholeFile.Write(
            Path.Combine(Directory.CreateDirectory(Path.Combine(Publication, "answers")).FullName, $"{answer.Filing}.jws"),
            Encoding.ASCII.GetBytes(Jws.Sign(key ?? _answers, FilingAnswer.Type, answer.EncodeJson())));

    /// <summary>Publishes what happened, and has the portal follow.</summary>
    public async Task PublishAsync()
    {
        Assert.Null((await _publisher.PublishAsync()).Refusal);
        Assert.Null((await Follower.PollAsync(CancellationToken.None)).Refusal);
        Assert.Null(await Follower.ReadCertificatesAsync(CancellationToken.None));
    }

    /// <summary>A browser, as far as the server can tell: follows no redirects, keeps cookies.</summary>
    /// <param name="certificate">With its key; null: none is shown.</param>
    public HttpClient Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetRawCertData().AsSpan().SequenceEqual(_server.RawData);
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!;
        var client = new HttpClient(handler) { BaseAddress = Address };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        _clients.Add(client);
        return client;
    }

    /// <summary>The certificate that a license's newest matter gives the right to, with its key.</summary>
    public X509Certificate2 Certify(string code)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        if (!Authority.Certificates.TryIssue(Clerk, _licenses[code].Matter, request, keyMadeAtCounter: false, out var issued, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        using var certificate = X509CertificateLoader.LoadCertificate(issued.Der.Span);
        return Own(certificate.CopyWithPrivateKey(key));
    }

    /// <summary>The enterprise's first certificate, and a second one after its name was changed.</summary>
    public async Task<(X509Certificate2 First, X509Certificate2 Second)> CertifyTwiceAsync(string code, string newName)
    {
        var first = Certify(code);
        Amend(code, newName);
        var second = Certify(code);
        await PublishAsync();
        return (first, second);
    }

    /// <summary>From then on the certificate is on hold.</summary>
    public void ReportLost(string code, X509Certificate2 certificate)
    {
        var (license, _) = _licenses[code];
        if (!ELicense.Issuance.Matters.CertificateContent.TryCreate(
                MatterType.LossReport, license.Number, license.Version, _issuers.Subordinate.Kid, Convert.ToHexStringLower(certificate.SerialNumberBytes.Span.TrimStart((byte)0)), out var content, out var refusal)
            || !Authority.TryApply(Clerk, content, out _, out refusal))
        {
            throw new InvalidOperationException(refusal.ToString());
        }
    }

    public void Change(MatterType type, string code)
    {
        var (license, _) = _licenses[code];
        CarryOut(new StandingContent(type, license.Number, license.Version, reason: type switch { MatterType.Suspension => 10, MatterType.Revocation => 40, _ => 0 }));
    }

    public ReleasedLicense Amend(string code, string name)
    {
        var (license, _) = _licenses[code];
        return Keep(code, new AmendmentContent(MatterType.Amendment, license.Number, license.Version, FaceOf(code, name)));
    }

    public ReleasedLicense Issue(string code, string name) => Keep(code, new IssuanceContent(FaceOf(code, name)));

    public ReleasedLicense License(string code) => _licenses[code].License;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _owned.Reverse();
        foreach (var owned in _owned)
            owned.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }

    private ReleasedLicense Keep(string code, MatterContent content)
    {
        var (matter, result) = CarryOut(content);
        _licenses[code] = (result.License!, matter);
        return result.License!;
    }

    private (long Matter, CarryOutResult Result) CarryOut(MatterContent content)
    {
        if (!Authority.TryApply(Clerk, content, out var matter, out var refusal)
            || !Authority.TryApprove(Approver, matter.Id, matter.ContentHash, out var approved, out refusal))
        {
            throw new InvalidOperationException(refusal.ToString());
        }

        var result = Authority.CarryOut([approved])[0];
        return result.Refusal is { } why ? throw new InvalidOperationException(why.ToString()) : (matter.Id, result);
    }

    private static Face FaceOf(string code, string name)
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
            Address = "福建省福州市鼓楼区五四路158号环球广场12层",
            BusinessScope = "食用农产品批发；茶具销售；互联网销售（除销售需要许可的商品）；茶叶种植。",
        };
        return Face.TryCreate(draft, Office, new DateOnly(2026, 1, 5), out var face, out var refusal) ? face : throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>Keys, CAs, a card signed by the root, the directory of offices.</summary>
    private AuthoritySettings Found()
    {
        _root = Own(SoftwareSigningKey.Generate(Suite.Es256));
        _issuers = Own(new TestIssuers(_root, Own(SoftwareSigningKey.Generate(Suite.Es256))));
        _officers = Own(new TestIssuers(_root, Own(SoftwareSigningKey.Generate(Suite.Es256))));
        _answers = Own(SoftwareSigningKey.Generate(Suite.Es256));
        var keys = new AuthorityKeys(
            Own(SoftwareSigningKey.Generate(Suite.Es256)), Own(SoftwareSigningKey.Generate(Suite.Es256)),
            Own(SoftwareSigningKey.Generate(Suite.Ed25519)), Own(SoftwareSigningKey.Generate(Suite.Ed25519)));
        _keys = keys with { EnterpriseCas = [_issuers.Subordinate] };
        var issued = _clock.GetUtcNow().ToUnixTimeSeconds();
        TrustedKey Entry(KeyRole role, SigningKey key) => new(
            role, key.Suite.JoseName(), key.PublicKey.SubjectPublicKeyInfo, key.PublicKey.Kid, Certificate: null, issued - 3600, issued + 86_400 * 365);
        var card = new TrustCard
        {
            Version = 1,
            Issued = issued,
            Expires = issued + 86_400 * 390,
            AuthorityNumber = 3501,
            AuthorityName = new BilingualText("示范省市场监督管理局", "Demonstration Province Administration for Market Regulation"),
            Origin = "gs.example.cn/elicense",
            IdentifierIssuer = "11350100000000000A",
            IdentifierRoot = Core.Licenses.LicenseIdentifier.DefaultRoot,
            Regions = ["35"],
            LicenseLists = new ListRange(1, 8),
            CertificateLists = new ListRange(1001, 1008),
            LicenseStatusBase = "https://gs.example.cn/publication/status/licenses",
            CertificateStatusBase = "https://gs.example.cn/publication/status/certificates",
            QrHosts = ["gs.example.cn"],
            MaxAge = 86_400,
            Keys =
            [
                Entry(KeyRole.Root, _root), Entry(KeyRole.License, _keys.License), Entry(KeyRole.Status, _keys.Status), Entry(KeyRole.Log, _keys.Log), Entry(KeyRole.Clock, _keys.Clock),
                Entry(KeyRole.EnterpriseCa, _issuers.Key) with { Certificate = _issuers.Certificate.RawData }, Entry(KeyRole.Answer, _answers),
                Entry(KeyRole.OfficersCa, _officers.Key) with { Certificate = _officers.Certificate.RawData },
            ],
            Delegations = [new Delegation(Filing.PortalRole, _officers.Key.PublicKey.Kid, "1.3.6.1.4.1.32473.3.4")],
        };
        var offices = new Dictionary<int, BilingualText> { [1] = new(Office, "Gulou District Administration for Market Regulation") };
        Directory.CreateDirectory(Publication);
        var trust = new TrustPublisher(Publication, TrustAnchor.Fingerprint(Digest.Of(_root.PublicKey.SubjectPublicKeyInfo.Span)));
        if (!trust.TryPublish(Encoding.ASCII.GetBytes(Jws.Sign(_root, TrustCard.Type, card.EncodeJson())), _clock.GetUtcNow(), out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        trust.PublishOffices(new OfficeDirectory(1, issued, card.AuthorityNumber, offices), _keys.Status);
        return AuthoritySettings.From(card, offices, new Uri("https://gs.example.cn"), Publication, Path.Combine(Folder, "high-water"));
    }

    /// <summary>The portal's key for filings, certified through inbox and publication.</summary>
    private async Task DelegateAsync(AuthoritySettings settings, Register register)
    {
        var key = SoftwareSigningKey.Generate(Suite.Es256);
        _delegates = Own(new StatementDelegates(Filing.PortalRole, PublicationSource.Open(Publication), Inbox, () => key, _clock));
        NamedDelegate[] named = [new(Filing.PortalRole, Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span))];
        _desk = new FilingSettings(
            Path.Combine(Folder, "inside"), () => Follower.View!.Trust, () => named, FilingContents.Reader(settings.Offices, new PersonMarkKey(new byte[32]), _clock));
        var desk = new DelegateDesk(
            new DelegateSettings(Inbox, Publication, () => named, TimeSpan.FromDays(14)),
            [_officers.Subordinate], () => Follower.View!.Trust.Card, new AuditLog(register, _clock), new ClockConfirmation(register, settings, _clock));
        await _delegates.RefreshAsync(Follower.View!.Trust, CancellationToken.None);
        Assert.Null(Assert.Single(desk.Run()).Refusal);
        Assert.Null(await _delegates.RefreshAsync(Follower.View.Trust, CancellationToken.None));
    }

    private async Task StartAsync()
    {
        var options = new PortalOptions
        {
            Publications = new(Follower),
            RunFollowers = false,
            Store = PortalStore.Open(Path.Combine(Folder, "portal", "portal.db")),
            Counters = [new AuthorityCounter(Follower, PublicationSource.Open(Publication), Inbox)],
            Signers = [new StatementSettings(Follower, _delegates)],
            PublicAddress = PublicAddress,
            Sites = new SiteRegistry(BadgeStore.Open(Path.Combine(Folder, "display.db")), SiteSettings, PublicAddress, _clock),
            Clock = _clock,
            Protection = new Protection { Rate = null },
        };
        var cas = new EnterpriseCas(options.Publications);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        _server = Server();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttpsWithClientCertificates(_server, [], () => cas.Certificates)));
        builder.Logging.ClearProviders();
        PortalRole.AddServices(builder.Services, options);
        _app = builder.Build();
        PortalRole.Map(_app);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    private X509Certificate2 Server()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (!SubjectPublicKey.TryRead(key.ExportSubjectPublicKeyInfo(), out var publicKey, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        var now = _clock.GetUtcNow();
        using var certificate = _issuers.Root.Issue(CertificateProfiles.Development.Service, new CertificateContent
        {
            Subject = SubjectNames.Common("portal"),
            Key = publicKey,
            From = now.AddDays(-1),
            To = now.AddYears(2),
            DnsNames = ["localhost"],
            IpAddresses = [IPAddress.Loopback],
        });
        return Own(certificate.CopyWithPrivateKey(key));
    }

    private T Own<T>(T thing)
        where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }
}
