using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Verification.Publication;

namespace ELicense.Cli.Commands;

/// <summary><c>elicense log verify</c>: recomputes tree, tiles, packs and status lists from a publication alone.</summary>
internal static class LogCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "print the report as JSON" };
        var trust = new TrustOptions();
        var verify = new Command("verify", "recompute the public log; exits 10 on a finding") { json };
        trust.AddTo(verify);
        verify.SetAction(async (parsed, cancellation) =>
        {
            var publication = trust.Publication(parsed)
                ?? throw new CommandException(Codes.PublicationMissing, "log verify needs --publication.", ExitCodes.Usage);
            var report = await PublicationAudit.RunAsync(
                TrustOptions.Source(publication), trust.Anchor(parsed, out _), trust.State(parsed), TimeProvider.System.GetUtcNow(), Progress(), cancellation);
            Print(report, parsed.GetValue(json));
            return report.Findings.Count == 0 ? ExitCodes.Done : ExitCodes.Finding;
        });
        return new Command("log", "the public transparency log") { verify };
    }

    private static Progress<long>? Progress() =>
        Console.IsErrorRedirected ? null : new Progress<long>(entries => Console.Error.Write($"\r{entries} entries"));

    private static void Print(AuditReport report, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new LogReport(
                    report.Entries, report.Root?.ToString(), report.Tiles, report.Documents, report.Certificates, report.StatusLists,
                    [.. report.Findings.Select(finding => new LogFinding(finding.Path, finding.Position, finding.Refusal.Code, finding.Refusal.Detail))]),
                LogJson.Default.LogReport));
            return;
        }

        foreach (var finding in report.Findings)
        {
            var position = finding.Position is { } at ? $", position {at}" : "";
            Console.Out.WriteLine($"✕ {finding.Path}{position}: {finding.Refusal.Detail} [{finding.Refusal.Code}]");
        }

        var sign = report.Findings.Count == 0 ? "✓" : "✕";
        Console.Out.WriteLine(
            $"{sign} {report.Entries} entries, {report.Tiles} tiles, {report.Documents} documents, {report.Certificates} certificates, {report.StatusLists} status lists recomputed; {report.Findings.Count} findings");
        if (report.Root is { } root)
            Console.Out.WriteLine($"  root {root}");
    }
}

internal sealed record LogFinding(string Path, long? Position, string Code, string Detail);

internal sealed record LogReport(long Entries, string? Root, int Tiles, int Documents, int Certificates, int StatusLists, IReadOnlyList<LogFinding> Findings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LogReport))]
internal sealed partial class LogJson : JsonSerializerContext;
