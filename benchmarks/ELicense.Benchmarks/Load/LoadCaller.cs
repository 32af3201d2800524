using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

namespace ELicense.Benchmarks.Load;

/// <summary>One who calls, one call after the other, and keeps how each was answered.</summary>
internal sealed class LoadCaller(string name, Func<int, HttpRequestMessage> request, HttpClient client, TimeSpan pause) : IDisposable
{
    private readonly ConcurrentDictionary<HttpStatusCode, int> _answers = new();
    private readonly ConcurrentBag<TimeSpan> _good = [];

    public string Name => name;

    public IReadOnlyDictionary<HttpStatusCode, int> Answers => _answers;

    /// <summary>Times of the calls that were answered 200.</summary>
    public IReadOnlyCollection<TimeSpan> Good => _good;

    public static HttpRequestMessage Verification(string artefact) => new(HttpMethod.Post, "/api/v1/verifications") { Content = JsonContent.Create(new { artefact }) };

    /// <summary>Until cancelled. An answer that does not come is one too: 0.</summary>
    public async Task CallAsync(CancellationToken end)
    {
        for (var call = 0; !end.IsCancellationRequested; call++)
        {
            var begun = Stopwatch.GetTimestamp();
            HttpStatusCode status;
            try
            {
                using var sent = request(call);
                using var response = await client.SendAsync(sent, end);
                status = response.StatusCode;
            }
            catch (HttpRequestException)
            {
                status = 0;
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }

            _answers.AddOrUpdate(status, 1, (_, count) => count + 1);
            if (status == HttpStatusCode.OK)
                _good.Add(Stopwatch.GetElapsedTime(begun));
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override string ToString() =>
        $"{name}: {string.Join(", ", _answers.OrderBy(a => a.Key).Select(a => $"{(int)a.Key} × {a.Value}"))}{(_good.IsEmpty ? "" : $"; {new Distribution(_good)}")}";

    public void Dispose() => client.Dispose();
}
