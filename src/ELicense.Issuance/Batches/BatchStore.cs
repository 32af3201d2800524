using System.Data.Common;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Batches;

/// <summary>A row as the import judged it.</summary>
internal sealed record JudgedRow(long Row, RowOutcome Outcome, string? CreditCode, Matter? Matter, Refusal? Refusal);

/// <summary>A batch as its row says: without how far its matters have come, which is counted from all of them.</summary>
internal sealed record BatchHead(long Id, BatchState State, int Office, Digest? ContentHash, string Applicant, DateTimeOffset AppliedAt, string? Approver);

/// <summary>A matter of a batch with the hash of its content.</summary>
internal readonly record struct BatchMatter(long Id, Digest ContentHash, MatterState State);

/// <summary>The statements of batches. Every look-up is a page of rows, so that memory does not grow with a register.</summary>
internal sealed class BatchStore(Register register, AuthoritySettings settings)
{
    private const int PageSize = 1000;

    /// <param name="states">Its matters by their states, from whoever has just read them all; null: they are counted.</param>
    public Batch? Find(long id, IReadOnlyDictionary<MatterState, long>? states = null)
    {
        using var transaction = register.Read();
        return Find(transaction, id, states);
    }

    public BatchHead? FindHead(long id)
    {
        using var transaction = register.Read();
        return FindHead(transaction, id);
    }

    public static BatchHead? FindHead(RegisterTransaction transaction, long id)
    {
        using var find = new BulkStatement(
            transaction, "SELECT state, office, content_hash, applicant, applied_ms, approver FROM batches WHERE id = @id", "id");
        return find.Find(
            reader => new BatchHead(
                id, (BatchState)reader.GetInt64(0), (int)reader.GetInt64(1), reader.IsDBNull(2) ? null : new Digest(reader.GetFieldValue<byte[]>(2)), reader.GetString(3),
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(4)), reader.IsDBNull(5) ? null : reader.GetString(5)),
            id);
    }

    /// <summary>Whether a matter of the batch is applied or approved. Asked of the open matters, which are few when a batch is at its end.</summary>
    public static bool HasOpenMatters(RegisterTransaction transaction, long id)
    {
        using var find = new BulkStatement(
            transaction, "SELECT 1 FROM matters m WHERE m.phase = 0 AND (SELECT r.batch_id FROM batch_rows r WHERE r.matter_id = m.id) = @id LIMIT 1", "id");
        return find.Find(_ => true, id);
    }

    private static Batch? Find(RegisterTransaction transaction, long id, IReadOnlyDictionary<MatterState, long>? states)
    {
        if (FindHead(transaction, id) is not { } head)
            return null;
        using var outcomes = new BulkStatement(transaction, "SELECT outcome, count(*) FROM batch_rows WHERE batch_id = @id GROUP BY outcome", "id");
        var byOutcome = outcomes.List(ReadCount, id).ToDictionary();
        var byState = states ?? CountStates(transaction, id);
        var counts = new BatchCounts(
            byOutcome.GetValueOrDefault((long)RowOutcome.New), byOutcome.GetValueOrDefault((long)RowOutcome.Unchanged),
            byOutcome.GetValueOrDefault((long)RowOutcome.Changed), byOutcome.GetValueOrDefault((long)RowOutcome.Rejected));
        var (done, refused) = (byState.GetValueOrDefault(MatterState.Done), byState.GetValueOrDefault(MatterState.Refused));
        var open = byState.GetValueOrDefault(MatterState.Applied) + byState.GetValueOrDefault(MatterState.Approved);
        var progress = new BatchProgress(counts.Accepted, done, refused, counts.Accepted - done - refused - open);
        return new Batch(id, head.State, head.Office, head.ContentHash, head.Applicant, head.AppliedAt, head.Approver, counts, progress);
    }

    private static Dictionary<MatterState, long> CountStates(RegisterTransaction transaction, long id)
    {
        using var states = new BulkStatement(
            transaction, "SELECT m.state, count(*) FROM batch_rows r JOIN matters m ON m.id = r.matter_id WHERE r.batch_id = @id GROUP BY m.state", "id");
        return states.List(ReadCount, id).ToDictionary(count => (MatterState)count.Key, count => count.Value);
    }

    /// <summary>The batch of the file, newly made or found again; a cancelled one is not found.</summary>
    public long Open(Digest file, Officer applicant, long nowMs)
    {
        using var transaction = register.Write();
        RegisterHead.Lock(transaction);
        using var find = new BulkStatement(transaction, "SELECT id FROM batches WHERE file_hash = @file AND office = @office AND state < 5", "file", "office");
        var id = find.Find(reader => reader.GetInt64(0), file.ToArray(), (long)applicant.Office);
        if (id != 0)
            return id;
        using var newest = new BulkStatement(transaction, "SELECT coalesce(max(id), 0) FROM batches");
        id = newest.Find(reader => reader.GetInt64(0)) + 1;
        using var insert = new BulkStatement(
            transaction, "INSERT INTO batches (id, state, office, file_hash, applicant, applied_ms) VALUES (@id, 1, @office, @file, @applicant, @now)",
            "id", "office", "file", "applicant", "now");
        insert.Execute(id, (long)applicant.Office, file.ToArray(), applicant.Person, nowMs);
        transaction.Commit();
        return id;
    }

    /// <returns>The last row that is stored; 0: none.</returns>
    public long LastRow(long batchId)
    {
        using var transaction = register.Read();
        return LastRow(transaction, batchId);
    }

    public IReadOnlyList<Digest>? Add(long batchId, IReadOnlyList<JudgedRow> rows)
    {
        using var transaction = register.Write();
        RegisterHead.Lock(transaction);
        var added = Add(transaction, batchId, rows);
        transaction.Commit();
        return added;
    }

    /// <summary>The next rows, under the locked head row. What another reader of the same file stored meanwhile stays as it is. A matter of another batch is not decided on twice.</summary>
    /// <returns>Content hashes of the matters that are the batch's now, in the order of rows; null: another reader stored some of the rows.</returns>
    public static IReadOnlyList<Digest>? Add(RegisterTransaction transaction, long batchId, IReadOnlyList<JudgedRow> rows)
    {
        var last = LastRow(transaction, batchId);
        var insert = new BulkInsert(transaction, "batch_rows", "batch_id", "row_number", "outcome", "credit_code", "matter_id", "refusal_code", "refusal_detail");
        using var others = new BulkLookup<long, long>(
            transaction, "SELECT matter_id, batch_id FROM batch_rows WHERE", "matter_id", reader => (reader.GetInt64(0), reader.GetInt64(1)));
        var added = rows.Where(row => row.Row > last).ToList();
        others.Load(added.Where(row => row.Matter is not null).Select(row => row.Matter!.Id));
        var own = new List<Digest>();
        foreach (var row in added)
        {
            var isOthers = row.Matter is { } matter && others.Find(matter.Id) != 0;
            if (row.Matter is not null && !isOthers)
                own.Add(row.Matter.ContentHash);
            insert.Add(
                batchId, row.Row, (long)(isOthers ? RowOutcome.Unchanged : row.Outcome), row.CreditCode, isOthers ? null : row.Matter?.Id, row.Refusal?.Code, row.Refusal?.Detail);
        }

        return added.Count == rows.Count ? own : null;
    }

    /// <summary>Matters of the batch that wait for approval, in the order of rows; a page is read when it is asked for, and may be empty.</summary>
    public IEnumerable<IReadOnlyList<Approval>> Applied(long batchId) => Matters(batchId).Select(page =>
        (IReadOnlyList<Approval>)[.. page.Where(matter => matter.State == MatterState.Applied).Select(matter => new Approval(matter.Id, matter.ContentHash))]);

    /// <summary>All matters of the batch, likewise.</summary>
    public IEnumerable<IReadOnlyList<BatchMatter>> Matters(long batchId) => Pages(batchId, settings.ChunkSize).Select(page => Matters(batchId, page.After, page.Last));

    public IEnumerable<BatchRow> Rows(long batchId) => Pages(batchId, PageSize).SelectMany(page => RowPage(batchId, page.After, page.Last));

    public IReadOnlyList<long> InState(BatchState state)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, "SELECT id FROM batches WHERE state = @state ORDER BY id", "state");
        return find.List(reader => reader.GetInt64(0), (long)state);
    }

    /// <param name="file">SHA-256 of the register; null: of any.</param>
    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<Batch> Find(BatchState state, IReadOnlyList<int> offices, Digest? file, long after, int limit)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction,
            $"""
            SELECT id FROM batches
            WHERE state = @state AND id > @after {(file is null ? "" : "AND file_hash = @file")} AND {transaction.Dialect.Among("office")} ORDER BY id LIMIT @limit
            """,
            ["state", "after", "keys", "limit", .. file is null ? Array.Empty<string>() : ["file"]]);
        var keys = transaction.Dialect.Keys([.. offices.Select(office => (long)office)]);
        var ids = find.List(reader => reader.GetInt64(0), [(long)state, after, keys, (long)limit, .. file is { } hash ? new object[] { hash.ToArray() } : []]);
        return [.. ids.Select(id => Find(transaction, id, states: null)!)];
    }

    /// <summary>Rows have no gaps: a page is a range of them, since for each page of a LIMIT PostgreSQL may sort all rows that are left.</summary>
    private IEnumerable<(long After, long Last)> Pages(long batchId, int size)
    {
        var last = LastRow(batchId);
        for (var after = 0L; after < last; after += size)
            yield return (after, after + size);
    }

    private IReadOnlyList<BatchMatter> Matters(long batchId, long after, long last)
    {
        using var transaction = register.Read();
        using var rows = new BulkStatement(
            transaction,
            "SELECT matter_id FROM batch_rows WHERE batch_id = @batch AND row_number > @after AND row_number <= @last AND matter_id IS NOT NULL ORDER BY row_number",
            "batch", "after", "last");
        using var matters = new BulkLookup<long, BatchMatter>(
            transaction, "SELECT id, content_hash, state FROM matters WHERE", "id",
            reader => (reader.GetInt64(0), new BatchMatter(reader.GetInt64(0), new Digest(reader.GetFieldValue<byte[]>(1)), (MatterState)reader.GetInt64(2))));
        var ids = rows.List(reader => reader.GetInt64(0), batchId, after, last);
        matters.Load(ids);
        return [.. ids.Select(matters.Find)];
    }

    private IReadOnlyList<BatchRow> RowPage(long batchId, long after, long last)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction,
            """
            SELECT r.row_number, r.outcome, r.credit_code, r.matter_id, coalesce(r.refusal_code, m.refusal_code), coalesce(r.refusal_detail, m.refusal_detail), m.state, p.serial
            FROM batch_rows r LEFT JOIN matters m ON m.id = r.matter_id LEFT JOIN prepared_licenses p ON p.matter_id = m.id AND m.state = 3
            WHERE r.batch_id = @batch AND r.row_number > @after AND r.row_number <= @last ORDER BY r.row_number
            """,
            "batch", "after", "last");
        return find.List(ReadRow, batchId, after, last);
    }

    private BatchRow ReadRow(DbDataReader reader)
    {
        var outcome = (RowOutcome)reader.GetInt64(1);
        var state = reader.IsDBNull(6) ? outcome.ToString() : (MatterState)reader.GetInt64(6) switch
        {
            var known and >= MatterState.Applied and <= MatterState.Refused => known.ToString(),
            _ => nameof(BatchState.Cancelled),
        };
        return new BatchRow(
            reader.GetInt64(0), outcome, state.ToLowerInvariant(), reader.IsDBNull(2) ? null : reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetInt64(3),
            reader.IsDBNull(7) ? null : new LicenseNumber(settings.AuthorityNumber, reader.GetInt64(7)).ToString(),
            reader.IsDBNull(4) ? null : new Refusal(reader.GetString(4), reader.GetString(5)));
    }

    private static long LastRow(RegisterTransaction transaction, long batchId)
    {
        using var find = new BulkStatement(transaction, "SELECT coalesce(max(row_number), 0) FROM batch_rows WHERE batch_id = @batch", "batch");
        return find.Find(reader => reader.GetInt64(0), batchId);
    }

    private static KeyValuePair<long, long> ReadCount(DbDataReader reader) => new(reader.GetInt64(0), reader.GetInt64(1));
}
