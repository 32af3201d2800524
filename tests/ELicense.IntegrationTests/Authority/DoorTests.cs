using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>Who is let in at the officers' door, over real TLS.</summary>
public abstract class DoorTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Me = "/api/v1/me";

    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task An_enrolled_officer_is_let_in_by_name()
    {
        var (status, me) = await OfficersStation.GetAsync(_station.As("clerk"), Me);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("clerk", me.GetProperty("person").GetString());
    }

    [Fact]
    public Task Without_a_certificate_nobody_is_let_in() => AssertRefusedAsync(null, HttpStatusCode.Unauthorized, "certificate-missing");

    [Fact]
    [Trait("Fault", "17")]
    public async Task The_right_name_of_another_ca_is_not_let_in()
    {
        using var key = SoftwareSigningKey.Generate(Suite.Es256);
        using var other = _station.NewCa(key);
        await AssertRefusedAsync(_station.Certificate("clerk", key, other), HttpStatusCode.Unauthorized, "certificate-untrusted");
    }

    [Fact]
    [Trait("Fault", "17")]
    public Task A_certificate_that_is_not_for_clients_is_not_let_in() =>
        AssertRefusedAsync(_station.Certificate("clerk", usages: ["1.3.6.1.5.5.7.3.1"]), HttpStatusCode.Unauthorized, "certificate-purpose");

    [Fact]
    [Trait("Fault", "17")]
    public Task A_certificate_without_any_purpose_is_not_let_in() =>
        AssertRefusedAsync(_station.Certificate("clerk", usages: []), HttpStatusCode.Unauthorized, "certificate-purpose");

    [Fact]
    public Task An_expired_certificate_is_not_let_in() => AssertRefusedAsync(
        _station.Certificate("clerk", from: _station.Now.AddDays(-9), to: _station.Now.AddDays(-2)), HttpStatusCode.Unauthorized, "certificate-expired");

    [Fact]
    public Task A_certificate_of_the_ca_that_nobody_is_enrolled_with_is_not_let_in() =>
        AssertRefusedAsync(_station.Certificate("clerk"), HttpStatusCode.Forbidden, "officer-unknown");

    [Fact]
    public async Task A_certificate_that_expires_in_mid_session_is_refused_on_the_next_request()
    {
        var client = _station.As("clerk");
        Assert.Equal(HttpStatusCode.OK, (await OfficersStation.GetAsync(client, Me)).Status);

        _station.Counter.Clock.Now += TimeSpan.FromDays(400);

        Assert.Equal("certificate-expired", OfficersStation.Code((await OfficersStation.GetAsync(client, Me)).Body));
    }

    [Fact]
    [Trait("Fault", "17")]
    public async Task An_officer_withdrawn_in_mid_session_is_refused_on_the_next_request_and_the_session_ends()
    {
        var client = _station.As("clerk");
        Assert.Equal(HttpStatusCode.OK, (await OfficersStation.GetAsync(client, Me)).Status);

        _station.Counter.Sql("UPDATE persons SET withdrawn_ms = 1 WHERE id = 'clerk'");
        using var response = await client.GetAsync(Me, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("officer-withdrawn", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(response.Headers.ConnectionClose);
    }

    [Fact]
    public async Task A_withdrawn_certificate_is_refused_while_the_persons_other_one_passes()
    {
        var second = _station.Certificate("clerk");
        _station.AddCertificate("clerk", second);
        _station.Store(store => store.WithdrawCertificate("clerk", OfficersStation.Fingerprint(second), 1));

        await AssertRefusedAsync(second, HttpStatusCode.Forbidden, "certificate-withdrawn");
        Assert.Equal(HttpStatusCode.OK, (await OfficersStation.GetAsync(_station.As("clerk"), Me)).Status);
    }

    [Theory]
    [Trait("Fault", "16")]
    [InlineData("Client-Cert")]
    [InlineData("X-SSL-CERT")]
    [InlineData("X-Forwarded-Client-Cert")]
    public async Task A_certificate_in_a_header_from_a_client_is_ignored(string header)
    {
        var client = _station.Client(null);
        client.DefaultRequestHeaders.Add(header, $":{Convert.ToBase64String(_station.Certificate("clerk").RawData)}:");

        Assert.Equal("certificate-missing", OfficersStation.Code((await OfficersStation.GetAsync(client, Me)).Body));
    }

    [Fact]
    public async Task Unknown_addresses_are_closed_too()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await OfficersStation.GetAsync(_station.Client(null), "/console")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await OfficersStation.GetAsync(_station.As("clerk"), "/console")).Status);
    }

    [Fact]
    [Trait("Fault", "33")]
    public async Task Addresses_inside_a_strangers_certificate_are_not_asked()
    {
        using var trap = new TcpListener(IPAddress.Loopback, 0);
        trap.Start();
        var address = $"http://{trap.LocalEndpoint}/";

        await AssertRefusedAsync(Hostile(address), HttpStatusCode.Unauthorized, "certificate-untrusted");

        Assert.False(trap.Pending());
    }

    [Fact]
    [Trait("Fault", "17")]
    public async Task A_tls_session_is_not_resumed()
    {
        // Each of six connections of one client does a full handshake: openssl says so of every reconnect.
        var output = await Cli.Elicense.RunToolAsync("sh", "-c", $"echo | openssl s_client -reconnect -no_tls1_3 -connect {_station.Address.Authority} 2>/dev/null | grep -E '^(New|Reused),'");

        Assert.DoesNotContain("Reused", output.Output, StringComparison.Ordinal);
        Assert.Equal(6, output.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    [Trait("Fault", "17")]
    public async Task A_session_kept_from_tls_1_3_is_worth_nothing()
    {
        // The client keeps whatever tickets the server gave it, and offers them again on a second connection.
        var kept = Path.Combine(_station.Counter.Folder, "session.pem");
        var output = await Cli.Elicense.RunToolAsync(
            "sh", "-c",
            $"(printf 'GET /api/v1/me HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n'; sleep 1) | openssl s_client -tls1_3 -quiet -ign_eof -sess_out {kept} -connect {_station.Address.Authority} >/dev/null 2>&1; "
            + $"test ! -s {kept} && echo 'no ticket' || echo | openssl s_client -tls1_3 -sess_in {kept} -connect {_station.Address.Authority} 2>/dev/null | grep -E '^(New|Reused),'");

        Assert.Matches("^(no ticket|New,)", output.Output);
    }

    [Fact]
    [Trait("Fault", "17")]
    public async Task A_certificate_withdrawn_in_mid_session_is_refused_on_the_next_request_and_the_session_ends()
    {
        var certificate = _station.Certificate("clerk");
        _station.AddCertificate("clerk", certificate);
        var client = _station.Client(certificate);
        Assert.Equal(HttpStatusCode.OK, (await OfficersStation.GetAsync(client, Me)).Status);

        _station.Store(store => store.WithdrawCertificate("clerk", OfficersStation.Fingerprint(certificate), 1));
        using var response = await client.GetAsync(Me, TestContext.Current.CancellationToken);

        Assert.Contains("certificate-withdrawn", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.True(response.Headers.ConnectionClose);
    }

    private async Task AssertRefusedAsync(X509Certificate2? certificate, HttpStatusCode status, string code)
    {
        var (answered, problem) = await OfficersStation.GetAsync(_station.Client(certificate), Me);
        Assert.Equal(code, OfficersStation.Code(problem));
        Assert.Equal(status, answered);
    }

    /// <summary>A certificate of an unknown CA whose AIA (CA issuers, OCSP) and CRL addresses all lead to one place.</summary>
    private static X509Certificate2 Hostile(string address)
    {
        using var caKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var ca = new X500DistinguishedName("CN=Officers CA, C=CN");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=clerk", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(OfficersStation.ClientAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([address + "ocsp"], [address + "ca.cer"]));
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([address + "ca.crl"]));
        using var certificate = request.Create(ca, X509SignatureGenerator.CreateForECDsa(caKey), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(2), [1, 2, 3, 4, 5, 6, 7, 8]);
        return certificate.CopyWithPrivateKey(key);
    }
}

public sealed class DoorOnSqliteTests() : DoorTests(EmbeddedDatabases.Instance);

public sealed class DoorOnPostgresTests(PostgresCluster cluster) : DoorTests(cluster);
