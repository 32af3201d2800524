using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using ELicense.Cli.Management;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>/metrics of a real process, on its management port.</summary>
[Collection(DemoTour.Name)]
public sealed partial class MetricsTests(FinishedDemo demo)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_done_is_counted_and_promtool_finds_nothing_to_say()
    {
        using var server = await ServingElicense.StartAsync("public", demo.Data, "19280", Cancelled);
        var licenses = demo.Report.GetProperty("licenses").EnumerateArray().ToList();
        string[] artefacts = [TokenOf(0), TokenOf(0), TokenOf(^1), "not a license"];
        foreach (var artefact in artefacts)
            (await server.Client.PostAsJsonAsync("/api/v1/verifications", new { artefact }, Cancelled)).Dispose();
        (await server.Client.PostAsJsonAsync("/api/v1/verifications/batch", new { artefacts }, Cancelled)).Dispose();
        (await server.Client.GetAsync("/l/" + licenses[0].GetProperty("uscc").GetString(), Cancelled)).Dispose();

        using (var outside = await server.Client.GetAsync("/metrics", Cancelled))
            Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
        using var management = new HttpClient { BaseAddress = new Uri(server.Ready.GetProperty("management").GetString()!) };
        var text = await management.GetStringAsync("/metrics", Cancelled);
        Assert.Equal(
            [1, 3, 1, 1, 2, 4],
            [
                Value(text, """elicense_verification_verdicts_total{elicense_signature="computed",elicense_verdict="valid"}"""),
                Value(text, """elicense_verification_verdicts_total{elicense_signature="remembered",elicense_verdict="valid"}"""),
                Value(text, """elicense_verification_verdicts_total{elicense_signature="computed",elicense_verdict="revoked"}"""),
                Value(text, """elicense_verification_verdicts_total{elicense_signature="remembered",elicense_verdict="revoked"}"""),
                Value(text, "elicense_verification_unread_total"),
                Value(text, "elicense_verification_batch_artefacts_total"),
            ]);
        var size = long.Parse((await File.ReadAllLinesAsync(Path.Combine(demo.Publication, "log", "checkpoint"), Cancelled))[1], CultureInfo.InvariantCulture);
        Assert.Equal(size, Value(text, $$"""elicense_publication_log_size{elicense_publication="{{OriginOf(demo)}}"}"""));

        // Labels are of few values: nobody's code, name or address is among them.
        Assert.Equal(
            ["elicense_publication", "elicense_signature", "elicense_verdict"],
            Label().Matches(string.Join('\n', text.Split('\n').Where(line => line.StartsWith("elicense_", StringComparison.Ordinal)))).Select(label => label.Groups["name"].Value).Distinct().Order());
        Assert.All(licenses, license => Assert.DoesNotContain(license.GetProperty("uscc").GetString()!, text, StringComparison.Ordinal));
        Assert.Equal((0, ""), await PromtoolAsync(text));

        string TokenOf(Index index) => licenses[index].GetProperty("token").GetString()!;
    }

    [Fact]
    public async Task Readiness_tells_how_old_the_published_crl_is()
    {
        using var server = await ServingElicense.StartAsync("public", demo.Data, "19580", Cancelled);
        var ready = (await server.Client.GetFromJsonAsync<JsonElement>("/readyz", Cancelled)).GetProperty("publications")[0];
        // The root's is the other one, and lives longer.
        var ends = Directory.GetFiles(Path.Combine(demo.Publication, "crl"), "complete.crl", SearchOption.AllDirectories)
            .Select(file => Programs.Run("openssl", ["crl", "-inform", "DER", "-in", file, "-noout", "-nextupdate"]).Trim()["nextUpdate=".Length..].Replace("  ", " ", StringComparison.Ordinal))
            .Select(text => DateTimeOffset.ParseExact(text, "MMM d HH:mm:ss yyyy 'GMT'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
        Assert.Equal(ends.Min(), DateTimeOffset.Parse(ready.GetProperty("revocationListUntil").GetString()!, CultureInfo.InvariantCulture));
        Assert.InRange(ready.GetProperty("revocationListAgeSeconds").GetInt64(), 0, 7200);
    }

    // OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", Metric Metadata
    [Theory]
    [InlineData("http.server.request.duration", "s", false, "http_server_request_duration_seconds")]
    [InlineData("elicense.requests.refused", "{request}", true, "elicense_requests_refused_total")]
    [InlineData("dotnet.process.memory.working_set", "By", false, "dotnet_process_memory_working_set_bytes")]
    [InlineData("wait.seconds", "s", false, "wait_seconds")]
    [InlineData("hits", "1", false, "hits_ratio")]
    [InlineData("hits", "1", true, "hits_total")]
    public void Names_are_those_of_the_compatibility_specification(string name, string unit, bool isCounter, string expected) =>
        Assert.Equal(expected, PrometheusText.NameOf(name, unit, isCounter));

    private static double Value(string text, string series) =>
        double.Parse(text.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..], CultureInfo.InvariantCulture);

    [GeneratedRegex("[{,](?<name>[a-z_]+)=")]
    private static partial Regex Label();

    /// <summary>The first line of a checkpoint (C2SP tlog-checkpoint).</summary>
    private static string OriginOf(FinishedDemo demo) => File.ReadLines(Path.Combine(demo.Publication, "log", "checkpoint")).First();

    /// <summary>Prometheus' own check of the text and its names; ./test fetches it.</summary>
    private static async Task<(int ExitCode, string Said)> PromtoolAsync(string text)
    {
        var fetched = Path.Combine(FormatsDocument.RepositoryRoot, ".build", "promtool", "usr", "bin", "promtool");
        var start = new ProcessStartInfo(File.Exists(fetched) ? fetched : "promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var promtool = Process.Start(start)!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var said = await promtool.StandardOutput.ReadToEndAsync(Cancelled) + await promtool.StandardError.ReadToEndAsync(Cancelled);
        await promtool.WaitForExitAsync(Cancelled);
        return (promtool.ExitCode, said);
    }
}
