using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Certificates;
using ELicense.IntegrationTests.Issuance;
using ELicense.IntegrationTests.Tokens;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Delegates;
using ELicense.Issuance.Store;
using ELicense.PublicVerification;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ELicense.IntegrationTests.Ocsp;

/// <summary>
/// An authority with its register and publisher, a delegate of the public zone with a key in SoftHSM, certified through inbox and publication, and responders on Kestrel.
/// Other people's programs judge at the machine's time, so the station's clock is the machine's unless a test moves it.
/// </summary>
public sealed class OcspStation(SoftHsmFixture softHsm) : IAsyncLifetime
{
    private readonly PublishedCounter _published = new();
    private readonly List<WebApplication> _applications = [];
    private int _enterprises;

    internal CertificateFolder Files { get; } = new();

    internal Counter Counter => _published.Counter;

    internal PublicationFollower Follower { get; private set; } = null!;

    internal OcspDelegates Delegates { get; private set; } = null!;

    internal DelegateDesk Desk { get; private set; } = null!;

    /// <summary>Of the responder with the default settings.</summary>
    internal HttpClient Http { get; private set; } = null!;

    internal string Inbox => Path.Combine(Counter.Folder, "inbox");

    internal string Publication => Counter.Settings.PublicationFolder;

    internal X509Certificate2 Ca => Counter.Issuers.Certificate;

    public async ValueTask InitializeAsync()
    {
        Counter.Clock.Now = DateTimeOffset.UtcNow;
        Follower = new PublicationFollower(
            PublicationSource.Open(Publication), new FollowerSettings(_published.Anchor, StateFolder: Path.Combine(Counter.Folder, "state"), HighWaterFolder: null), Counter.Clock);
        var key = Pkcs11SigningKey.Generate(softHsm.NewToken("public zone"), Suite.Es256, "ocsp");
        Delegates = new OcspDelegates(PublicationSource.Open(Publication), Inbox, () => key, Counter.Clock);
        Desk = NewDesk(() => [new NamedDelegate("ocsp", Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span))]);
        await PublishAsync();
        await Delegates.RefreshAsync(Follower.View!.Trust, CancellationToken.None);
        Assert.Null(Assert.Single(Desk.Run()).Refusal);
        Assert.Null(await Delegates.RefreshAsync(Follower.View!.Trust, CancellationToken.None));
        Http = await StartAsync(new OcspSettings { Follower = Follower, Delegates = Delegates });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var application in _applications)
        {
            await application.StopAsync();
            await application.DisposeAsync();
        }

        Delegates.Dispose();
        Follower.Dispose();
        _published.Dispose();
        Files.Dispose();
    }

    internal DelegateDesk NewDesk(Func<IReadOnlyList<NamedDelegate>> named) => new(
        new DelegateSettings(Inbox, Publication, named, TimeSpan.FromDays(14)), [Counter.Issuers.Subordinate], () => Follower.View!.Trust.Card,
        new AuditLog(Counter.Register, Counter.Clock), new ELicense.Issuance.ClockConfirmation(Counter.Register, Counter.Settings, Counter.Clock));

    /// <summary>Another responder over the same publication and delegates.</summary>
    internal async Task<HttpClient> StartAsync(OcspSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        PublicVerificationRole.AddServices(builder.Services, new PublicVerificationOptions
        {
            Publications = new(Follower),
            RunFollowers = false,
            PublicationFolder = Publication,
            PublicAddress = new Uri("http://127.0.0.1"),
            Ocsp = [settings],
            Clock = Counter.Clock,
            Protection = new Protection { Rate = null },
        });
        var application = builder.Build();
        _applications.Add(application);
        PublicVerificationRole.Map(application);
        await application.StartAsync();
        return new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
    }

    /// <summary>Publishes what happened, and has the public side follow.</summary>
    internal async Task PublishAsync()
    {
        Assert.Null((await Counter.Publisher.PublishAsync(CancellationToken.None)).Refusal);
        Assert.Null((await Follower.PollAsync(CancellationToken.None)).Refusal);
    }

    /// <summary>A new enterprise with its license and certificate, published.</summary>
    internal async Task<(X509Certificate2 Certificate, CertifiedLicense License)> CertifyAsync()
    {
        var result = Counter.Authority.CarryOut([Counter.Approve(Counter.Apply(Enterprise.Issuance(++_enterprises)))])[0];
        using var token = new TokenKey();
        if (!Counter.Authority.Certificates.TryIssue(Counter.Clerk, result.MatterId, token.Request(), keyMadeAtCounter: false, out var issued, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        await PublishAsync();
        return (X509CertificateLoader.LoadCertificate(issued.Der.Span), new CertifiedLicense(result.License!.Number.Serial, result.MatterId));
    }

    /// <summary>The change that a matter makes, logged and published.</summary>
    internal async Task ChangeAsync(CertifiedLicense license, CertificateEvent happened, int reason)
    {
        using (var transaction = Counter.Register.Write())
        {
            var head = RegisterHead.Lock(transaction);
            var changes = new CertificateChanges(transaction, head);
            Assert.True(changes.TryMove(
                Assert.Single(changes.Store.FindStandings(license.Serial)), happened, reason, license.MatterId, Counter.Clock.Now.ToUnixTimeMilliseconds()));
            head.Store();
            transaction.Commit();
        }

        await PublishAsync();
    }

    /// <summary>Signed by the CA, and never in register or log.</summary>
    internal X509Certificate2 Unlogged() => Counter.Issuers.Subordinate.Issue(
        UnitTests.Certificates.TestIssuers.Profiles.Enterprise, UnitTests.Certificates.TestIssuers.Enterprise(UnitTests.Certificates.TestIssuers.NewKey()));

    /// <summary>openssl's own request, DER.</summary>
    internal byte[] Request(params string[] arguments)
    {
        var path = Path.Combine(Files.Path, Path.GetRandomFileName());
        Programs.Run("openssl", ["ocsp", "-issuer", Files.Pem(Ca), .. arguments, "-reqout", path]);
        return File.ReadAllBytes(path);
    }

    internal static async Task<(HttpStatusCode Status, byte[] Body)> PostAsync(HttpClient http, byte[] request, string type = "application/ocsp-request")
    {
        using var content = new ByteArrayContent(request);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        using var response = await http.PostAsync("/ocsp", content);
        return (response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    /// <summary>What openssl says of the answer to its own request.</summary>
    internal string Openssl(HttpClient http, params string[] arguments) => Run(
        "openssl", ["ocsp", "-url", new Uri(http.BaseAddress!, "/ocsp").AbsoluteUri, "-CAfile", Files.Pem(Counter.Issuers.RootCertificate), "-verify_other", Files.Pem(Ca),
        "-issuer", Files.Pem(Ca), .. arguments]);

    /// <summary>Standard output and standard error, whatever the exit.</summary>
    internal static string Run(string program, params string[] arguments) => Programs.Run("sh", ["-c", "\"$@\" 2>&1 || true", "sh", program, .. arguments]);
}

/// <summary>A license with one certificate, and the matter that gave the right to it.</summary>
internal sealed record CertifiedLicense(long Serial, long MatterId);
