using System.Net;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>Behind a proxy that is configured: RFC 9440, and nothing else.</summary>
public abstract class ForwardedCertificateTests(DatabaseServer databases) : IAsyncLifetime
{
    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync([IPNetwork.Parse("127.0.0.0/8")], databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task The_certificate_that_the_proxy_forwards_is_the_clients()
    {
        var certificate = _station.Certificate("clerk");
        _station.AddCertificate("clerk", certificate);

        var (status, me) = await GetMeAsync("Client-Cert", $":{Convert.ToBase64String(certificate.RawData)}:");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("clerk", me.GetProperty("person").GetString());
    }

    [Theory]
    [Trait("Fault", "16")]
    [InlineData("X-SSL-CERT")]
    [InlineData("X-Forwarded-Client-Cert")]
    public async Task Another_header_is_ignored_from_the_proxy_too(string header)
    {
        var certificate = _station.Certificate("clerk");
        _station.AddCertificate("clerk", certificate);

        Assert.Equal("certificate-missing", OfficersStation.Code((await GetMeAsync(header, $":{Convert.ToBase64String(certificate.RawData)}:")).Body));
    }

    [Fact]
    public async Task A_forwarded_certificate_is_judged_as_any_other()
    {
        var forServers = _station.Certificate("clerk", usages: ["1.3.6.1.5.5.7.3.1"]);

        Assert.Equal("certificate-purpose", OfficersStation.Code((await GetMeAsync("Client-Cert", $":{Convert.ToBase64String(forServers.RawData)}:")).Body));
    }

    [Theory]
    [InlineData("::")]
    [InlineData(":not base64:")]
    [InlineData("MIIB")]
    [InlineData(":AAAA:")]
    public async Task A_header_that_holds_no_certificate_is_refused(string value) =>
        Assert.Equal("certificate-untrusted", OfficersStation.Code((await GetMeAsync("Client-Cert", value)).Body));

    [Fact]
    public async Task The_proxys_own_certificate_lets_nobody_in()
    {
        _station.Enrol("proxy", 1, new RoleGrant(OfficerRole.Clerk, 1));

        Assert.Equal("certificate-missing", OfficersStation.Code((await OfficersStation.GetAsync(_station.As("proxy"), "/api/v1/me")).Body));
    }

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Body)> GetMeAsync(string header, string value)
    {
        var client = _station.Client(certificate: null);
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        return OfficersStation.GetAsync(client, "/api/v1/me");
    }
}

public sealed class ForwardedCertificateOnSqliteTests() : ForwardedCertificateTests(EmbeddedDatabases.Instance);

public sealed class ForwardedCertificateOnPostgresTests(PostgresCluster cluster) : ForwardedCertificateTests(cluster);
