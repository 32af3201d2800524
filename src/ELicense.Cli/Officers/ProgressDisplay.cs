using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ELicense.Cli.Officers;

/// <summary>How far long work has come, on stderr: bars where a person looks, else one line for each tenth.</summary>
internal sealed class ProgressDisplay
{
    private readonly ProgressContext? _bars;

    private ProgressDisplay(ProgressContext? bars) => _bars = bars;

    public static Task<T> RunAsync<T>(Func<ProgressDisplay, Task<T>> work)
    {
        if (Terminal.IsRedirected(onStandardError: true))
            return work(new ProgressDisplay(bars: null));
        return Terminal.Open(onStandardError: true).Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new CountColumn(), new RemainingTimeColumn())
            .StartAsync(bars => work(new ProgressDisplay(bars)));
    }

    /// <param name="total">Of whatever is counted; 0 when there is nothing to do.</param>
    public ProgressStage Begin(string chinese, string english, long total)
    {
        var name = $"{chinese} {english}";
        return new ProgressStage(name, total, _bars?.AddTask(Markup.Escape(name), maxValue: Math.Max(total, 1)));
    }

    private sealed class CountColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(string.Create(CultureInfo.InvariantCulture, $"{task.Value:N0}/{task.MaxValue:N0}"));
    }
}

/// <summary>One stage of the work.</summary>
internal sealed class ProgressStage(string name, long total, ProgressTask? bar)
{
    private const int Lines = 10;

    private long _line = -1;
    private string? _note;

    public void Report(long done)
    {
        Note(null);
        if (bar is not null)
        {
            bar.Value = done;
            return;
        }

        var line = total == 0 ? Lines : done * Lines / total;
        if (line > _line)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}  {done:N0}/{total:N0}"));
        _line = Math.Max(line, _line);
    }

    /// <summary>The stage is over, however many it were.</summary>
    public void End()
    {
        Report(total);
        bar?.StopTask();
    }

    /// <summary>Why it does not go on just now; null: it does.</summary>
    public void Note(string? note)
    {
        if (note == _note)
            return;
        _note = note;
        if (bar is not null)
            bar.Description = Markup.Escape(note is null ? name : $"{name} ({note})");
        else if (note is not null)
            Console.Error.WriteLine($"{name}: {note}");
    }
}
