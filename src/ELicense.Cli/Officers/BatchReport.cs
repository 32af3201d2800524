using System.Globalization;
using ELicense.Authority;
using Spectre.Console;

namespace ELicense.Cli.Officers;

/// <summary>A batch for a person at a terminal: what it holds, how far it is, which rows became nothing.</summary>
internal sealed class BatchReport(IAnsiConsole console)
{
    private const int RowsShown = 10;

    public void Summary(BatchDocument batch)
    {
        console.MarkupLineInterpolated($"[bold]批次 batch {batch.Id}[/]  {State(batch.State)}");
        Line("受理 applied for by", $"{batch.Applicant}, {batch.AppliedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture)}, 登记机关 office {batch.Office}");
        if (batch.Approver is { } approver)
            Line("核准 approved by", approver);
        Line("设立 new", Number(batch.New));
        Line("变更 changed", Number(batch.Changed));
        Line("未变 unchanged", Number(batch.Unchanged));
        Line("未受理 rejected", Number(batch.RejectedCount));
        Line("内容摘要 content hash", "");
        // With the name before it, it would not fit into 80 columns.
        console.WriteLine($"  {batch.ContentHash ?? "–"}");
    }

    public void Outcome(BatchDocument batch)
    {
        var sign = batch.State == BatchDesk.Done ? "[green]✓[/]" : "[yellow]‖[/]";
        console.MarkupLine($"{sign} [bold]批次 batch {batch.Id}[/]  {State(batch.State)}");
        Line("已发照 issued", Number(batch.Progress.Done));
        Line("未准予 refused", Number(batch.Progress.Refused));
        Line("已取消 cancelled", Number(batch.Progress.Cancelled));
    }

    /// <param name="count">Of all such rows.</param>
    /// <param name="rows">The first of them.</param>
    public void Rejected(long count, IReadOnlyList<RejectedRow> rows)
    {
        if (count == 0)
            return;
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("行 row").RightAligned()).AddColumn("代码 code").AddColumn("说明 message");
        foreach (var row in rows.Take(RowsShown))
            table.AddRow(new Text(Number(row.Row)), new Text(row.Code), new Text(row.Message));
        console.Write(table);
        if (count > RowsShown)
            console.MarkupLineInterpolated($"  [grey]另有 {Number(count - RowsShown)} 行 more rows: --results FILE, --json[/]");
    }

    public void Waiting(IReadOnlyList<BatchDocument> batches)
    {
        if (batches.Count == 0)
        {
            console.WriteLine("没有待核准的批次  no batch waits");
            return;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("批次 batch").RightAligned()).AddColumn("受理 by").AddColumn("时间 at")
            .AddColumn(new TableColumn("设立 new").RightAligned()).AddColumn(new TableColumn("变更 changed").RightAligned());
        foreach (var batch in batches)
        {
            table.AddRow(
                Number(batch.Id), Markup.Escape(batch.Applicant), batch.AppliedAt.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture), Number(batch.New), Number(batch.Changed));
        }

        console.Write(table);
    }

    /// <summary>A command to paste: whole and on one line whatever the width.</summary>
    public void Next(string chinese, string english, string command)
    {
        console.MarkupLineInterpolated($"{chinese}  [grey]{english}[/]");
        console.Profile.Out.Writer.WriteLine($"  {command}");
    }

    private void Line(string name, string value) => console.MarkupLineInterpolated($"  [grey]{Padded(name)}[/]{value}");

    /// <summary>A Chinese character takes two columns.</summary>
    private static string Padded(string name) => name + new string(' ', Math.Max(2, 24 - name.Sum(c => c >= 0x2E80 ? 2 : 1)));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string State(string state) => state switch
    {
        "reading" => "正在读取 being read",
        BatchDesk.Applied => "待核准 waits for approval",
        BatchDesk.Approved => "已核准 approved",
        BatchDesk.Done => "已办结 done",
        "cancelled" => "已取消 cancelled",
        _ => state,
    };
}
