using System.CommandLine;
using ELicense.Authority;

namespace ELicense.Cli.Officers;

/// <summary><c>elicense import</c>: a register as a batch of applications, by one officer.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "register (CSV, UTF-8 or GB 18030, at most 1 GB)" };
        var results = new Option<string?>("--results") { Description = "write every row and what became of it to this file (.csv, or .ndjson)", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "print the batch as JSON, with every rejected row" };
        var officer = new OfficerOptions();
        var command = new Command("import", "批量受理: apply for a whole register as one batch; another officer approves it") { file, results, json };
        officer.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var register = await RegisterFile.ReadAsync(parsed.GetValue(file)!, cancellation);
            using var door = officer.Open(parsed);
            var desk = new BatchDesk(door);
            // Before a gigabyte is sent: is the door the right one, and does it let this person in?
            await desk.WhoAmIAsync(cancellation);
            var batch = await ImportAsync(desk, register, cancellation);
            if (parsed.GetValue(results) is { } path)
                await desk.DownloadAsync(batch.Id, path, cancellation);
            if (parsed.GetValue(json))
                JsonOutput.Print(await WithEveryRejectedRowAsync(desk, batch, cancellation), OfficersJson.Default.BatchDocument);
            else
                Print(batch, officer.Repeat(parsed, "approver.pem"));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<BatchDocument> ImportAsync(BatchDesk desk, RegisterFile register, CancellationToken cancellation)
    {
        try
        {
            return await ProgressDisplay.RunAsync(display => desk.ImportAsync(register, display, cancellation));
        }
        catch (Exception e) when (e is OperationCanceledException or AuthorityUnreachableException)
        {
            await Console.Error.WriteLineAsync("elicense: 导入中断；再次运行同一命令，从中断处继续  interrupted: run the same command again, and it goes on where it stopped");
            throw;
        }
    }

    /// <summary>The door's answer has the first thousand; the results have all.</summary>
    private static async Task<BatchDocument> WithEveryRejectedRowAsync(BatchDesk desk, BatchDocument batch, CancellationToken cancellation) =>
        batch.Rejected?.Count == batch.RejectedCount ? batch : batch with { Rejected = await desk.RowsAsync(batch.Id, "rejected", cancellation) };

    private static void Print(BatchDocument batch, string approver)
    {
        var report = new BatchReport(Terminal.Open(onStandardError: false));
        report.Rejected(batch.RejectedCount, batch.Rejected ?? []);
        report.Summary(batch);
        if (batch.State == BatchDesk.Applied)
            report.Next("由另一位工作人员核准", "approved by another officer:", $"elicense approve --batch {batch.Id} {approver}");
    }
}
