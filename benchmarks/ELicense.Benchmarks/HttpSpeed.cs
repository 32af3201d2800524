using System.Buffers;
using System.Text;
using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.PublicVerification;
using ELicense.Verification.Publication;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;

namespace ELicense.Benchmarks;

/// <summary>
/// The service over HTTP on loopback beside an endpoint of the same Kestrel that knows nothing but the same bytes and headers, in turns of wrk; a file of the same bytes served by
/// nginx is printed beside. status: of 1,000 enterprises in turn. badge: one picture. verify: POST of tokens never seen, beside what bare verification on both
/// cores and an empty POST leave. Needs wrk and nginx.
/// </summary>
internal static class HttpSpeed
{
    private const int Licenses = 8192;
    private const int Asked = 1000;
    private const int Remembered = 512;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("elicense-http-").FullName;
        try
        {
            using var publication = new BenchmarkPublication(Licenses, Remembered);
            publication.Follow();
            switch (arguments)
            {
                case ["status"]:
                    await GetAsync(publication, folder, [.. Enumerable.Range(0, Asked).Select(i => $"/api/v1/licenses/{BenchmarkPublication.CodeOf(i)}/status")]);
                    return 0;
                case ["badge"]:
                    await GetAsync(publication, folder, ["/badge/" + Register(folder).Id + ".svg"]);
                    return 0;
                case ["verify"]:
                    await PostAsync(publication, folder);
                    return 0;
                default:
                    Console.Error.WriteLine("http status|badge|verify");
                    return 2;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task GetAsync(BenchmarkPublication publication, string folder, string[] targets)
    {
        await using var service = await ServeAsync(publication, folder);
        using var http = new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };
        using var answer = await http.GetAsync(new Uri(targets[^1], UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsByteArrayAsync();
        var script = Script(folder, targets.Select(target => target + "\n"), """local a = line; requests[#requests + 1] = wrk.format("GET", a)""");
        var beside = await SideBySide.MeasureAsync(service, answer, body, folder, address => new LoadedAddress(address, script));
        Console.WriteLine(FormattableString.Invariant($"GET {targets[^1]}, {targets.Length} in turn, {body.Length} bytes: {beside}"));
    }

    private static async Task PostAsync(BenchmarkPublication publication, string folder)
    {
        await using var service = await ServeAsync(publication, folder);
        using var http = new HttpClient { BaseAddress = new Uri(service.Urls.Single()) };
        var bodies = publication.Tokens.Select(token => $"{{\"artefact\":\"{Convert.ToBase64String(token)}\"}}").ToArray();
        using var first = new StringContent(bodies[0], Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("/api/v1/verifications", UriKind.Relative), first);
        answer.EnsureSuccessStatusCode();
        var verdict = await answer.Content.ReadAsByteArrayAsync();
        if (!Encoding.UTF8.GetString(verdict).StartsWith("{\"verdict\":\"valid\"", StringComparison.Ordinal))
            throw new InvalidOperationException("The benchmark measures what does not verify.");
        await using var empty = await SideBySide.EmptyAsync(verdict, answer);
        var script = Script(folder, bodies.Select(body => body + "\n"), """requests[#requests + 1] = wrk.format("POST", "/api/v1/verifications", {["Content-Type"] = "application/json"}, line)""");
        var bareBenchmark = new VerifyTokenBenchmark();
        bareBenchmark.Publish();
        var turns = new List<((double Rate, double Processor) Bare, (double Rate, double Processor) Empty, (double Rate, double Processor) Service)>();
        var (emptyAddress, serviceAddress) = (new LoadedAddress(empty.Urls.Single(), script), new LoadedAddress(service.Urls.Single(), script));
        for (var round = -4; round < SideBySide.Rounds; round++) // the first four warm up
        {
            var turn = (LoadBare(bareBenchmark), await emptyAddress.LoadAsync(), await serviceAddress.LoadAsync());
            if (round >= 0)
                turns.Add(turn);
        }

        bareBenchmark.Remove();
        var ratios = turns.ConvertAll(turn => turn.Service.Rate * ((1 / turn.Bare.Rate) + (1 / turn.Empty.Rate)));
        var processor = turns.ConvertAll(turn => (turn.Bare.Processor + turn.Empty.Processor) / turn.Service.Processor);
        Console.WriteLine(FormattableString.Invariant(
            $"POST /api/v1/verifications, tokens never seen: {SideBySide.Median(ratios):0.000} of what bare verification on all cores ({SideBySide.Median(turns.Select(turn => turn.Bare.Rate)):N0}/s) and an empty POST ({SideBySide.Median(turns.Select(turn => turn.Empty.Rate)):N0}/s) leave ({SideBySide.Turns(ratios)}), {SideBySide.Median(processor):0.000} by this process's CPU time a request ({SideBySide.Median(turns.Select(turn => turn.Bare.Processor)) * 1e6:0.0} + {SideBySide.Median(turns.Select(turn => turn.Empty.Processor)) * 1e6:0.0} µs against {SideBySide.Median(turns.Select(turn => turn.Service.Processor)) * 1e6:0.0} µs); service {SideBySide.Median(turns.Select(turn => turn.Service.Rate)):N0}/s"));
    }

    /// <summary>As <see cref="LoadedAddress.LoadAsync"/>, of bare verifications on all cores.</summary>
    private static (double Rate, double Processor) LoadBare(VerifyTokenBenchmark benchmark)
    {
        const int Chunk = 64;
        var before = Environment.CpuUsage.TotalTime;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var counted = 0;
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (watch.Elapsed < LoadedAddress.Turn)
            {
                for (var i = 0; i < Chunk; i++)
                    benchmark.BareVerifyHash();
                Interlocked.Add(ref counted, Chunk);
            }
        });
        return (counted / watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds / counted);
    }

    private static Task<WebApplication> ServeAsync(BenchmarkPublication publication, string folder)
    {
        var address = new Uri("https://gs.example.cn");
        var (publications, protection) = (new FollowedPublications(publication.Follower), new Protection { Rate = new WorkRate(Burst: 1_000_000, PerSecond: 1_000_000) });
        return LoadedAddress.ListenAsync(
            builder =>
            {
                PublicVerificationRole.AddServices(builder.Services, new PublicVerificationOptions { Publications = publications, RunFollowers = false, PublicAddress = address, Protection = protection });
                DisplayRole.AddServices(builder.Services, new DisplayOptions
                {
                    Publications = publications,
                    RunFollowers = false,
                    Badges = BadgeStore.Open(Path.Combine(folder, "display.db")),
                    PublicAddress = address,
                    VerificationAddress = address,
                    Protection = protection,
                });
            },
            app =>
            {
                PublicVerificationRole.Map(app);
                DisplayRole.Map(app);
            });
    }

    private static Badge Register(string folder)
    {
        if (!CreditCode.TryParse(BenchmarkPublication.CodeOf(0), out var code, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        var badges = BadgeStore.Open(Path.Combine(folder, "display.db"));
        return badges.Register(code, new Uri("https://shop.example.cn"), DateTimeOffset.UtcNow);
    }

    /// <summary>A script of wrk that goes through the lines.</summary>
    /// <returns>Arguments: the script, and the file of lines.</returns>
    private static string[] Script(string folder, IEnumerable<string> lines, string add)
    {
        var (script, file) = (Path.Combine(folder, "wrk.lua"), Path.Combine(folder, "lines"));
        File.WriteAllText(file, string.Concat(lines));
        File.WriteAllText(script, $"""
            local requests, i = {"{}"}, 0
            function init(arguments)
              for line in io.lines(arguments[1]) do {add} end
            end
            function request()
              i = i % #requests + 1
              return requests[i]
            end
            """);
        return [script, file];
    }
}
