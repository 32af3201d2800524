using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Batches;

/// <summary>The matters of a batch, read in the order of rows.</summary>
/// <param name="Root">RFC 6962 2.1 over the hashes of their contents.</param>
/// <param name="States">How many were in each state.</param>
internal sealed record BatchContent(Digest Root, IReadOnlyDictionary<MatterState, long> States);

/// <summary>
/// Registers as batches: imported by one officer, approved as a whole by another, carried out chunk by chunk. How far a batch has come is what its matters say, so that
/// nothing is half after a crash or a cancellation. Good for several threads.
/// </summary>
public sealed class RegisterBatches(Register register, AuthoritySettings settings, LicensingAuthority authority, TimeProvider clock) : IDisposable
{
    private readonly BatchStore _store = new(register, settings);
    private readonly SemaphoreSlim _approved = new(0);

    /// <summary>
    /// Reads the register twice, first for its hash: the same file of the same office is the same batch, also while it is read, and one that an interrupted reading
    /// left is read to its end. Codes: column-missing, encoding; office-unknown.
    /// </summary>
    /// <param name="csv">Seekable; a door keeps what it gets in a file of its own.</param>
    /// <param name="progress">Told the row that was reached.</param>
    public bool TryImport(
        Officer applicant, Stream csv, IProgress<long>? progress, CancellationToken cancellation, [NotNullWhen(true)] out Batch? batch, out Refusal refusal)
    {
        batch = null;
        refusal = new Refusal(Codes.OfficeUnknown, $"There is no office {applicant.Office}.");
        if (!settings.Offices.ContainsKey(applicant.Office))
            return false;
        var file = new Digest(SHA256.HashData(csv));
        csv.Position = 0;
        var opened = _store.FindHead(_store.Open(file, applicant, NowMs))!;
        if (opened.State == BatchState.Reading)
        {
            var reader = applicant.Person == opened.Applicant ? applicant : applicant with { Person = opened.Applicant };
            var import = new ImportRegister(authority, settings, _store, reader, opened);
            if (import.Run(csv, progress, cancellation) is { } unreadable)
            {
                Drop(applicant, opened.Id, unreadable);
                refusal = unreadable;
                return false;
            }

            var content = import.Content ?? Read(opened.Id);
            var isClosed = Close(applicant, opened.Id, content.Root) is null;
            batch = _store.Find(opened.Id, isClosed ? content.States : null)!;
        }

        batch ??= _store.Find(opened.Id)!;
        refusal = default;
        return true;
    }

    /// <summary>Approves all rows. They are carried out afterwards, by <see cref="RunAsync"/>. Codes: not-found, same-person, content-changed, state-conflict.</summary>
    public bool TryApprove(Officer approver, long id, Digest contentHash, [NotNullWhen(true)] out Batch? batch, out Refusal refusal)
    {
        // Outside the transaction: what was stored at the import is compared with what the matters hold now.
        var content = Read(id);
        var result = Decide(approver, ActName.ApproveBatch, id, contentHash, found => JudgeApproval(found, approver, contentHash, content.Root), (transaction, nowMs) =>
            transaction.Execute(
                "UPDATE batches SET state = 3, approver = @Person, approver_origin = @Origin, approved_ms = @nowMs WHERE id = @id",
                new { approver.Person, approver.Origin, nowMs, id }));
        refusal = result ?? default;
        batch = result is null ? _store.Find(id, content.States)! : null;
        if (batch is not null)
            _approved.Release();
        return batch is not null;
    }

    /// <summary>What is not approved yet will not be; the chunk that is being carried out is finished. Codes: not-found, state-conflict.</summary>
    public bool TryCancel(Officer officer, long id, [NotNullWhen(true)] out Batch? batch, out Refusal refusal)
    {
        var result = Decide(officer, ActName.CancelBatch, id, null, JudgeCancellation, (transaction, nowMs) =>
        {
            transaction.Execute("UPDATE batches SET state = 5 WHERE id = @id", new { id });
            transaction.Execute(
                """
                UPDATE matters SET state = 7, decider = @Person, decided_ms = @nowMs, finished_ms = @nowMs, ground = 'batch-cancelled'
                WHERE state = 1 AND id IN (SELECT matter_id FROM batch_rows WHERE batch_id = @id)
                """,
                new { officer.Person, nowMs, id });
        });
        refusal = result ?? default;
        batch = result is null ? _store.Find(id)! : null;
        return batch is not null;
    }

    public Batch? Find(long id) => _store.Find(id);

    /// <summary>Batches in a state, oldest first; one that is being read tells in its counts how far.</summary>
    /// <param name="file">SHA-256 of the register; null: of any.</param>
    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<Batch> Find(BatchState state, IReadOnlyList<int> offices, Digest? file, long after, int limit) =>
        _store.Find(state, offices, file, after, limit);

    /// <summary>Rows in order with what became of each, read in pages.</summary>
    public IEnumerable<BatchRow> Rows(long id) => _store.Rows(id);

    /// <summary>Carries out what is approved, at start what a former process left, until cancelled (OperationCanceledException). One for a register.</summary>
    /// <param name="retryAfter">A batch that waits, for a token that is gone, is tried again after this.</param>
    /// <param name="failed">Told the batch and why it could not go on: a database that is away ends a round, not the work.</param>
    public async Task RunAsync(TimeSpan retryAfter, Action<long, Exception>? failed, CancellationToken cancellation)
    {
        while (true)
        {
            var id = 0L;
            try
            {
                foreach (var approved in _store.InState(BatchState.Approved))
                {
                    id = approved;
                    await Task.Run(() => CarryOut(approved, progress: null, cancellation), cancellation);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failed?.Invoke(id, e);
            }

            await _approved.WaitAsync(retryAfter, cancellation);
        }
    }

    /// <summary>Carries out an approved batch, from wherever it was left; what waits for a token stays approved for the next call.</summary>
    public void CarryOut(long id, IProgress<BatchProgress>? progress, CancellationToken cancellation)
    {
        authority.FinishPending(_ => { });
        var approver = Approver(id);
        var through = 0L;
        var isWaiting = false;
        authority.CarryOut(ApproveRows(), result =>
        {
            isWaiting |= result.State == MatterState.Approved;
            if (++through % settings.ChunkSize == 0)
                progress?.Report(_store.Find(id)!.Progress);
        });
        if (through % settings.ChunkSize != 0)
            progress?.Report(_store.Find(id)!.Progress);
        cancellation.ThrowIfCancellationRequested();
        if (isWaiting)
            return;

        // A cancelled batch stays so, whatever its last chunk came to.
        using var transaction = register.Write();
        RegisterHead.Lock(transaction);
        if (BatchStore.FindHead(transaction, id)!.State == BatchState.Approved && !BatchStore.HasOpenMatters(transaction, id))
            transaction.Execute("UPDATE batches SET state = 4 WHERE id = @id", new { id });
        transaction.Commit();

        // A chunk ahead of those that are under way.
        IEnumerable<ApprovedMatter> ApproveRows()
        {
            var pages = _store.Applied(id).TakeWhile(_ => !Volatile.Read(ref isWaiting) && !cancellation.IsCancellationRequested);
            return ReadAhead.Of(pages.Select(page => authority.ApproveAll(approver, page))).SelectMany(decisions => decisions).Select(decision => decision.Approved).OfType<ApprovedMatter>();
        }
    }

    public void Dispose() => _approved.Dispose();

    private long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Officer Approver(long id)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, "SELECT approver, office, approver_origin FROM batches WHERE id = @id AND state = 3", "id");
        return find.Find(reader => new Officer(reader.GetString(0), reader.GetString(0), (int)reader.GetInt64(1)) { Origin = reader.GetString(2) }, id)
            ?? throw new InvalidOperationException($"Batch {id} is not approved.");
    }

    private BatchContent Read(long id)
    {
        var tree = new MerkleFrontier();
        var states = new Dictionary<MatterState, long>();
        foreach (var matter in ReadAhead.Of(_store.Matters(id)).SelectMany(page => page))
        {
            tree.Append(MerkleTree.Leaf(matter.ContentHash.Span));
            CollectionsMarshal.GetValueRefOrAddDefault(states, matter.State, out _)++;
        }

        return new BatchContent(tree.Root, states);
    }

    private Refusal? Close(Officer applicant, long id, Digest root) =>
        Decide(applicant, ActName.ImportBatch, id, root, batch => batch.State == BatchState.Reading ? null : Conflict(batch), (transaction, _) =>
            transaction.Execute("UPDATE batches SET state = 2, content_hash = @hash WHERE id = @id", new { hash = root.ToArray(), id }));

    /// <summary>A file that is no register leaves nothing but its refusal in the trail; nothing was read of it.</summary>
    private void Drop(Officer applicant, long id, Refusal unreadable)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        transaction.Execute("DELETE FROM batches WHERE id = @id AND state = 1", new { id });
        new AuditTrail(transaction, head, NowMs).Append(new AuditAct(ActName.ImportBatch, applicant, $"batch/{id}") { Refusal = unreadable });
        head.Store();
        transaction.Commit();
    }

    /// <summary>One decision on a batch and its entry in the trail, in one transaction.</summary>
    private Refusal? Decide(
        Officer officer, string act, long id, Digest? contentHash, Func<BatchHead, Refusal?> judge, Action<RegisterTransaction, long> change)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var nowMs = NowMs;
        var refusal = BatchStore.FindHead(transaction, id) is { } batch ? judge(batch) : new Refusal(Codes.NotFound, $"There is no batch {id}.");
        if (refusal is null)
            change(transaction, nowMs);
        new AuditTrail(transaction, head, nowMs).Append(new AuditAct(act, officer, $"batch/{id}") { ContentHash = contentHash, Refusal = refusal });
        head.Store();
        transaction.Commit();
        return refusal;
    }

    private static Refusal? JudgeApproval(BatchHead batch, Officer approver, Digest seen, Digest root)
    {
        if (batch.State != BatchState.Applied)
            return Conflict(batch);
        if (batch.Applicant == approver.Person)
            return new Refusal(Codes.SamePerson, $"Batch {batch.Id} was applied for by the person who would approve it.");
        return batch.ContentHash == seen && root == seen
            ? null
            : new Refusal(Codes.ContentChanged, $"Batch {batch.Id} is not what the approver saw: {root} against {seen}.");
    }

    private static Refusal? JudgeCancellation(BatchHead batch) => batch.State is BatchState.Applied or BatchState.Approved ? null : Conflict(batch);

    private static Refusal Conflict(BatchHead batch) => new(Codes.StateConflict, $"Batch {batch.Id} is {batch.State}.");
}
