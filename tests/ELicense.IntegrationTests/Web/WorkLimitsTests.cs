using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using ELicense.Core.Tokens;
using ELicense.Web.Limits;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>Three signatures an address, and one a second; the clock stands unless a test moves it. Each test comes from an address of its own.</summary>
public sealed class LimitedStation : PublicStation
{
    public LimitedStation() => Protection = new Protection { Rate = new WorkRate(Burst: 3, PerSecond: 1) };
}

public sealed class WorkLimitsTests(LimitedStation station) : IClassFixture<LimitedStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.1.1", "not a license", HttpStatusCode.BadRequest)]
    [InlineData("127.0.1.2", "false", HttpStatusCode.OK)]
    public async Task What_is_unreadable_or_false_costs_a_signature(string from, string artefact, HttpStatusCode answer)
    {
        using var http = From(from);
        if (artefact == "false")
            artefact = TextOf(PublicStation.SuspendedCode, falsified: true);
        Assert.Equal([answer, answer, answer, HttpStatusCode.TooManyRequests], await VerifyAsync(http, artefact, 4));
    }

    [Fact]
    public async Task A_token_seen_before_costs_a_quarter()
    {
        // 3 - 1 for the signature; then a quarter each, as long as a whole one could be paid.
        using var http = From("127.0.1.3");
        var answers = await VerifyAsync(http, TextOf(PublicStation.RevokedCode), 8);
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.OK, 6), HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], answers);
    }

    [Fact]
    public async Task A_batch_costs_its_artefacts_and_what_it_says_of_the_wait_is_true()
    {
        using var http = From("127.0.1.4");
        using var first = await BatchAsync(http, 2, key: null);
        using var second = await BatchAsync(http, 2, key: null);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await VerificationApiTests.AssertProblemAsync(second, HttpStatusCode.TooManyRequests, "rate-limited");
        // 0.8 are left of three (each call costs a tenth besides), two are asked for.
        Assert.Equal(TimeSpan.FromSeconds(2), second.Headers.RetryAfter!.Delta);
        station.Clock.Ahead += TimeSpan.FromSeconds(2);
        using var third = await BatchAsync(http, 2, key: null);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Fact]
    public async Task A_key_has_a_bucket_of_its_own()
    {
        using var http = From("127.0.1.5");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await VerifyAsync(http, "not a license", 4))[^1]);
        using var batch = await BatchAsync(http, 1_000, PublicStation.ApiKey);
        Assert.Equal(HttpStatusCode.OK, batch.StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "another key");
        Assert.Equal([HttpStatusCode.TooManyRequests], await VerifyAsync(http, PublicStation.ValidCode, 1));
    }

    [Fact]
    public async Task A_key_may_spend_what_it_was_given()
    {
        using var http = From("127.0.1.8");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", PublicStation.SmallApiKey);
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.BadRequest, 5), HttpStatusCode.TooManyRequests], await VerifyAsync(http, "not a license", 6));
    }

    [Fact]
    public async Task A_key_that_is_not_known_is_refused()
    {
        using var http = From("127.0.1.6");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "another key");
        using var response = await http.PostAsJsonAsync("/api/v1/verifications", new { artefact = PublicStation.ValidCode }, Cancelled);
        await VerificationApiTests.AssertProblemAsync(response, HttpStatusCode.Unauthorized, "api-key-unknown");
    }

    [Fact]
    public async Task Whether_it_lives_may_be_asked_always()
    {
        using var http = From("127.0.1.7");
        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/healthz", Cancelled)).StatusCode);
    }

    private async Task<List<HttpStatusCode>> VerifyAsync(HttpClient http, string artefact, int times)
    {
        var answers = new List<HttpStatusCode>();
        while (answers.Count < times)
        {
            using var response = await http.PostAsJsonAsync("/api/v1/verifications", new { artefact }, Cancelled);
            answers.Add(response.StatusCode);
        }

        return answers;
    }

    private static async Task<HttpResponseMessage> BatchAsync(HttpClient http, int count, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/verifications/batch")
        {
            Content = JsonContent.Create(new { artefacts = Enumerable.Repeat("not a license", count) }),
        };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await http.SendAsync(request, Cancelled);
    }

    private string TextOf(string code, bool falsified = false)
    {
        var token = station.Licenses[code].Token.ToArray();
        if (falsified)
            token[^1] ^= 1;
        return QrText.For(new Uri("https://" + PublicStation.PublicHost), token);
    }

    private HttpClient From(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = station.Address };
}
