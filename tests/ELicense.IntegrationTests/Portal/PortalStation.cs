using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.AspNetCore.Certificates;
using ELicense.Authority;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.Issuance;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Portal;
using ELicense.Portal.Filings;
using ELicense.PublicVerification;
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
public sealed class PortalStation() : AuthorityStation(TimeProvider.System)
{
    // The worked code of GB 32100-2015, and codes of published registers.
    public const string ShopCode = "91350100M000100Y43";
    public const string RevokedCode = "91440300708461136T";
    public const string SuspendedCode = "91110108551385082Q";

    public const string ShopName = "福州市闽江源茶叶贸易有限公司";

    private readonly Dictionary<string, long> _matters = [];
    private readonly TimeProvider _clock = TimeProvider.System;
    private TestIssuers _issuers = null!;
    private SoftwareSigningKey _answers = null!;
    private StatementDelegates _delegates = null!;
    private FilingSettings _desk = null!;
    private X509Certificate2 _server = null!;
    private PublicationFollower? _remote;

    /// <summary>Set before <see cref="InitializeAsync"/>.</summary>
    public SiteSettings SiteSettings { get; init; } = new();

    /// <summary>Set before <see cref="InitializeAsync"/>.</summary>
    public Uri PublicAddress { get; init; } = new("https://gs.example.cn");

    /// <summary>Whether the portal follows the publication from a web server instead of its folder. Set before <see cref="InitializeAsync"/>.</summary>
    public bool IsRemote { get; init; }

    /// <summary>A write into the inbox that was cut off two days before the portal starts.</summary>
    public string CutOff => Path.Combine(Inbox, new string('a', 64));

    public Uri Address { get; private set; } = null!;

    /// <summary>Warnings and worse.</summary>
    internal KeptLog Log { get; } = new();

    /// <summary>Of the shop, in good standing.</summary>
    public X509Certificate2 Shop { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Found(Filing.PortalRole, "1.3.6.1.4.1.32473.3.4", WithCaAndAnswers, () => _answers);
        Issue(ShopCode, ShopName);
        Issue(RevokedCode, "深圳市示范电子有限公司");
        Issue(SuspendedCode, "北京示范信息技术有限公司");
        Shop = Certify(ShopCode);
        await PublishAsync();
        (_delegates, var named) = await DelegateAsync(Filing.PortalRole);
        _desk = new FilingSettings(
            Path.Combine(Folder, "inside"), () => Follower.View!.Trust, () => [named], FilingContents.Reader(Settings.Offices, new PersonMarkKey(new byte[32]), _clock));
        File.WriteAllBytes(CutOff, [0x84]);
        File.SetLastWriteTimeUtc(CutOff, _clock.GetUtcNow().UtcDateTime.AddDays(-2));
        if (IsRemote)
            await ServePublicationAsync();
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
        var desk = new FilingDesk(_desk, Settings, Register, new ClockConfirmation(Register, Settings, _clock));
        Assert.NotEmpty(desk.Run());
        var acts = new FilingActs(Register, Settings, Authority, _clock);
        var filed = acts.List(FiledState.Filed, [1], 0, 100).Single(one => one.Content?.License == Licenses[code].Number);
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

    /// <summary>And reads the certificates that are named now.</summary>
    public override async Task PublishAsync()
    {
        await base.PublishAsync();
        if (IsRemote)
            Assert.Null((await Followed.PollAsync(CancellationToken.None)).Refusal);
        Assert.Null(await Followed.ReadCertificatesAsync(CancellationToken.None));
    }

    /// <summary>A browser, as far as the server can tell: follows no redirects, keeps cookies.</summary>
    /// <param name="certificate">With its key; null: none is shown.</param>
    public HttpClient Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetRawCertData().AsSpan().SequenceEqual(_server.RawData);
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!;
        var client = OwnClient(new HttpClient(handler) { BaseAddress = Address });
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    /// <summary>The certificate that a license's newest matter gives the right to, with its key.</summary>
    public X509Certificate2 Certify(string code)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        if (!Authority.Certificates.TryIssue(Clerk, _matters[code], request, keyMadeAtCounter: false, out var issued, out var refusal))
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
        var license = Licenses[code];
        if (!ELicense.Issuance.Matters.CertificateContent.TryCreate(
                MatterType.LossReport, license.Number, license.Version, _issuers.Subordinate.Kid, Convert.ToHexStringLower(certificate.SerialNumberBytes.Span.TrimStart((byte)0)), out var content, out var refusal)
            || !Authority.TryApply(Clerk, content, out _, out refusal))
        {
            throw new InvalidOperationException(refusal.ToString());
        }
    }

    /// <summary>Remembers which matter gives the right to a certificate.</summary>
    private protected override CarryOutResult CarryOut(MatterContent content)
    {
        var result = base.CarryOut(content);
        if (content is FaceContent { Face.CreditCode.Value: var code })
            _matters[code] = result.MatterId;
        return result;
    }

    private (AuthorityKeys Keys, TrustedKey[] InCard) WithCaAndAnswers(AuthorityKeys keys)
    {
        var now = _clock.GetUtcNow();
        _issuers = Own(new TestIssuers(Root, NewKey(Suite.Es256)));
        _answers = NewKey(Suite.Es256);
        return (keys with { EnterpriseCas = [_issuers.Subordinate] }, [TestCards.Ca(KeyRole.EnterpriseCa, _issuers.Subordinate, now), TestCards.Key(KeyRole.Answer, _answers, now)]);
    }

    /// <summary>What the portal follows.</summary>
    private PublicationFollower Followed => _remote ?? Follower;

    private async Task ServePublicationAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        PublicationServer = builder.Build();
        PublicationFiles.Map(PublicationServer, Publication);
        await PublicationServer.StartAsync();
        _remote = Own(new PublicationFollower(
            PublicationSource.Open(PublicationServer.Urls.Single() + "/publication/"), new FollowerSettings(TrustAnchor.Fingerprint(Digest.Of(Root.PublicKey.SubjectPublicKeyInfo.Span)), null, null), _clock));
        await PublishAsync();
    }

    private async Task StartAsync()
    {
        var options = new PortalOptions
        {
            Publications = new(Followed),
            RunFollowers = false,
            Store = PortalStore.Open(Path.Combine(Folder, "portal", "portal.db")),
            Counters = [new AuthorityCounter(Followed, PublicationSource.Open(Publication), Inbox)],
            Signers = [new StatementSettings(Followed, _delegates)],
            PublicAddress = PublicAddress,
            Sites = new SiteRegistry(BadgeStore.Open(Path.Combine(Folder, "display.db")), SiteSettings, PublicAddress, _clock),
            Clock = _clock,
            Protection = new Protection { Rate = null },
        };
        var cas = new EnterpriseCas(options.Publications);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        _server = Server();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttpsWithClientCertificates(_server, [], () => cas.Certificates)));
        builder.Logging.ClearProviders().AddProvider(Log).SetMinimumLevel(LogLevel.Warning);
        PortalRole.AddServices(builder.Services, options);
        App = builder.Build();
        PortalRole.Map(App);
        await App.StartAsync();
        Address = new Uri(App.Urls.Single());
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
}
