using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.PublicVerification;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ELicense.Benchmarks;

/// <summary>
/// A batch of 10,000 distinct tokens never seen, over HTTP on loopback, beside bare verification of the same bytes on all cores; the processor time of the whole process,
/// with the client's share in it, so that a busy machine slows both alike. Goal: at least 0.9 of the bare rate.
/// </summary>
internal static class BatchRatio
{
    private const int Licenses = 10_000;
    private const int Remembered = 512;
    private const int Rounds = 7;
    private const int AnswerBytes = 32 * 1024 * 1024;
    private const string Key = "benchmark";

    public static async Task<int> RunAsync()
    {
        var benchmark = new VerifyTokenBenchmark();
        benchmark.Publish();
        using var publication = new BenchmarkPublication(Licenses, Remembered);
        publication.Follow();
        await using var app = Build(publication);
        await app.StartAsync();
        var artefacts = publication.Tokens.Select(token => QrText.For(new Uri("https://gs.example.cn"), token)).ToArray();
        using var client = new LeanClient(
            new Uri(new Uri(app.Urls.Single()), "/api/v1/verifications/batch"), $"Content-Type: application/json\r\nAccept: application/x-ndjson\r\nAuthorization: Bearer {Key}\r\n",
            JsonSerializer.SerializeToUtf8Bytes(new { artefacts }), AnswerBytes);
        var bare = new (double Wall, double Processor)[Rounds];
        var batch = new (double Wall, double Processor)[Rounds];
        for (var round = -Rounds; round < Rounds; round++) // the first half warms up
        {
            var bareTook = await TimeAsync(() => Task.Run(() => Parallel.For(0, Licenses, _ => benchmark.BareVerifyHash())));
            var batchTook = await TimeAsync(client.CallAsync);
            var valid = client.Body().AsSpan().Count("{\"verdict\":\"valid\""u8);
            if (valid != Licenses)
                throw new InvalidOperationException($"{valid} of {Licenses} verdicts are valid.");
            if (round >= 0)
                (bare[round], batch[round]) = (bareTook, batchTook);
        }

        benchmark.Remove();
        Tell("wall clock", [.. bare.Select(b => b.Wall)], [.. batch.Select(b => b.Wall)]);
        Tell("processor time of server and client", [.. bare.Select(b => b.Processor)], [.. batch.Select(b => b.Processor)]);
        return 0;
    }

    private static void Tell(string what, double[] bare, double[] batch)
    {
        Array.Sort(bare);
        Array.Sort(batch);
        var (b, a) = (bare[Rounds / 2], batch[Rounds / 2]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what}, median of {Rounds}: bare {b / Licenses * 1e6:0.0} µs, in the batch {a / Licenses * 1e6:0.0} µs a token, ratio {b / a:0.000}"));
    }

    private static async Task<(double Wall, double Processor)> TimeAsync(Func<Task> call)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await call();
        return (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    private static WebApplication Build(BenchmarkPublication publication)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        PublicVerificationRole.AddServices(builder.Services, new PublicVerificationOptions
        {
            Publications = new(publication.Follower),
            RunFollowers = false,
            PublicAddress = new Uri("https://gs.example.cn"),
            Protection = new Protection { Rate = null, Keys = new ApiKeys(new Dictionary<Digest, WorkRate> { [Digest.Of(System.Text.Encoding.UTF8.GetBytes(Key))] = WorkRate.Key }) },
        });
        var app = builder.Build();
        PublicVerificationRole.Map(app);
        return app;
    }
}
