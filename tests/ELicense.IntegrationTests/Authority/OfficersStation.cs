using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.AspNetCore.Certificates;
using ELicense.Authority;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Batches;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Deadlines;
using ELicense.Issuance.Filings;
using ELicense.Issuance.People;
using ELicense.Issuance.Store;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ELicense.IntegrationTests.Authority;

/// <summary>A counter behind the real door: Kestrel, TLS and client certificates of a CA of its own. One person a role, and offices 1 &gt; 11 &gt; 111, 1 &gt; 12.</summary>
public sealed partial class OfficersStation : IAsyncDisposable
{
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    public const int City = 11;
    public const int County = 111;
    public const int OtherCity = 12;

    private static readonly StatusAddresses Addresses = new(new Uri("http://127.0.0.1:9"));

    private readonly Counter _counter;
    private readonly SoftwareSigningKey _caKey = SoftwareSigningKey.Generate(Suite.Es256);
    private readonly Dictionary<string, X509Certificate2> _certificates = [];
    private readonly Dictionary<string, HttpClient> _clients = [];
    private readonly List<IDisposable> _owned = [];
    private WebApplication _app = null!;

    private OfficersStation(SigningKey? license, DatabaseServer? databases)
    {
        _counter = new Counter(license, databases: databases);
        Ca = NewCa(_caKey);
        foreach (var office in (int[])[City, County, OtherCity])
        {
            _counter.Settings = _counter.Settings with
            {
                Offices = new Dictionary<int, Core.Trust.BilingualText>(_counter.Settings.Offices) { [office] = new($"{office}号市场监督管理局", $"Office {office}") },
            };
        }
        _counter.Reopen();
    }

    /// <summary>Another authority whose black lists are taken over.</summary>
    public const string PeerOrigin = OtherAuthority.Origin;

    private static readonly PersonMarkKey PersonKey = new(new byte[32]);

    private readonly OtherAuthority _peer = new();

    public SigningKey PeerExchange => _peer.Exchange;

    internal Counter Counter => _counter;

    public X509Certificate2 Ca { get; }

    public Uri Address { get; private set; } = null!;

    public AuthorityPeople People { get; private set; } = null!;

    /// <summary>Carried out when a test lets them run.</summary>
    public RegisterBatches Batches { get; private set; } = null!;

    public AuditLog Trail => new(_counter.Register, _counter.Clock);

    /// <summary>Every call that the door has, as method and route.</summary>
    public IEnumerable<string> Calls => _app.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"));

    public DateTimeOffset Now => _counter.Clock.GetUtcNow();

    /// <param name="databases">Null: SQLite.</param>
    public static async Task<OfficersStation> StartAsync(IReadOnlyList<IPNetwork>? forwardedFrom = null, SigningKey? license = null, DatabaseServer? databases = null)
    {
        var station = new OfficersStation(license, databases);
        await station.OpenAsync(forwardedFrom ?? []);
        return station;
    }

    /// <summary>A certificate of the CA, by default one that passes.</summary>
    public X509Certificate2 Certificate(
        string name, SigningKey? ca = null, X509Certificate2? caCertificate = null, IReadOnlyList<string>? usages = null, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var key = NewKey(out var publicKey);
        var profile = CertificateProfiles.Development.Officer with { ExtendedKeyUsage = usages ?? [ClientAuthentication] };
        using var certificate = Authority(ca ?? _caKey, caCertificate ?? Ca).Issue(profile, new CertificateContent
        {
            Subject = SubjectNames.Common(name),
            Key = publicKey,
            From = from ?? Now.AddDays(-1),
            To = to ?? Now.AddYears(1),
        });
        return Own(certificate.CopyWithPrivateKey(key));
    }

    /// <summary>Straight into the register, as set-up does.</summary>
    public void Enrol(string person, int office, params RoleGrant[] roles)
    {
        var certificate = Certificate(person);
        Store(store =>
        {
            store.InsertPerson(person, person, office, 0);
            store.InsertCertificate(person, OfficerCertificate.Of(certificate, [Ca]), 0);
            foreach (var grant in roles)
                store.InsertRole(person, grant);
        });
        _certificates[person] = certificate;
    }

    public void AddCertificate(string person, X509Certificate2 certificate) => Store(store => store.InsertCertificate(person, OfficerCertificate.Of(certificate, [Ca]), 0));

    internal void Store(Action<PeopleStore> change)
    {
        using var transaction = _counter.Register.Write();
        change(new PeopleStore(transaction));
        transaction.Commit();
    }

    public static Digest Fingerprint(X509Certificate2 certificate) => Digest.Of(certificate.RawData);

    /// <summary>The client with this person's certificate.</summary>
    public HttpClient As(string person)
    {
        lock (_clients)
            return _clients.TryGetValue(person, out var client) ? client : _clients[person] = Client(_certificates[person]);
    }

    public HttpClient Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { Ca },
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTime = Now.UtcDateTime,
        };
        if (certificate is not null)
            handler.SslOptions.ClientCertificateContext = System.Net.Security.SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        return Own(new HttpClient(handler) { BaseAddress = Address });
    }

    /// <summary>The certificate that the license's newest version gives a right to.</summary>
    public EnterpriseCertificate Certify(string license) => Core.Licenses.LicenseNumber.TryParse(license, out var number) ? _counter.Certify(number) : throw new ArgumentException(license);

    /// <summary>Applies as the clerk, approves as the approver; the matter when it is done.</summary>
    public async Task<JsonElement> CarryOutAsync(object application)
    {
        var (_, applied) = await PostAsync(As("clerk"), "/api/v1/applications", application);
        var (status, done) = await ApproveAsync(As("approver"), applied);
        return status == HttpStatusCode.OK ? done : throw new InvalidOperationException(done.ToString());
    }

    public Task<JsonElement> IssueAsync(int number) => CarryOutAsync(Issuance(number));

    /// <summary>Issues, and says the license number.</summary>
    public async Task<string> LicenseAsync(int number) => (await IssueAsync(number)).GetProperty("licenseNumber").GetString()!;

    public static Task<(HttpStatusCode Status, JsonElement Body)> ApproveAsync(HttpClient officer, JsonElement applied) => PostAsync(
        officer, $"/api/v1/applications/{applied.GetProperty("id")}/approval", new { contentHash = applied.GetProperty("contentHash").GetString() });

    public static async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(HttpClient officer, string path, object body, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await officer.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public static async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(HttpClient officer, string path)
    {
        using var response = await officer.GetAsync(path);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    public static string Code(JsonElement problem) => problem.GetProperty("code").GetString()!;

    public async ValueTask DisposeAsync()
    {
        // Disposing alone does not wait for the work in the background, which still writes into the folder.
        await _app.StopAsync();
        await _app.DisposeAsync();
        foreach (var owned in _owned)
            owned.Dispose();
        _counter.Dispose();
        _peer.Dispose();
        Ca.Dispose();
        _caKey.Dispose();
    }

    private async Task OpenAsync(IReadOnlyList<IPNetwork> forwardedFrom)
    {
        var tree = new OfficeTree(new Dictionary<int, int?> { [1] = null, [City] = 1, [County] = City, [OtherCity] = 1 });
        People = new AuthorityPeople(_counter.Register, tree, _counter.Clock);
        foreach (var role in Enum.GetValues<OfficerRole>())
            Enrol(role.ApiName(), 1, new RoleGrant(role, 1));
        Enrol("nobody", 1);
        var service = Service();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, listen => listen.UseHttpsWithClientCertificates(service, [], [Ca])));
        builder.Logging.ClearProviders();
        AuthorityRole.AddServices(builder.Services, new AuthorityRoleOptions
        {
            Licensing = _counter.Authority,
            Keys = _counter.Keys.All,
            Batches = Batches = Own(new RegisterBatches(_counter.Register, _counter.Settings, _counter.Authority, _counter.Clock)),
            Deadlines = new MatterDeadlines(_counter.Register, _counter.Settings.Deadlines, _counter.Clock),
            People = People,
            PeopleChanges = new PeopleChanges(_counter.Register, tree, _counter.Clock),
            BlackList = new BlackList(_counter.Register, PersonKey, _counter.Clock),
            BlackListChanges = new BlackListChanges(_counter.Register, tree, _counter.Clock),
            ExchangePeers = new ExchangePeers([Peer()]),
            PersonKey = PersonKey,
            Filings = new FilingActs(_counter.Register, _counter.Settings, _counter.Authority, _counter.Clock),
            AnsweredCalls = new AnsweredCalls(_counter.Register, _counter.Clock),
            Trail = Trail,
            ClockConfirmation = new ClockConfirmation(_counter.Register, _counter.Settings, _counter.Clock),
            WorkEvery = TimeSpan.FromMilliseconds(50),
            Offices = _counter.Settings.Offices,
            PublicAddress = _counter.Settings.PublicAddress,
            OfficersCas = [Ca],
            ForwardedFrom = forwardedFrom,
            Clock = _counter.Clock,
            Protection = new Protection { Rate = null },
        });
        _app = builder.Build();
        AuthorityRole.Map(_app);
        await _app.StartAsync();
        Address = new Uri(_app.Urls.Single());
    }

    /// <summary>Its card is a file, and its root is known, as a configuration says them.</summary>
    private ExchangePeer Peer()
    {
        var card = Path.Combine(_counter.Folder, "peer-trust.jws");
        File.WriteAllBytes(card, _peer.CardJws(Now));
        return new ExchangePeer(_peer.Anchor, card);
    }

    private X509Certificate2 Service()
    {
        using var key = NewKey(out var publicKey);
        using var certificate = Authority(_caKey, Ca).Issue(CertificateProfiles.Development.Service, new CertificateContent
        {
            Subject = SubjectNames.Common("door"),
            Key = publicKey,
            From = Now.AddDays(-1),
            To = Now.AddYears(2),
            DnsNames = ["localhost"],
            IpAddresses = [IPAddress.Loopback],
        });
        return Own(certificate.CopyWithPrivateKey(key));
    }

    /// <summary>A CA with the name of the station's own, and another key.</summary>
    public X509Certificate2 NewCa(SigningKey key) =>
        CertificateAuthority.SelfSign(key, new X500DistinguishedName("CN=Officers CA, C=CN"), Now.AddDays(-30), Now.AddYears(5), CertificateProfiles.Development, Addresses);

    private static CertificateAuthority Authority(SigningKey key, X509Certificate2 certificate) => new(key, certificate, CertificateProfiles.Development, Addresses);

    private static ECDsa NewKey(out SubjectPublicKey publicKey)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return SubjectPublicKey.TryRead(key.ExportSubjectPublicKeyInfo(), out publicKey!, out var refusal) ? key : throw new InvalidOperationException(refusal.ToString());
    }

    private T Own<T>(T thing)
        where T : IDisposable
    {
        _owned.Add(thing);
        return thing;
    }
}
