using System.CommandLine;
using System.Text.Json.Serialization;
using ELicense.Cli.Commands;
using ELicense.Core;
using ELicense.Core.Trust;

namespace ELicense.Cli.Ceremony;

/// <summary><c>elicense ceremony</c>: a plan judged, carried out, and its transcript checked.</summary>
internal static class CeremonyCommand
{
    public static Command Create() => new("ceremony", "密钥仪式: keys, certificates and the trust card, made before witnesses") { CreatePlan(), CreateRun(), CreateCheck() };

    private static Command CreatePlan()
    {
        var (plan, json) = (PlanArgument(), Json());
        var command = new Command("plan", "judge a plan and say what it will make; touches no token") { plan, json };
        command.SetAction(parsed =>
        {
            var file = PlanFile.Read(parsed.GetValue(plan)!);
            var written = parsed.GetValue(json) ? _ => { } : new Action<string>(Console.Out.WriteLine);
            var card = Run(file, CeremonySetting.Given(root: null, written, TimeProvider.System));
            Print(parsed.GetValue(json), folder: null, card);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateRun()
    {
        var (plan, json) = (PlanArgument(), Json());
        var output = new Option<string?>("--out") { Description = "new folder for certificates, card and transcript", HelpName = "DIR" };
        var rehearsal = new Option<bool>("--dry-run") { Description = "ask everything, touch no token, leave nothing" };
        var command = new Command("run", "carry a plan out: asks at the terminal and writes down what is answered") { plan, output, rehearsal, json };
        command.SetAction(parsed =>
        {
            var file = PlanFile.Read(parsed.GetValue(plan)!);
            // What cannot be carried out is refused before a question is asked or a key made.
            Run(file, CeremonySetting.Given(root: null, _ => { }, TimeProvider.System));
            var folder = parsed.GetValue(rehearsal) ? null : NewFolder(parsed.GetValue(output));
            var card = Run(file, new CeremonySetting(folder, Console.IsInputRedirected ? "not typed at a terminal" : "typed at a terminal", Ask, Console.Error.WriteLine, TimeProvider.System));
            Print(parsed.GetValue(json), folder, card);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateCheck()
    {
        var json = Json();
        var folder = new Argument<string>("DIR") { Description = "folder that a ceremony left" };
        var root = new Option<string>("--root") { Description = "the root's fingerprint (64 hex digits) or certificate, from elsewhere", Required = true };
        var command = new Command("check", "check a transcript and the files it names; exits 10 on a finding") { folder, root, json };
        command.SetAction(parsed =>
        {
            var findings = TranscriptCheck.Run(parsed.GetValue(folder)!, TrustOptions.Read(parsed.GetValue(root)!, out _));
            if (parsed.GetValue(json))
                JsonOutput.Print(new TranscriptReport(findings), CeremonyJson.Default.TranscriptReport);
            foreach (var finding in parsed.GetValue(json) ? [] : findings)
                Console.Out.WriteLine($"✕ {(finding.Line is { } line ? $"line {line}: " : "")}{finding.Detail} [{finding.Code}]");
            if (findings.Count == 0 && !parsed.GetValue(json))
                Console.Out.WriteLine("✓ every line is the one that the root signed, and every file the one that was written");
            return findings.Count == 0 ? ExitCodes.Done : ExitCodes.Finding;
        });
        return command;
    }

    private static TrustCard Run(PlanFile file, CeremonySetting setting)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (file.Hierarchy is not { } plan)
            return new RotationCeremony(file, setting).Run(now);
        // A plan without an address is refused by the rules in earnest; one for trying out may stay without.
        return new HierarchyCeremony(plan, file, setting).Run(plan.Authority.PublicAddress ?? new Uri("http://127.0.0.1:5080"), now);
    }

    private static string? Ask(Question question)
    {
        Console.Error.Write($"?  {question.Text} ");
        return Console.In.ReadLine();
    }

    private static string NewFolder(string? path)
    {
        if (path is null)
            throw new CommandException(Codes.CeremonyFolder, "--out names a new folder, or --dry-run leaves nothing.", ExitCodes.Usage);
        var folder = Path.GetFullPath(path);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CommandException(Codes.CeremonyFolder, $"{folder} is not empty: a ceremony is written into a folder of its own.", ExitCodes.Usage);
        return Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    private static void Print(bool json, string? folder, TrustCard card)
    {
        var root = card.Keys.Where(key => key.Role == KeyRole.Root).MaxBy(key => key.From)!;
        var fingerprint = Digest.Of(root.SubjectPublicKeyInfo.Span).ToString();
        if (json)
            JsonOutput.Print(new CeremonyReport(folder, folder is null ? null : fingerprint, card.Version, [.. card.Keys.Select(KeyReport.Of)]), CeremonyJson.Default.CeremonyReport);
        else if (folder is not null)
            Console.Out.WriteLine($"✓ {folder}: trust card {card.Version} of {card.Origin}; root {fingerprint}");
        else
            Console.Out.WriteLine($"✓ rehearsed with keys in memory; nothing was written and no token was touched");
    }

    private static Argument<string> PlanArgument() => new("PLAN") { Description = "the plan, JSON (docs/ceremony.md)" };

    private static Option<bool> Json() => new("--json") { Description = "print the result as JSON" };
}

internal sealed record TranscriptReport(IReadOnlyList<TranscriptFinding> Findings);

/// <param name="Folder">Null: a rehearsal, whose keys are gone.</param>
internal sealed record CeremonyReport(string? Folder, string? Root, long Version, IReadOnlyList<KeyReport> Keys);

internal sealed record KeyReport(string Role, string Algorithm, string Kid, DateTimeOffset From, DateTimeOffset To, long? AcceptedBelow)
{
    public static KeyReport Of(TrustedKey key) => new(
        key.Role.Name(), key.Algorithm, key.Kid.ToString(), DateTimeOffset.FromUnixTimeSeconds(key.From), DateTimeOffset.FromUnixTimeSeconds(key.To), key.AcceptedBelow);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TranscriptReport))]
[JsonSerializable(typeof(CeremonyReport))]
internal sealed partial class CeremonyJson : JsonSerializerContext;
