using System.CommandLine;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Verification.Bundles;
using ELicense.Verification.Publication;

namespace ELicense.Cli.Commands;

/// <summary><c>elicense bundle</c> and <c>elicense inbox</c>: a publication and filings as files that a disk carries across the gap.</summary>
internal static class BundleCommand
{
    private static readonly Option<bool> Json = new("--json") { Description = "print what was done as JSON" };

    public static Command Create() => new("bundle", "a publication in one file, for a disk across the gap") { Export(), Import() };

    public static Command CreateInbox() => new("inbox", "filings to the authority in one file, for a disk across the gap") { ExportInbox(), ImportInbox() };

    private static Command Export()
    {
        var file = File("the bundle that is written");
        var publication = new Option<string>("--publication") { Description = "folder of the publication", HelpName = "DIR", Required = true };
        var since = new Option<long>("--since") { Description = "log size that the receiver has already; everything, when it is not given", HelpName = "SIZE" };
        var command = new Command("export", "pack a publication, or what is new in it") { file, publication, since, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var from = Existing(parsed.GetValue(publication)!, Codes.PublicationMissing);
            if (parsed.GetValue(since) < 0)
                throw new CommandException(Codes.NumberOutOfRange, "--since is a log size.", ExitCodes.Usage);
            BundleResult? result = null;
            await WriteAsync(parsed.GetValue(file)!, async output => result = Done(await BundleExport.RunAsync(from, parsed.GetValue(since), output, Progress("entries"), cancellation)));
            return Print(parsed, result!, $"日志 log {result!.From} → {result.To}");
        });
        return command;
    }

    private static Command Import()
    {
        var file = File("the bundle");
        var trust = new TrustOptions();
        var command = new Command("import", "verify a bundle and take it into a publication folder") { file, Json };
        trust.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (trust.Publication(parsed) is not { } folder || folder.Contains("://", StringComparison.Ordinal))
                throw new CommandException(Codes.PublicationMissing, "bundle import needs --publication, a folder.", ExitCodes.Usage);
            var state = trust.State(parsed) ?? throw new CommandException(Codes.StateMissing, "bundle import needs --state: without a high-water mark an old bundle looks like a new one.", ExitCodes.Usage);
            await using var bundle = Open(parsed.GetValue(file)!);
            var import = new BundleImport(Path.GetFullPath(folder), Path.GetFullPath(state), trust.Anchor(parsed, out _), TimeProvider.System);
            var result = Done(await import.RunAsync(bundle, Progress("files"), cancellation));
            return Print(parsed, result, $"日志 log {result.From} → {result.To}");
        });
        return command;
    }

    private static Command ExportInbox()
    {
        var file = File("the bundle that is written");
        var inbox = new Option<string>("--inbox") { Description = "folder of the filings", HelpName = "DIR", Required = true };
        var remove = new Option<bool>("--remove") { Description = "remove what is in the bundle from the inbox, once the bundle is on disk" };
        var command = new Command("export", "pack the filings of an inbox") { file, inbox, remove, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var from = Existing(parsed.GetValue(inbox)!, Codes.FileMissing);
            (BundleResult Result, IReadOnlyList<string> Packed)? done = null;
            await WriteAsync(parsed.GetValue(file)!, async output => done = await InboxBundle.ExportAsync(from, output, cancellation));
            foreach (var path in parsed.GetValue(remove) ? done!.Value.Packed : [])
                System.IO.File.Delete(path);
            return Print(parsed, done!.Value.Result, "申请 filings");
        });
        return command;
    }

    private static Command ImportInbox()
    {
        var file = File("the bundle");
        var inbox = new Option<string>("--inbox") { Description = "the authority's folder of filings", HelpName = "DIR", Required = true };
        var command = new Command("import", "put the filings of a bundle into the authority's inbox") { file, inbox, Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var bundle = Open(parsed.GetValue(file)!);
            return Print(parsed, Done(await InboxBundle.ImportAsync(bundle, Path.GetFullPath(parsed.GetValue(inbox)!), cancellation)), "申请 filings");
        });
        return command;
    }

    private static Argument<string> File(string description) => new("file") { Description = description, HelpName = "FILE" };

    private static string Existing(string folder, string code) =>
        Directory.Exists(folder) ? Path.GetFullPath(folder) : throw new CommandException(code, $"There is no folder {folder}.", ExitCodes.Usage);

    private static FileStream Open(string path) => System.IO.File.Exists(path)
        ? System.IO.File.OpenRead(path)
        : throw new CommandException(Codes.FileMissing, $"There is no file {path}.", ExitCodes.Usage);

    /// <summary>The file is there when all of it is; what fails leaves none behind.</summary>
    private static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        try
        {
            await WholeFile.WriteAsync(path, write);
        }
        catch
        {
            System.IO.File.Delete(path + ".new");
            throw;
        }
    }

    private static BundleResult Done(BundleResult result) =>
        result.Refusal is { } refusal ? throw new CommandException(refusal.Code, refusal.Detail, ExitCodes.Failed) : result;

    private static int Print(ParseResult parsed, BundleResult result, string what)
    {
        if (parsed.GetValue(Json))
            JsonOutput.Print(new BundleReport(result.From, result.To, result.Files), BundleReportJson.Default.BundleReport);
        else
            Console.Out.WriteLine($"✓ {what}: {result.Files} 个文件 files");
        return ExitCodes.Done;
    }

    private static Progress<long>? Progress(string what) =>
        Console.IsErrorRedirected ? null : new Progress<long>(count => Console.Error.Write($"\r{count} {what}"));
}

/// <param name="From">Log size before; of an inbox 0.</param>
/// <param name="To">Log size after; of an inbox 0.</param>
internal sealed record BundleReport(long From, long To, long Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BundleReport))]
internal sealed partial class BundleReportJson : JsonSerializerContext;
