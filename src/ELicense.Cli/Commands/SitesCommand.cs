using System.CommandLine;
using System.Globalization;
using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Display;
using ELicense.Issuance;
using ELicense.Web.Pages;

namespace ELicense.Cli.Commands;

/// <summary><c>elicense sites</c>: the watch's results (亮照监测) as CSV, to be carried to the authority.</summary>
internal static class SitesCommand
{
    private const int Days = 30;

    private static readonly string[] Header =
        ["uscc", "badge", "site", "page", "state", "method", "proven", "confirmed", "checked", "badge_seen", "statement_current", "trouble", "pictures_30_days"];

    private static readonly string[] HistoryHeader = ["uscc", "badge", "since", "page", "state", "badge_seen", "statement_current", "trouble"];

    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "data folder of the display role", Required = true };
        var file = new Option<string?>("--out") { Description = "file to write; else the standard output" };
        var history = new Option<bool>("--history") { Description = "since when: looks that found something else than the one before, the newest first, 30 for each site" };
        var command = new Command("sites", "registered sites and what the watch found, as CSV") { data, file, history };
        command.SetAction(parsed =>
        {
            var folder = new DataFolder(Path.GetFullPath(parsed.GetValue(data)!));
            if (!File.Exists(folder.Badges))
                throw new CommandException(Codes.FileMissing, $"There is no file {folder.Badges}.", ExitCodes.Usage);
            var store = BadgeStore.Open(folder.Badges);
            Action<BadgeStore, TextWriter> write = parsed.GetValue(history) ? WriteHistory : WriteSites;
            if (parsed.GetValue(file) is { } path)
            {
                using var to = new StreamWriter(path);
                write(store, to);
            }
            else
            {
                write(store, Console.Out);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static void WriteSites(BadgeStore store, TextWriter to)
    {
        var views = store.Views(DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-Days));
        Csv.WriteRecord(to, Header);
        foreach (var site in store.AllSites())
        {
            Csv.WriteRecord(
                to, site.Badge.CreditCode.Value, site.Badge.Id, site.Badge.Site, site.Page.AbsoluteUri, Name(site.Badge.State), site.Method is { } method ? Name(method) : null, Time(site.Proven),
                Time(site.Confirmed), Time(site.Checked), Word(site.BadgeSeen), Word(site.StatementCurrent), site.Trouble, views.GetValueOrDefault(site.Badge.Id).ToString(CultureInfo.InvariantCulture));
        }
    }

    private static void WriteHistory(BadgeStore store, TextWriter to)
    {
        Csv.WriteRecord(to, HistoryHeader);
        foreach (var site in store.AllSites())
        {
            foreach (var look in store.History(site.Badge.Id))
            {
                Csv.WriteRecord(
                    to, site.Badge.CreditCode.Value, site.Badge.Id, Time(look.Since), look.Page.AbsoluteUri, Name(look.State), Word(look.BadgeSeen), Word(look.StatementCurrent), look.Trouble);
            }
        }
    }

    private static string Name<T>(T value)
        where T : struct, Enum => Enum.GetName(value)!.ToLowerInvariant();

    private static string? Time(DateTimeOffset? at) => at is { } time ? Moments.Rfc3339(time) : null;

    private static string? Word(bool? value) => value switch { true => "yes", false => "no", null => null };
}
