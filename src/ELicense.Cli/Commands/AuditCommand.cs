using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Cli.Hosting;
using ELicense.Issuance.Audit;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Commands;

/// <summary><c>elicense audit verify</c>: recomputes the audit trail of a data folder, and compares it with the heads in the published log.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "print the report as JSON" };
        var data = new Option<string>("--data") { Description = "data folder of the authority", Required = true };
        var config = new Option<string?>("--config") { Description = "configuration file that names the database" };
        var trust = new TrustOptions();
        var verify = new Command("verify", "recompute the audit trail; exits 10 on a finding") { data, config, json };
        trust.AddOptionalTo(verify);
        verify.SetAction(async (parsed, cancellation) =>
        {
            var folder = new DataFolder(Path.GetFullPath(parsed.GetValue(data)!));
            var configuration = Configuration.Read(parsed.GetValue(config));
            folder.RequireRegister(configuration);
            // The published heads first: the trail may grow meanwhile, and then contains them still.
            var heads = trust.Publication(parsed) is { } publication ? await ReadHeads(publication, trust.Anchor(parsed, out _), cancellation) : null;
            using var register = configuration.OpenRegister(folder);
            var report = AuditTrailCheck.Run(register, heads, Progress());
            Print(report, parsed.GetValue(json));
            return report.Findings.Count == 0 ? ExitCodes.Done : ExitCodes.Finding;
        });
        return new Command("audit", "the audit trail") { verify };
    }

    private static async Task<IReadOnlyList<PublishedAuditHead>> ReadHeads(
        string publication, TrustAnchor anchor, CancellationToken cancellation)
    {
        var (heads, refusal) = await PublishedAuditHead.ReadAllAsync(TrustOptions.Source(publication), anchor, TimeProvider.System.GetUtcNow(), cancellation);
        return heads ?? throw new CommandException(refusal.Code, $"The publication proves nothing: {refusal.Detail}", ExitCodes.Finding);
    }

    private static Progress<long>? Progress() =>
        Console.IsErrorRedirected ? null : new Progress<long>(entries => Console.Error.Write($"\r{entries} entries"));

    private static void Print(TrailReport report, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new TrailJsonReport(
                    report.Entries, report.Head?.ToString(), report.Anchors,
                    [.. report.Findings.Select(finding => new TrailJsonFinding(finding.Number, finding.Refusal.Code, finding.Refusal.Detail))]),
                TrailJson.Default.TrailJsonReport));
            return;
        }

        foreach (var finding in report.Findings)
            Console.Out.WriteLine($"✕ {(finding.Number is { } number ? $"entry {number}: " : "")}{finding.Refusal.Detail} [{finding.Refusal.Code}]");
        var anchors = report.Anchors is { } found ? $"{found} heads of the published log found in it" : "not compared with a published log (--publication)";
        Console.Out.WriteLine($"{(report.Findings.Count == 0 ? "✓" : "✕")} {report.Entries} entries recomputed, {anchors}; {report.Findings.Count} findings");
        if (report.Head is { } head)
            Console.Out.WriteLine($"  head {head}");
    }
}

/// <param name="Entry">Number of the first entry that is meant; null when none can be named.</param>
internal sealed record TrailJsonFinding(long? Entry, string Code, string Detail);

/// <param name="Anchors">Null: not compared with a published log.</param>
internal sealed record TrailJsonReport(long Entries, string? Head, long? Anchors, IReadOnlyList<TrailJsonFinding> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TrailJsonReport))]
internal sealed partial class TrailJson : JsonSerializerContext;
