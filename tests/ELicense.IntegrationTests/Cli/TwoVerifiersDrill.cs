using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using ELicense.Core.Tokens;
using ELicense.IntegrationTests.Web;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// tests/drills/two-verifiers: two verifiers behind nginx with docs/nginx.conf, 32 connections; one is killed and started again during load. No verdict is wrong; what the
/// killed one left unanswered, the other one answers, or the client asks again.
/// </summary>
public sealed class TwoVerifiersDrill
{
    private const int Connections = 32;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("ELICENSE_DRILL_SECONDS") ?? "60", CultureInfo.InvariantCulture));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    [Trait("Category", "OnRequest")]
    public async Task A_verifier_killed_and_started_again_under_load_makes_no_wrong_verdict()
    {
        await using var station = new PublicStation();
        await station.InitializeAsync();
        var root = station.Follower.View!.Trust.Roots[0].ToString();
        var configuration = Path.Combine(station.Folder, "elicense.json");
        await File.WriteAllTextAsync(configuration, """{"forwardedFrom":["127.0.0.1"]}""", Cancelled);
        Task<ServingElicense> StartAsync(string name, string portBase) => ServingElicense.StartAsync(
            "public", Path.Combine(station.Folder, name), portBase, Cancelled, "--publication", station.Publication, "--trust", root, "--config", configuration);
        using var stays = await StartAsync("stays", "19680");
        var dies = await StartAsync("dies", "19780");
        try
        {
            await using var nginx = await DocumentedNginx.StartAsync(station.Folder, stays.Client.BaseAddress!, dies.Client.BaseAddress!);
            var counts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
            var watch = Stopwatch.StartNew();
            var load = Task.WhenAll(Enumerable.Range(0, Connections).Select(number => Task.Run(() => AskAsync(station, nginx.Address, number, watch, counts), Cancelled)));
            for (var round = 1; round <= 3; round++)
            {
                await Task.Delay(Longest / 8, Cancelled);
                dies.Process.Kill();
                await dies.Process.WaitForExitAsync(Cancelled);
                await Task.Delay(Longest / 8, Cancelled);
                var address = dies.Client.BaseAddress;
                dies.Dispose();
                dies = await StartAsync("dies", "19780");
                Assert.Equal(address, dies.Client.BaseAddress);
            }

            await load;
            TestContext.Current.SendDiagnosticMessage(string.Join(", ", counts.OrderBy(count => count.Key).Select(count => $"{count.Key} {count.Value}")));
            Assert.Equal(["asked again", "right"], counts.Keys.Append("asked again").Distinct().Order(StringComparer.Ordinal));
            Assert.True(counts["right"] > 1000);
        }
        finally
        {
            dies.Dispose();
        }
    }

    /// <summary>One connection's questions: a token, a code, a status in turn.</summary>
    private static async Task AskAsync(PublicStation station, Uri address, int number, Stopwatch watch, ConcurrentDictionary<string, int> counts)
    {
        using var http = Client(address, number);
        (string Code, string Verdict)[] truths = [(PublicStation.ValidCode, "valid"), (PublicStation.RevokedCode, "revoked"), (PublicStation.SuspendedCode, "suspended")];
        for (var i = number; watch.Elapsed < Longest; i++)
        {
            var (code, verdict) = truths[i % truths.Length];
            var said = await AnsweredAsync(() => i % 2 == 0
                ? http.PostAsJsonAsync("/api/v1/verifications", new { artefact = QrText.For(new Uri("https://" + PublicStation.PublicHost), station.Licenses[code].Token.Span) }, Cancelled)
                : http.GetAsync($"/api/v1/licenses/{code}/status", Cancelled));
            counts.AddOrUpdate(said == verdict ? "right" : $"wrong: {said} for {verdict}", 1, (_, count) => count + 1);
        }

        async Task<string?> AnsweredAsync(Func<Task<HttpResponseMessage>> ask)
        {
            while (true)
            {
                try
                {
                    using var response = await ask();
                    return response.StatusCode == HttpStatusCode.OK
                        ? (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("verdict").GetString()
                        : $"status {(int)response.StatusCode}";
                }
                catch (HttpRequestException)
                {
                    // The answer ended in the middle: its beginning had been handed on when the verifier was killed.
                    counts.AddOrUpdate("asked again", 1, (_, count) => count + 1);
                }
            }
        }
    }

    /// <summary>One connection, from an address of its own: the limits are the clients'.</summary>
    private static HttpClient Client(Uri address, int number) => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 1,
        ConnectCallback = async (context, cancellation) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 3, (byte)(1 + number)]), 0));
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = address };
}
