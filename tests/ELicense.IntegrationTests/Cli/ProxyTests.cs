using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>An authority's process whose configuration names proxies.</summary>
public sealed class ProxiedAuthority : IAsyncLifetime
{
    public const string Proxy = "127.0.0.2";

    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-proxy-").FullName;

    public AuthorityProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var file = Path.Combine(_folder, "elicense.json");
        await File.WriteAllTextAsync(file, $$"""{"door": {"forwardedFrom": ["{{Proxy}}", "192.0.2.0/24"] } }""");
        Process = await AuthorityProcess.StartAsync(18480, file);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Fault 16 at the real process: <c>--config</c> names the proxy, and nobody else is heard.</summary>
public sealed class ProxyTests(ProxiedAuthority authority) : IClassFixture<ProxiedAuthority>
{
    private const string Proxy = ProxiedAuthority.Proxy;

    [Fact]
    public async Task A_certificate_that_the_configured_proxy_forwards_is_the_clients()
    {
        var (status, me) = await GetMeAsync(Proxy, "Client-Cert");

        Assert.Equal((HttpStatusCode.OK, "clerk"), (status, me.GetProperty("person").GetString()));
    }

    [Theory]
    [InlineData("127.0.0.1", "Client-Cert")]
    [InlineData("127.0.0.3", "Client-Cert")]
    [InlineData("127.0.0.1", "X-SSL-CERT")]
    [InlineData(Proxy, "X-SSL-CERT")]
    [InlineData(Proxy, "X-Forwarded-Client-Cert")]
    public async Task From_another_address_or_in_another_header_it_is_dropped_unread(string from, string header)
    {
        var (status, problem) = await GetMeAsync(from, header);

        Assert.Equal((HttpStatusCode.Unauthorized, "certificate-missing"), (status, problem.GetProperty("code").GetString()));
    }

    /// <summary>As a proxy asks: from its own address, without a certificate of its own, with the client's in a header.</summary>
    private async Task<(HttpStatusCode Status, JsonElement Body)> GetMeAsync(string from, string header)
    {
        using var root = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(authority.Process.RootCertificate));
        using var clerk = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(authority.Process.Development("clerk")));
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { root },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        using var client = new HttpClient(handler) { BaseAddress = authority.Process.Door };
        client.DefaultRequestHeaders.TryAddWithoutValidation(header, $":{Convert.ToBase64String(clerk.RawData)}:");
        using var response = await client.GetAsync("/api/v1/me", TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken));
    }
}
