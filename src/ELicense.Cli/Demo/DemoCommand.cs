using System.CommandLine;
using ELicense.Cli.Commands;
using ELicense.Cli.Hosting;
using ELicense.Core;

namespace ELicense.Cli.Demo;

/// <summary><c>elicense demo</c>: the main job on the embedded default, then everything served until Ctrl+C.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var exit = new Option<bool>("--exit") { Description = "end after the tour" };
        var json = new Option<bool>("--json") { Description = "print what was done as JSON" };
        var csv = new Option<string?>("--csv") { Description = "register of enterprises to license; without it a sample of 19" };
        var host = new HostingOptions();
        var command = new Command("demo", "watch licenses being issued, shown, verified and revoked") { exit, json, csv };
        host.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(csv) is { } file && !File.Exists(file))
                throw new CommandException(Codes.FileMissing, $"There is no file {file}.", ExitCodes.Usage);
            var configuration = host.Configuration(parsed);
            if (configuration.Authority is not null)
                throw new CommandException(Codes.ConfigFormat, "The demo has a hierarchy of its own: it takes no file with authority in it.", ExitCodes.Usage);
            var data = configuration.Place(DataFolder.Open(host.Data(parsed)));
            using var ports = host.Ports(parsed);
            var narrator = new Narrator(onStandardError: parsed.GetValue(json));
            await using var tour = new Tour(data, configuration, ports, host.PublicAddress(parsed, ports), narrator, TimeProvider.System);
            var report = await tour.RunAsync(parsed.GetValue(csv), cancellation);
            if (parsed.GetValue(json))
                JsonOutput.Print(report, DemoJson.Default.DemoReport);
            if (!parsed.GetValue(exit))
                await tour.ServeAsync(cancellation);
            return ExitCodes.Done;
        });
        return command;
    }
}
