using System.CommandLine;
using System.Text.Json.Serialization;
using ELicense.Cli.Hosting;
using ELicense.Issuance.Recovery;

namespace ELicense.Cli.Commands;

/// <summary><c>elicense restore replay</c>: takes into a restored, older register what the publication holds beyond it.</summary>
internal static class RestoreCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "print what was done as JSON" };
        var data = new Option<string>("--data") { Description = "data folder of the authority, which must not be running", HelpName = "DIR", Required = true };
        var config = new Option<string?>("--config") { Description = "configuration file that names the database", HelpName = "FILE" };
        var trust = new TrustOptions();
        var replay = new Command("replay", "take the publication's tail into a register that is older than it") { data, config, json };
        trust.AddTo(replay);
        replay.SetAction(async (parsed, cancellation) =>
        {
            var configuration = Configuration.Read(parsed.GetValue(config));
            var folder = configuration.Place(new DataFolder(Path.GetFullPath(parsed.GetValue(data)!)));
            folder.RequireRegister(configuration);
            await using var inUse = folder.Claim();
            using var register = configuration.OpenRegister(folder);
            var replaying = new ReplayPublication(register, folder.AuthorityHighWater, TimeProvider.System);
            var result = await replaying.RunAsync(
                TrustOptions.Source(trust.Publication(parsed) ?? folder.Publication), trust.Anchor(parsed, out _), Progress(), cancellation);
            if (parsed.GetValue(json))
                JsonOutput.Print(new ReplayReport(result.From, result.To, result.Licenses, result.Certificates, result.Changes, result.AuditHeads), ReplayJson.Default.ReplayReport);
            else
                Print(result);
            return result.Refusal is { } refusal
                ? throw new CommandException(refusal.Code, $"补录中止 Not replayed: {refusal.Detail}", ExitCodes.Failed)
                : ExitCodes.Done;
        });
        return new Command("restore", "after a database was restored") { replay };
    }

    private static Progress<long>? Progress() =>
        Console.IsErrorRedirected ? null : new Progress<long>(entries => Console.Error.Write($"\r{entries} entries"));

    private static void Print(ReplayResult result)
    {
        Console.Out.WriteLine($"日志 log: {result.From} → {result.To}; 执照 license versions {result.Licenses}, 证书 certificates {result.Certificates}, 状态变更 changes of standing {result.Changes}");
        if (result.To == result.From)
            return;
        Console.Out.WriteLine("公示中没有、因而无法恢复 The publication does not have, and this does not bring back:");
        Console.Out.WriteLine("  申请人和核准人 who applied and approved; 审计记录 entries of the audit trail; 年报 annual reports;");
        Console.Out.WriteLine("  未办结的申请、批次、人员、黑名单的改动 changes of open matters, batches, people and black list.");
        if (result.AuditHeads > 0)
            Console.Out.WriteLine($"  公示的审计摘要 {result.AuditHeads} published heads of the trail are lost: audit verify will name them (audit-cut).");
    }
}

/// <param name="From">Log size before; <paramref name="To"/>: after.</param>
internal sealed record ReplayReport(long From, long To, long Licenses, long Certificates, long Changes, long AuditHeads);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReplayReport))]
internal sealed partial class ReplayJson : JsonSerializerContext;
