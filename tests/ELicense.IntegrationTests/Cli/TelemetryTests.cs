using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>A real process sends to a collector what OTLP over HTTP says it sends (OpenTelemetry protocol 1.x, OTLP/HTTP).</summary>
[Collection(DemoTour.Name)]
public sealed class TelemetryTests(FinishedDemo demo)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("19380", true)]
    [InlineData("19480", false)]
    public async Task Metrics_and_traces_reach_the_collector_and_name_nobody(string portBase, bool byEnvironment)
    {
        var received = new ConcurrentQueue<(string Path, string? Type, string Body)>();
        await using var collector = await CollectorAsync(received);
        var address = collector.Urls.Single();
        var configuration = Path.Combine(demo.Data, "telemetry.json");
        await File.WriteAllTextAsync(configuration, $$$"""{"telemetry":{"otlp":"{{{address}}}"}}""", Cancelled);
        (string, string)[] environment = byEnvironment
            ? [("OTEL_EXPORTER_OTLP_ENDPOINT", address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "100")]
            : [];
        using var server = await ServingElicense.StartAsync("public", demo.Data, portBase, environment, byEnvironment ? [] : ["--config", configuration], Cancelled);
        var license = demo.Report.GetProperty("licenses")[0];
        var (code, token) = (license.GetProperty("uscc").GetString()!, license.GetProperty("token").GetString()!);
        (await server.Client.PostAsJsonAsync("/api/v1/verifications", new { artefact = token }, Cancelled)).Dispose();
        (await server.Client.GetAsync("/l/" + code, Cancelled)).Dispose();
        // What was not sent yet is sent at the end.
        Assert.Equal(0, await server.EndAsync(Cancelled));

        Assert.Equal(["/v1/metrics", "/v1/traces"], received.Select(r => r.Path).Distinct().Order());
        Assert.All(received, r => Assert.Equal("application/x-protobuf", r.Type));
        Assert.Contains(received, r => r.Path == "/v1/metrics" && r.Body.Contains("elicense.verification.verdicts", StringComparison.Ordinal));
        Assert.Contains(received, r => r.Path == "/v1/traces" && r.Body.Contains("GET /l/{uscc}", StringComparison.Ordinal));
        Assert.All(received, r => Assert.DoesNotContain(code, r.Body, StringComparison.Ordinal));
    }

    private static async Task<WebApplication> CollectorAsync(ConcurrentQueue<(string Path, string? Type, string Body)> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/{**path}", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            received.Enqueue((context.Request.Path, context.Request.ContentType, Encoding.Latin1.GetString(body.ToArray())));
            context.Response.ContentType = "application/x-protobuf";
        });
        await app.StartAsync(Cancelled);
        return app;
    }
}
