using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

[Collection(DemoTour.Name)]
public sealed class TerminationTests(FinishedDemo demo)
{
    private const int Callers = 8;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Told_to_end_under_load_it_answers_what_it_accepted_and_ends_within_10_s()
    {
        using var server = await ServingElicense.StartAsync("public", demo.Data, "19180", Cancelled);
        var tokens = demo.Report.GetProperty("licenses").EnumerateArray().Select(license => license.GetProperty("token").GetString()!).ToArray();
        var answered = new ConcurrentBag<(HttpStatusCode Status, bool Whole)>();
        var loaded = new TaskCompletionSource();
        var callers = Enumerable.Range(0, Callers).Select(caller => CallUntilGoneAsync(server.Client, tokens, batch: caller < 2, answer =>
        {
            answered.Add(answer);
            if (answered.Count == 200)
                loaded.SetResult();
        })).ToList();
        await loaded.Task.WaitAsync(Cancelled);

        var watch = Stopwatch.StartNew();
        server.Terminate();
        await Task.WhenAll(callers);
        await server.Process.WaitForExitAsync(Cancelled);
        Assert.Equal((0, true), (server.Process.ExitCode, watch.Elapsed < TimeSpan.FromSeconds(10)));
        Assert.Equal([(HttpStatusCode.OK, true)], answered.Distinct());
    }

    /// <summary>One call after the other, until there is nobody to connect to. An answer that began is read to its end; what was cut before its end is not whole.</summary>
    private static async Task CallUntilGoneAsync(HttpClient client, string[] tokens, bool batch, Action<(HttpStatusCode Status, bool Whole)> answer)
    {
        for (var call = 0; ; call++)
        {
            HttpResponseMessage response;
            try
            {
                using var request = batch
                    ? new HttpRequestMessage(HttpMethod.Post, "/api/v1/verifications/batch") { Content = JsonContent.Create(new { artefacts = Enumerable.Repeat(tokens, 5).SelectMany(t => t) }) }
                    : new HttpRequestMessage(HttpMethod.Post, "/api/v1/verifications") { Content = JsonContent.Create(new { artefact = tokens[call % tokens.Length] }) };
                response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
            }
            catch (HttpRequestException)
            {
                return;
            }

            using (response)
            {
                try
                {
                    var body = await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled);
                    answer((response.StatusCode, batch ? body.GetProperty("verdicts").GetArrayLength() == 5 * tokens.Length : body.TryGetProperty("verdict", out _)));
                }
                catch (Exception cut) when (cut is HttpRequestException or IOException or JsonException)
                {
                    answer((response.StatusCode, false));
                }
            }
        }
    }
}
