using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace ELicense.Cli.Demo;

/// <summary>Tells the tour: numbered steps, who did it, how long it took. On stdout, or on stderr when stdout is for JSON.</summary>
internal sealed class Narrator(bool onStandardError)
{
    private readonly IAnsiConsole _console = Terminal.Open(onStandardError);

    private int _step;

    /// <summary>Whether a person watches.</summary>
    public bool IsInteractive { get; } = !Terminal.IsRedirected(onStandardError);

    public void Title(string chinese, string english)
    {
        _console.WriteLine();
        _console.MarkupLineInterpolated($"[bold]{chinese}[/]  [grey]{english}[/]");
        _console.WriteLine();
    }

    /// <param name="who">The officer, role or machine that acts.</param>
    public void Step(string who, string chinese, string english, TimeSpan took)
    {
        _step++;
        _console.MarkupLineInterpolated($"[bold]{_step,2}[/]  {chinese}  [grey]{english}[/]");
        _console.MarkupLineInterpolated($"    [blue]{who}[/]  [grey]{Duration(took)}[/]");
    }

    public void Detail(string text) => _console.MarkupLineInterpolated($"    {text}");

    public void Good(string text) => _console.MarkupLineInterpolated($"    [green]✓[/] {text}");

    public void Bad(string text) => _console.MarkupLineInterpolated($"    [red]✕[/] {text}");

    public void Link(string chinese, string english, string target)
    {
        _console.MarkupLineInterpolated($"  {chinese}  [grey]{english}[/]");
        // Whole and on one line whatever the width: people paste it.
        _console.Profile.Out.Writer.WriteLine($"    {target}");
    }

    public void Blank() => _console.WriteLine();

    /// <summary>Text as it is, e.g. a QR code made of blocks.</summary>
    public void Raw(string text) => _console.Profile.Out.Writer.WriteLine(text);

    public static string Duration(TimeSpan took) => took.TotalSeconds >= 1
        ? took.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s"
        : took.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms";

    public static async Task<(T Result, TimeSpan Took)> Timed<T>(Func<Task<T>> work)
    {
        var watch = Stopwatch.StartNew();
        var result = await work();
        return (result, watch.Elapsed);
    }
}
