using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using ELicense.Core.Enterprises;
using ELicense.Web.Limits;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>A station behind nginx, which it trusts to name the client; the second verifier is not there. A client may spend fifty signatures.</summary>
public sealed class ProxiedStation : IAsyncLifetime
{
    private DocumentedNginx? _nginx;

    public PublicStation Station { get; init; } = new()
    {
        Protection = new Protection { Rate = new WorkRate(Burst: 50, PerSecond: 1), Proxies = [IPNetwork.Parse("127.0.0.1/32")] },
    };

    public Uri Address => _nginx!.Address;

    /// <summary>Through nginx.</summary>
    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Station.InitializeAsync();
        _nginx = await DocumentedNginx.StartAsync(Station.Folder, Station.Address, new Uri($"http://127.0.0.1:{DocumentedNginx.FreePort()}"));
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address };
    }

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (_nginx is not null)
            await _nginx.DisposeAsync();
        await Station.DisposeAsync();
    }
}

public sealed class NginxTests(ProxiedStation proxied) : IClassFixture<ProxiedStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_of_the_publication_have_the_bytes_types_and_cache_times_that_elicense_gives_them()
    {
        var publication = proxied.Station.Publication;
        Directory.CreateDirectory(Path.Combine(publication, "exchange"));
        await File.WriteAllTextAsync(Path.Combine(publication, "exchange", "black-list.jws"), "x", Cancelled);
        Directory.CreateDirectory(Path.Combine(publication, "certificates", "1001"));
        await File.WriteAllTextAsync(Path.Combine(publication, "certificates", "1001", "0.cer"), "x", Cancelled);
        var files = Directory.EnumerateFiles(publication, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(publication, file)).ToList();
        Assert.True(files.Count > 10);
        foreach (var file in files)
        {
            using var direct = await proxied.Station.Http.GetAsync("/publication/" + file, Cancelled);
            using var served = await proxied.Http.GetAsync("/publication/" + file, Cancelled);
            Assert.Equal((file, HttpStatusCode.OK), (file, served.StatusCode));
            Assert.Equal((file, Said(direct)), (file, Said(served)));
            Assert.Equal(await direct.Content.ReadAsByteArrayAsync(Cancelled), await served.Content.ReadAsByteArrayAsync(Cancelled));
            Assert.False(served.Headers.ETag!.IsWeak);
            using var again = new HttpRequestMessage(HttpMethod.Get, "/publication/" + file);
            again.Headers.IfNoneMatch.Add(served.Headers.ETag);
            using var known = await proxied.Http.SendAsync(again, Cancelled);
            Assert.Equal((file, HttpStatusCode.NotModified), (file, known.StatusCode));
        }
    }

    [Theory]
    [InlineData("/publication/%2e%2e/register.db")]
    [InlineData("/publication/..%2fregister.db")]
    [InlineData("/publication/.hidden")]
    [InlineData("/publication/log/checkpoint.new")]
    [InlineData("/publication/trust.jws.new")]
    [InlineData("/publication/elsewhere")]
    [InlineData("/publication/log")]
    public async Task Nothing_else_is_served(string path)
    {
        await File.WriteAllTextAsync(Path.Combine(proxied.Station.Publication, ".hidden"), "x", Cancelled);
        await File.WriteAllTextAsync(Path.Combine(proxied.Station.Publication, "trust.jws.new"), "x", Cancelled);
        if (!File.Exists(Path.Combine(proxied.Station.Publication, "elsewhere")))
            File.CreateSymbolicLink(Path.Combine(proxied.Station.Publication, "elsewhere"), "/etc/passwd");
        using var response = await proxied.Http.GetAsync(
            new Uri(proxied.Address.OriginalString + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }), Cancelled);
        Assert.InRange((int)response.StatusCode, 400, 404);
        File.Delete(Path.Combine(proxied.Station.Publication, ".hidden"));
        File.Delete(Path.Combine(proxied.Station.Publication, "trust.jws.new"));
        File.Delete(Path.Combine(proxied.Station.Publication, "elsewhere"));
    }

    [Fact]
    public async Task What_the_file_server_does_not_have_the_service_explains()
    {
        using var response = await proxied.Http.GetAsync("/publication/documents/999", Cancelled);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_question_for_a_larger_checkpoint_waits_at_the_service()
    {
        var size = proxied.Station.Follower.View!.Checkpoint.Size;
        var waiting = proxied.Http.GetStringAsync($"/publication/log/checkpoint?after={size}", Cancelled);
        proxied.Station.Issue(PublicStation.UnlicensedCode, "北京新示范有限公司");
        await proxied.Station.PublishAsync();
        Assert.True(long.Parse((await waiting).Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture) > size);
    }

    [Fact]
    public async Task Badge_pictures_and_assets_are_kept_for_as_long_as_they_say()
    {
        if (!CreditCode.TryParse(PublicStation.ValidCode, out var code, out _))
            throw new InvalidOperationException();
        var badge = proxied.Station.Badges.Register(code, new Uri("https://shop.example.com"), proxied.Station.Clock.GetUtcNow());
        Assert.Equal(["MISS", "HIT"], [await KeptAsync($"/badge/{badge.Id}.svg"), await KeptAsync($"/badge/{badge.Id}.svg")]);
        var style = StylePathOf(await proxied.Http.GetStringAsync("/", Cancelled));
        Assert.Equal(["MISS", "HIT", "MISS", "HIT"], [await KeptAsync(style), await KeptAsync(style), await KeptAsync(style, "gzip"), await KeptAsync(style, "gzip")]);
        Assert.Equal(["MISS", "HIT"], [await KeptAsync($"/badge/{badge.Id}/frame"), await KeptAsync($"/badge/{badge.Id}/frame")]);
        var script = Regex.Match(await proxied.Http.GetStringAsync($"/api/v1/badges/{badge.Id}", Cancelled), @"/badge/[0-9a-f]{12}\.js").Value;
        Assert.Equal(["MISS", "HIT"], [await KeptAsync(script), await KeptAsync(script)]);
        // What is never kept, such as a page that says who came, does not come by the cache: there one request at a time would be answered.
        foreach (var path in (string[])[$"/badge/{badge.Id}", "/badge/keys.json", $"/api/v1/badges/{badge.Id}"])
        {
            using var answer = await proxied.Http.GetAsync(path, Cancelled);
            Assert.Equal((path, HttpStatusCode.OK, false), (path, answer.StatusCode, answer.Headers.Contains("X-Cache")));
        }
    }

    [Fact]
    public async Task Verdicts_go_to_the_verifier_that_is_there_and_limits_are_the_clients()
    {
        // The other one in the list refuses connections; nginx tries it now and then.
        using var first = ClientAt("127.0.0.21");
        using var second = ClientAt("127.0.0.22");
        var answers = new List<HttpStatusCode>();
        while (answers.Count < 60 && !answers.Contains(HttpStatusCode.TooManyRequests))
            answers.Add(await VerifyAsync(first, "not a license"));
        Assert.Equal([HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests], answers.Distinct());
        Assert.Equal(HttpStatusCode.OK, await VerifyAsync(second, PublicStation.SuspendedCode));
    }

    [Fact]
    public async Task A_client_that_is_no_proxy_cannot_say_who_it_is()
    {
        using var http = ClientAt("127.0.0.23", proxied.Station.Address);
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < 60 && !answers.Contains(HttpStatusCode.TooManyRequests); i++)
        {
            http.DefaultRequestHeaders.Remove("X-Forwarded-For");
            http.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.0.0.{i}");
            answers.Add(await VerifyAsync(http, "not a license"));
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    private HttpClient ClientAt(string address, Uri? server = null) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = server ?? proxied.Address };

    private static async Task<HttpStatusCode> VerifyAsync(HttpClient http, string artefact)
    {
        using var response = await http.PostAsJsonAsync("/api/v1/verifications", new { artefact }, Cancelled);
        if (response.IsSuccessStatusCode)
            Assert.Equal("suspended", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("verdict").GetString());
        return response.StatusCode;
    }

    private async Task<string> KeptAsync(string path, string? coding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (coding is not null)
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(coding));
        using var response = await proxied.Http.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(coding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        return response.Headers.GetValues("X-Cache").Single();
    }

    private static string StylePathOf(string page)
    {
        var from = page.IndexOf("/assets/elicense.", StringComparison.Ordinal);
        return page[from..page.IndexOf('"', from)];
    }

    private static string Said(HttpResponseMessage response) =>
        $"{response.Content.Headers.ContentType} {response.Headers.NonValidated["Cache-Control"]} {response.Headers.NonValidated["Access-Control-Allow-Origin"]} {response.Headers.NonValidated["Cross-Origin-Resource-Policy"]} {response.Headers.NonValidated["X-Content-Type-Options"]}";
}
