using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ELicense.Web.Limits;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>Who is slow is cut after a minute instead of five seconds: a busy machine needs some of them to count eight slow ones.</summary>
public sealed class PatientStation : PublicStation
{
    public PatientStation() => Protection = new Protection { Rate = null, Connections = new ConnectionBounds { Grace = TimeSpan.FromMinutes(1) } };
}

public sealed class VerificationBatchTests(PatientStation station) : IClassFixture<PatientStation>
{
    private const string Path = "/api/v1/verifications/batch";
    private const string Head = $"POST {Path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string[] Mixed =>
    [
        TextOf(PublicStation.ValidCode), "not a license", TextOf(PublicStation.RevokedCode), PublicStation.SuspendedCode, PublicStation.UnlicensedCode,
        "91350100M000100Y44", TextOf(PublicStation.ValidCode),
    ];

    [Fact]
    public async Task Verdicts_come_in_the_order_of_the_artefacts()
    {
        using var response = await SendAsync(Enumerable.Repeat(Mixed, 14).SelectMany(m => m));
        var verdicts = (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("verdicts").EnumerateArray().Select(Outcome);
        string[] expected = ["valid", "not-an-artefact", "revoked", "suspended", "unknown", "credit-code-check", "valid"];
        Assert.Equal(Enumerable.Repeat(expected, 14).SelectMany(e => e), verdicts);
    }

    [Fact]
    public async Task Lines_come_when_they_are_accepted()
    {
        using var response = await SendAsync(Mixed, accept: "application/x-ndjson");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(Cancelled)).TrimEnd('\n').Split('\n');
        Assert.Equal(
            ["valid", "not-an-artefact", "revoked", "suspended", "unknown", "credit-code-check", "valid"],
            lines.Select(line => Outcome(JsonDocument.Parse(line).RootElement)));
    }

    [Fact]
    public async Task A_verdict_is_that_of_a_single_call()
    {
        using var batch = await SendAsync([TextOf(PublicStation.RevokedCode)]);
        using var single = await station.Http.PostAsJsonAsync("/api/v1/verifications", new { artefact = TextOf(PublicStation.RevokedCode) }, Cancelled);
        Assert.Equal($$"""{"verdicts":[{{await single.Content.ReadAsStringAsync(Cancelled)}}]}""", await batch.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task An_empty_batch_has_no_verdicts()
    {
        using var response = await SendAsync([]);
        Assert.Equal("""{"verdicts":[]}""", await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Theory]
    [InlineData(100, null, HttpStatusCode.OK, null)]
    [InlineData(101, null, HttpStatusCode.RequestEntityTooLarge, "batch-limit")]
    [InlineData(101, PublicStation.ApiKey, HttpStatusCode.OK, null)]
    [InlineData(10_000, PublicStation.ApiKey, HttpStatusCode.OK, null)]
    [InlineData(10_001, PublicStation.ApiKey, HttpStatusCode.RequestEntityTooLarge, "batch-limit")]
    [InlineData(1, "another key", HttpStatusCode.Unauthorized, "api-key-unknown")]
    public async Task Large_batches_take_a_key(int count, string? key, HttpStatusCode status, string? code)
    {
        using var response = await SendAsync(Enumerable.Repeat(PublicStation.ValidCode, count), key);
        Assert.Equal(status, response.StatusCode);
        var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
        if (code is null)
            Assert.Equal(count, body.GetProperty("verdicts").GetArrayLength());
        else
            Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.Equal(status == HttpStatusCode.Unauthorized, response.Headers.WwwAuthenticate.Contains(new AuthenticationHeaderValue("Bearer")));
    }

    [Theory]
    [InlineData("{\"artefacts\":\"x\"}")]
    [InlineData("{\"artefacts\":[1]}")]
    [InlineData("{\"artefacts\":[[]]}")]
    [InlineData("{\"artefacts\":[\"x\"]")]
    [InlineData("{\"artefacts\":[\"x\"],\"more\":1}")]
    [InlineData("{\"artefacts\":[\"x\"]}{}")]
    [InlineData("{\"artefacts\":[\"\\ud800\"]}")]
    [InlineData("{\"artefact\":[]}")]
    [InlineData("[]")]
    [InlineData("")]
    public async Task Refuses_a_malformed_body(string body)
    {
        using var response = await station.Http.PostAsync(Path, new StringContent(body, Encoding.UTF8, "application/json"), Cancelled);
        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), (response.StatusCode, await CodeAsync(response)));
    }

    [Fact]
    public async Task Escapes_are_read()
    {
        using var response = await station.Http.PostAsync(Path, new StringContent("""{"artefacts":["\u0039\u0031350100M000100Y43"]}""", Encoding.UTF8, "application/json"), Cancelled);
        Assert.Equal("valid", Outcome((await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("verdicts")[0]));
    }

    [Fact]
    public async Task Refuses_a_body_above_256_KiB_without_a_key()
    {
        using var response = await SendAsync([new string('A', 300_000)]);
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "too-large"), (response.StatusCode, await CodeAsync(response)));
    }

    [Fact]
    public async Task Who_sends_eight_slow_batches_gets_no_ninth_and_others_do()
    {
        var slow = new List<Socket>();
        try
        {
            while (slow.Count < 8)
            {
                slow.Add(await ConnectAsync("127.0.2.8"));
                await slow[^1].SendAsync(Encoding.ASCII.GetBytes($"{Head}Content-Length: 200000\r\n\r\n{{"), Cancelled);
            }

            await Eventually.IsAsync(async () => (await AnswerAsync("127.0.2.8")).StartsWith("HTTP/1.1 429 ", StringComparison.Ordinal));
            // RFC 9110 10.2.3
            Assert.Matches("(?m)^Retry-After: [1-9][0-9]*\r$", await AnswerAsync("127.0.2.8"));
            Assert.StartsWith("HTTP/1.1 200 ", await AnswerAsync("127.0.2.9"), StringComparison.Ordinal);
        }
        finally
        {
            slow.ForEach(one => one.Dispose());
        }

        await Eventually.IsAsync(async () => (await AnswerAsync("127.0.2.8")).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_sends_slowly_with_a_key_keeps_no_other_key_waiting()
    {
        using var first = await ConnectAsync("127.0.2.10");
        using var second = await ConnectAsync("127.0.2.10");
        foreach (var slow in (Socket[])[first, second])
            await slow.SendAsync(Encoding.ASCII.GetBytes($"{Head}Authorization: Bearer {PublicStation.ThirdApiKey}\r\nContent-Length: 16000000\r\n\r\n{{"), Cancelled);

        await Eventually.IsAsync(async () => (await AnswerAsync("127.0.2.10", PublicStation.ThirdApiKey)).StartsWith("HTTP/1.1 429 ", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 200 ", await AnswerAsync("127.0.2.10", PublicStation.SmallApiKey), StringComparison.Ordinal);
    }

    // The verdicts of 10,000 are more than sockets hold: a reader that stands still keeps its call until it goes away.
    [Fact]
    public async Task Two_large_batches_of_a_key_run_at_a_time_and_one_whose_reader_is_gone_ends()
    {
        var artefacts = Enumerable.Repeat(TextOf(PublicStation.ValidCode), 10_000).ToArray();
        using (await SendAsync(artefacts, PublicStation.ApiKey, HttpCompletionOption.ResponseHeadersRead, "application/x-ndjson"))
        using (await SendAsync(artefacts, PublicStation.ApiKey, HttpCompletionOption.ResponseHeadersRead, "application/x-ndjson"))
        {
            using var third = await SendAsync(Mixed, PublicStation.ApiKey);
            Assert.Equal((HttpStatusCode.TooManyRequests, "rate-limited"), (third.StatusCode, await CodeAsync(third)));
            Assert.NotNull(third.Headers.RetryAfter);
            using var small = await SendAsync(Mixed);
            Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        }

        await Eventually.IsAsync(async () =>
        {
            using var again = await SendAsync(Mixed, PublicStation.ApiKey);
            return again.StatusCode == HttpStatusCode.OK;
        });
    }

    /// <summary>To an empty batch, head and body.</summary>
    private async Task<string> AnswerAsync(string from, string? key = null)
    {
        using var socket = await ConnectAsync(from);
        var authorization = key is null ? "" : $"Authorization: Bearer {key}\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{Head}{authorization}Connection: close\r\nContent-Length: 17\r\n\r\n{{\"artefacts\": []}}"), Cancelled);
        using var answer = new StreamReader(new NetworkStream(socket));
        return await answer.ReadToEndAsync(Cancelled);
    }

    private async Task<Socket> ConnectAsync(string from)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        await socket.ConnectAsync(IPAddress.Loopback, station.Address.Port, Cancelled);
        return socket;
    }

    private string TextOf(string code) => Core.Tokens.QrText.For(new Uri("https://" + PublicStation.PublicHost), station.Licenses[code].Token.Span);

    private async Task<HttpResponseMessage> SendAsync(
        IEnumerable<string> artefacts, string? key = null, HttpCompletionOption completion = HttpCompletionOption.ResponseContentRead, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(new { artefacts }) };
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        return await station.Http.SendAsync(request, completion, Cancelled);
    }

    private static string Outcome(JsonElement item) => item.GetProperty("verdict").GetString() ?? item.GetProperty("error").GetProperty("code").GetString()!;

    private static async Task<string?> CodeAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString();
}
