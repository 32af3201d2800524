using System.CommandLine;
using ELicense.Authority;
using ELicense.Core;

namespace ELicense.Cli.Officers;

/// <summary><c>elicense approve</c>: another officer decides on a batch, and watches it being carried out.</summary>
internal static class ApproveCommand
{
    private sealed record Wish(long Batch, string? ContentHash, bool Cancel, bool Yes, bool Json, string? Results, string ComeBack);

    public static Command Create()
    {
        var batch = new Option<long?>("--batch") { Description = "number of the batch; without it, those that wait for approval are listed", HelpName = "ID" };
        var application = new Option<long?>("--application") { Description = "number of one application instead of a batch", HelpName = "ID" };
        var contentHash = new Option<string?>("--content-hash") { Description = "approve only exactly this content (64 hexadecimal digits)", HelpName = "HEX" };
        var cancel = new Option<bool>("--cancel") { Description = "cancel the batch: what is not carried out yet will not be" };
        var yes = new Option<bool>("--yes") { Description = "do not ask" };
        var results = new Option<string?>("--results") { Description = "at the end, write every row and what became of it to this file (.csv, or .ndjson)", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "print the batch as JSON, with the rows that were refused" };
        var officer = new OfficerOptions();
        var command = new Command("approve", "批量核准: decide on a batch that another officer imported, and follow it until it is done; or on one application") { batch, application, contentHash, cancel, yes, results, json };
        officer.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var door = officer.Open(parsed);
            if (parsed.GetValue(application) is { } matter)
                return await new MatterApproval(new MatterDesk(door)).RunAsync(matter, parsed.GetValue(contentHash), parsed.GetValue(yes), parsed.GetValue(json), cancellation);
            var desk = new BatchDesk(door);
            if (parsed.GetValue(batch) is not { } id)
                return await ListAsync(desk, parsed.GetValue(json), cancellation);
            var comeBack = $"elicense approve --batch {id} {officer.Repeat(parsed)}";
            return await DecideAsync(
                desk,
                new Wish(id, parsed.GetValue(contentHash), parsed.GetValue(cancel), parsed.GetValue(yes), parsed.GetValue(json), parsed.GetValue(results), comeBack),
                cancellation);
        });
        return command;
    }

    private static async Task<int> ListAsync(BatchDesk desk, bool json, CancellationToken cancellation)
    {
        var waiting = await desk.WaitingAsync(cancellation);
        if (json)
            JsonOutput.Print(new BatchPage(waiting, Cursor: null), OfficersJson.Default.BatchPage);
        else
            new BatchReport(Terminal.Open(onStandardError: false)).Waiting(waiting);
        return ExitCodes.Done;
    }

    private static async Task<int> DecideAsync(BatchDesk desk, Wish wish, CancellationToken cancellation)
    {
        var batch = await desk.FindAsync(wish.Batch, cancellation);
        var report = new BatchReport(Terminal.Open(onStandardError: wish.Json));
        report.Summary(batch);
        if (wish.Cancel)
            batch = OfficersQuestion.Consented(wish.Yes, "取消这个批次？ Cancel this batch?") ? await desk.CancelAsync(batch.Id, cancellation) : throw Declined();
        else if (batch.State == BatchDesk.Applied)
            batch = OfficersQuestion.Consented(wish.Yes, "核准以上全部内容？ Approve all of this?") ? await desk.ApproveAsync(batch.Id, wish.ContentHash ?? batch.ContentHash!, cancellation) : throw Declined();
        else if (batch.State is not (BatchDesk.Approved or BatchDesk.Done))
            throw new CommandException(Codes.StateConflict, $"批次 {batch.Id} 不可核准  Batch {batch.Id} is {batch.State}.", ExitCodes.Failed);

        batch = await FollowAsync(desk, batch, wish, report, cancellation);
        var refused = batch.Progress.Refused == 0 ? [] : await desk.RowsAsync(batch.Id, "refused", cancellation);
        if (wish.Results is { } path)
            await desk.DownloadAsync(batch.Id, path, cancellation);
        if (wish.Json)
            JsonOutput.Print(batch with { Rejected = refused }, OfficersJson.Default.BatchDocument);
        else
            report.Rejected(batch.Progress.Refused, refused);
        report.Outcome(batch);
        return wish.Cancel || batch.State == BatchDesk.Done ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<BatchDocument> FollowAsync(BatchDesk desk, BatchDocument batch, Wish wish, BatchReport report, CancellationToken cancellation)
    {
        if (batch.Progress.Left == 0 && batch.State != BatchDesk.Approved)
            return batch;
        try
        {
            return await ProgressDisplay.RunAsync(display => desk.FollowAsync(batch, display, cancellation));
        }
        catch (OperationCanceledException)
        {
            report.Next("批次继续办理；回来查看，或取消", "the batch goes on; come back to it, or cancel it with --cancel:", wish.ComeBack);
            throw;
        }
    }

    private static CommandException Declined() => new(Codes.ConsentMissing, "未作决定  Nothing was decided.", ExitCodes.Failed);
}
