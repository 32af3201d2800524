using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core;
using ELicense.Display.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>Fault 28: what a stranger names is fetched from public addresses only, and bounded.</summary>
public sealed class SiteFetcherTests : IAsyncLifetime
{
    private const string Host = "shop.example.cn";
    private const int Most = 1000;

    private readonly TestNames _names = new();
    private readonly StrangerSite _site = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private Uri Shop => new($"http://{Host}:{_site.Port}");

    public ValueTask InitializeAsync()
    {
        _names.Name(Host, ["127.0.0.1"]);
        _site.Answer("/proof", "here");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await _names.DisposeAsync();
    }

    [Fact]
    public async Task Asks_plainly_and_says_who_it_is()
    {
        var fetched = await Fetcher(Shop).FetchAsync(new Uri(Shop, "/proof"), Most, Cancelled);

        Assert.Null(fetched.Refusal);
        Assert.Equal("here", Encoding.ASCII.GetString(fetched.Body.Span));
        var lines = Assert.Single(_site.Requests).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["GET /proof HTTP/1.1", $"Host: {Host}:{_site.Port}", "User-Agent: ELicense-Site-Check/1.0 (+https://gs.example.cn)", "Accept-Encoding: identity", "Connection: close"],
            lines.Order(StringComparer.Ordinal).OrderBy(line => Array.IndexOf(["GET", "Host:", "User-Agent:", "Accept-Encoding:", "Connection:"], line.Split(' ')[0])));
    }

    /// <summary>A site of this machine that the operator did not name, and every kind of special address, at the port of a server that would count it.</summary>
    [Fact]
    public async Task No_connection_is_opened_to_any_special_address()
    {
        await using var server6 = new StrangerSite(address: IPAddress.IPv6Loopback);
        using var connects = new Connects();
        var fetcher = Fetcher();
        foreach (var row in GlobalAddressesTests.Special)
        {
            var address = IPAddress.Parse(row.Data);
            foreach (var port in (int[])[_site.Port, server6.Port, 80])
            {
                // By its name, and as a redirect or a record of old would have it: by the address itself.
                _names.Name(Host, [new IPAddress(address.GetAddressBytes()).ToString()]);
                await AssertRefusedAsync(Codes.SiteNotPublic, fetcher, new Uri($"http://{Host}:{port}/proof"));
                await AssertRefusedAsync(Codes.SiteNotPublic, fetcher, new UriBuilder("http", address.ToString(), port, "proof").Uri);
            }

            Assert.Equal(0, connects.To(address, _site.Port) + connects.To(address, server6.Port) + connects.To(address, 80));
        }

        Assert.Equal((0, 0), (_site.Connections, server6.Connections));
        // The same counting sees a connection that is allowed.
        _names.Name(Host, ["127.0.0.1"]);
        Assert.Null((await Fetcher(Shop).FetchAsync(new Uri(Shop, "/proof"), Most, Cancelled)).Refusal);
        Assert.Equal((1, 1), (connects.To(IPAddress.Loopback, _site.Port), _site.Connections));
    }

    [Fact]
    public async Task A_name_with_one_special_address_among_global_ones_is_not_asked_at_all()
    {
        _names.Name(Host, ["11.22.33.44", "10.0.0.1"]);
        using var connects = new Connects();
        await AssertRefusedAsync(Codes.SiteNotPublic, Fetcher(), new Uri(Shop, "/proof"));
        Assert.Equal(0, connects.To(IPAddress.Parse("11.22.33.44"), _site.Port) + connects.To(IPAddress.Parse("10.0.0.1"), _site.Port));
    }

    [Fact]
    public async Task A_name_that_changes_after_it_was_judged_changes_nothing()
    {
        _names.Name(Host, ["127.0.0.1"], ["127.0.0.2"], ["169.254.169.254"]);
        using var connects = new Connects();
        Assert.Null((await Fetcher(Shop).FetchAsync(new Uri(Shop, "/proof"), Most, Cancelled)).Refusal);
        Assert.Equal((1, 0), (connects.To(IPAddress.Loopback, _site.Port), connects.To(IPAddress.Parse("127.0.0.2"), _site.Port)));
        Assert.Equal(1, _names.Asked.Count(asked => asked is { Name: Host, Type: 1 }));
    }

    [Fact]
    public async Task A_redirect_is_judged_anew()
    {
        _site.Redirect("/first", "/proof");
        _names.Name(Host, ["127.0.0.1"], ["10.0.0.1"]);
        using var connects = new Connects();
        await AssertRefusedAsync(Codes.SiteNotPublic, Fetcher(Shop), new Uri(Shop, "/first"));
        Assert.Equal((1, 0), (_site.Connections, connects.To(IPAddress.Parse("10.0.0.1"), _site.Port)));
    }

    [Theory]
    [InlineData("http://other.example.cn:{port}/proof")]
    [InlineData("http://127.0.0.1:{port}/proof")]
    [InlineData("//169.254.169.254/latest/meta-data/")]
    [InlineData("http://shop.example.cn:22/proof")]
    [InlineData("http://shop.example.cn@127.0.0.1:{port}/proof")]
    [InlineData("http://user@shop.example.cn:{port}/proof")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://shop.example.cn/")]
    [InlineData("ftp://shop.example.cn/proof")]
    public async Task A_redirect_to_elsewhere_is_not_followed(string location)
    {
        _site.Redirect("/first", location.Replace("{port}", $"{_site.Port}", StringComparison.Ordinal));
        await AssertRefusedAsync(Codes.SiteRedirect, Fetcher(Shop), new Uri(Shop, "/first"));
        Assert.Equal(1, _site.Connections);
    }

    [Fact]
    public async Task Three_redirects_are_followed_and_not_four()
    {
        _site.Redirect("/3", "/2");
        _site.Redirect("/2", Shop + "1");
        _site.Redirect("/1", "proof");
        _site.Redirect("/4", "/3");
        Assert.Null((await Fetcher(Shop).FetchAsync(new Uri(Shop, "/3"), Most, Cancelled)).Refusal);
        await AssertRefusedAsync(Codes.SiteRedirect, Fetcher(Shop), new Uri(Shop, "/4"));
    }

    [Fact]
    public async Task A_body_is_bounded_whatever_its_length_says()
    {
        _site.Answer("/most", new string('x', Most));
        _site.Answer("/more", new string('x', Most + 1));
        _site.Answers["/endless"] = async (stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), cancellation);
            for (var block = new byte[4096]; ;)
                await stream.WriteAsync(block, cancellation);
        };
        var fetcher = Fetcher(Shop);
        Assert.Equal(Most, (await fetcher.FetchAsync(new Uri(Shop, "/most"), Most, Cancelled)).Body.Length);
        await AssertRefusedAsync(Codes.SiteAnswer, fetcher, new Uri(Shop, "/more"));
        await AssertRefusedAsync(Codes.SiteAnswer, fetcher, new Uri(Shop, "/endless"));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", Codes.SiteAnswer)]
    [InlineData("HTTP/1.1 500 Internal Server Error", Codes.SiteAnswer)]
    [InlineData("HTTP/1.1 206 Partial Content", Codes.SiteAnswer)]
    [InlineData("HTTP/1.1 404 Not Found", Codes.SiteProofMissing)]
    [InlineData("HTTP/1.1 410 Gone", Codes.SiteProofMissing)]
    [InlineData("SSH-2.0-OpenSSH_9.2", Codes.SiteUnreachable)]
    public async Task Only_a_plain_200_is_read(string head, string code)
    {
        _site.Answer("/odd", "x", head);
        await AssertRefusedAsync(code, Fetcher(Shop), new Uri(Shop, "/odd"));
    }

    [Fact]
    public async Task Headers_without_end_are_cut()
    {
        _site.Answers["/headers"] = async (stream, cancellation) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), cancellation);
            for (var line = Encoding.ASCII.GetBytes("X-More: " + new string('x', 1000) + "\r\n"); ;)
                await stream.WriteAsync(line, cancellation);
        };
        await AssertRefusedAsync(Codes.SiteUnreachable, Fetcher(Shop), new Uri(Shop, "/headers"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")]
    public async Task Who_is_slow_is_cut_and_the_host_has_its_turn_again(string begins)
    {
        var (begun, cut) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _site.Answers["/slow"] = async (stream, cancellation) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(begins), cancellation);
            try
            {
                // A byte at a time, for ever.
                for (var one = "X"u8.ToArray(); ; await Task.Delay(10, cancellation))
                {
                    await stream.WriteAsync(one, cancellation);
                    begun.TrySetResult();
                }
            }
            catch (IOException)
            {
                cut.SetResult();
            }
        };
        var clock = new Alarm();
        var settings = Settings(Shop);
        var fetcher = new SiteFetcher(settings, new SiteNames(settings), new Uri("https://gs.example.cn/"), clock);
        var fetched = fetcher.FetchAsync(new Uri(Shop, "/slow"), Most, Cancelled);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
        Assert.False(fetched.IsCompleted);

        clock.Ring();

        Assert.Equal(Codes.SiteUnreachable, (await fetched).Refusal?.Code);
        await cut.Task.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
        Assert.Equal([TimeSpan.FromSeconds(10)], clock.Set);
        Assert.Null((await fetcher.FetchAsync(new Uri(Shop, "/proof"), Most, Cancelled)).Refusal);
    }

    [Fact]
    public async Task A_certificate_of_strangers_makes_nothing_be_downloaded()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UtcNow;
        var rootRequest = new CertificateRequest("CN=Root of the test", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var request = new CertificateRequest("CN=" + Host, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Host);
        request.CertificateExtensions.Add(names.Build());
        // RFC 5280 4.2.2.1, 4.2.1.13: where the issuer's certificate and the list would be.
        var inner = $"http://127.0.0.1:{_site.Port}/inner";
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([inner], [inner]));
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([inner]));
        using var leaf = request.Create(root, now.AddDays(-1), now.AddDays(1), [1, 2, 3]).CopyWithPrivateKey(key);
        using var usable = X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
        await using var secure = new StrangerSite(usable);
        secure.Answer("/proof", "here");
        var address = new Uri($"https://{Host}:{secure.Port}/proof");

        await AssertRefusedAsync(Codes.SiteTls, Fetcher(address), address);
        Assert.Equal((1, 0), (secure.Connections, _site.Connections));

        var trusting = Fetcher(Settings(address) with { Roots = [root] });
        Assert.Null((await trusting.FetchAsync(address, Most, Cancelled)).Refusal);
        Assert.Equal((2, 0), (secure.Connections, _site.Connections));
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_no_site() => await AssertRefusedAsync(Codes.SiteName, Fetcher(), new Uri("http://nothing.example.cn/"));

    [Fact]
    public async Task From_one_host_one_at_a_time_with_a_pause_between()
    {
        var (running, most) = (0, 0);
        _site.Answers["/slow"] = async (stream, cancellation) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await Task.Delay(20, cancellation);
            Interlocked.Decrement(ref running);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), cancellation);
        };
        var fetcher = Fetcher(Settings(Shop) with { Pause = TimeSpan.FromMilliseconds(50) });
        var begun = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fetcher.FetchAsync(new Uri(Shop, "/slow"), Most, Cancelled)));
        Assert.All(all, one => Assert.Null(one.Refusal));
        Assert.Equal(1, most);
        Assert.True(Stopwatch.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(3 * 50));
    }

    private SiteSettings Settings(params Uri[] loopback) => new() { Resolvers = [_names.Address], Loopback = loopback, Pause = TimeSpan.Zero };

    private SiteFetcher Fetcher(params Uri[] loopback) => Fetcher(Settings(loopback));

    private static SiteFetcher Fetcher(SiteSettings settings) => new(settings, new SiteNames(settings), new Uri("https://gs.example.cn/"), TimeProvider.System);

    private static async Task AssertRefusedAsync(string code, SiteFetcher fetcher, Uri address) =>
        Assert.Equal((address, code), (address, (await fetcher.FetchAsync(address, Most, Cancelled)).Refusal?.Code));
}
