using System.Text.Json;
using ELicense.Authority;

namespace ELicense.Cli.Officers;

/// <summary>Registers as batches, over the door: import, follow, decide, download.</summary>
internal sealed class BatchDesk(AuthorityDoor door)
{
    public const string Applied = "applied";
    public const string Approved = "approved";
    public const string Done = "done";

    private static readonly TimeSpan Rhythm = TimeSpan.FromMilliseconds(500);

    public Task<OfficerDocument> WhoAmIAsync(CancellationToken cancellation) => door.GetAsync("/api/v1/me", OfficersJson.Default.OfficerDocument, cancellation);

    public Task<BatchDocument> FindAsync(long id, CancellationToken cancellation) =>
        door.GetAsync($"/api/v1/batches/{id}", OfficersJson.Default.BatchDocument, cancellation);

    public async Task<IReadOnlyList<BatchDocument>> WaitingAsync(CancellationToken cancellation)
    {
        var waiting = new List<BatchDocument>();
        string? cursor = null;
        do
        {
            var query = cursor is null ? "" : $"&cursor={cursor}";
            var page = await door.GetAsync($"/api/v1/batches?state={Applied}{query}", OfficersJson.Default.BatchPage, cancellation);
            waiting.AddRange(page.Batches);
            cursor = page.Cursor;
        }
        while (cursor is not null);
        return waiting;
    }

    /// <summary>Sends the register and waits until every row is judged; the authority is asked meanwhile how far it is.</summary>
    public async Task<BatchDocument> ImportAsync(RegisterFile register, ProgressDisplay display, CancellationToken cancellation)
    {
        var sending = display.Begin("上传", "upload", register.Bytes);
        using var body = new RegisterContent(register);
        var answer = door.PostAsync("/api/v1/applications/import", body, OfficersJson.Default.BatchDocument, cancellation);
        for (; body.Sent < register.Bytes && !answer.IsCompleted; await Task.WhenAny(answer, Task.Delay(Rhythm, cancellation)))
            sending.Report(body.Sent);
        sending.Report(body.Sent);

        var judging = display.Begin("受理", "apply ", register.Rows);
        for (; !answer.IsCompleted; await Task.WhenAny(answer, Task.Delay(Rhythm, cancellation)))
            judging.Report(await ReadSoFarAsync(register, cancellation));

        var imported = await answer;
        judging.End();
        return imported;
    }

    private async Task<long> ReadSoFarAsync(RegisterFile register, CancellationToken cancellation)
    {
        try
        {
            var page = await door.GetAsync($"/api/v1/batches?state=reading&file={register.Sha256}", OfficersJson.Default.BatchPage, cancellation);
            return page.Batches is [var batch] ? Math.Min(batch.Accepted + batch.Unchanged + batch.RejectedCount, register.Rows) : 0;
        }
        catch (AuthorityUnreachableException)
        {
            // The import itself says what became of it.
            return 0;
        }
    }

    public Task<BatchDocument> ApproveAsync(long id, string contentHash, CancellationToken cancellation) => door.PostAsync(
        $"/api/v1/batches/{id}/approval", JsonContent.Create(new DecisionRequest(contentHash), OfficersJson.Default.DecisionRequest), OfficersJson.Default.BatchDocument, cancellation);

    public Task<BatchDocument> CancelAsync(long id, CancellationToken cancellation) =>
        door.PostAsync($"/api/v1/batches/{id}/cancellation", body: null, OfficersJson.Default.BatchDocument, cancellation);

    /// <summary>Until no row is left. An authority that is away for a moment, or restarts, carries the batch on by itself: it is asked again.</summary>
    public async Task<BatchDocument> FollowAsync(BatchDocument batch, ProgressDisplay display, CancellationToken cancellation)
    {
        var stage = display.Begin("发照", "issue", batch.Progress.Total);
        stage.Report(batch.Progress.Total - batch.Progress.Left);
        while (batch.Progress.Left > 0 || batch.State == Approved)
        {
            await Task.Delay(Rhythm, cancellation);
            try
            {
                batch = await FindAsync(batch.Id, cancellation);
                stage.Report(batch.Progress.Total - batch.Progress.Left);
            }
            catch (AuthorityUnreachableException e)
            {
                stage.Note($"等待登记机关 waiting [{e.Code}]");
            }
        }

        stage.End();
        return batch;
    }

    /// <summary>Rows that became nothing, in one of these states.</summary>
    public async Task<IReadOnlyList<RejectedRow>> RowsAsync(long id, string state, CancellationToken cancellation)
    {
        var rows = new List<RejectedRow>();
        await door.ReadAsync(Results(id), "application/x-ndjson", async body =>
        {
            using var lines = new StreamReader(body);
            while (await lines.ReadLineAsync(cancellation) is { } line)
            {
                var row = JsonSerializer.Deserialize(line, OfficersJson.Default.ResultLine)!;
                if (row.State == state)
                    rows.Add(new RejectedRow(row.Row, row.Code ?? "", row.Message ?? ""));
            }
        }, cancellation);
        return rows;
    }

    /// <summary>Every row and what became of it: CSV, or one JSON object a line for a name that ends in .ndjson. Whole, or not there.</summary>
    public async Task DownloadAsync(long id, string path, CancellationToken cancellation)
    {
        var type = Path.GetExtension(path).Equals(".ndjson", StringComparison.OrdinalIgnoreCase) ? "application/x-ndjson" : "text/csv";
        var temporary = path + ".new";
        await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            await door.ReadAsync(Results(id), type, body => body.CopyToAsync(file, cancellation), cancellation);
        File.Move(temporary, path, overwrite: true);
    }

    private static string Results(long id) => $"/api/v1/batches/{id}/results";
}
