using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Publishing;
using ELicense.Issuance.Store;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Issuance.Recovery;

/// <summary>What a replay took over.</summary>
/// <param name="From">Size of the register's log before it.</param>
/// <param name="To">Size after it.</param>
/// <param name="Changes">Of licenses and of certificates.</param>
/// <param name="AuditHeads">Heads of the audit trail whose entries the restored register has lost.</param>
/// <param name="Refusal">Why it ended before the published size; what was taken over until then stays and is sound.</param>
public sealed record ReplayResult(long From, long To, long Licenses, long Certificates, long Changes, long AuditHeads, Refusal? Refusal);

/// <summary>
/// Takes the publication's tail into a register that is older than it (docs/operations.md, After a restore): licenses, certificates, standings and log entries with their serials, indexes,
/// versions and positions. No authority may run on the register meanwhile. It can be repeated: each transaction is whole, and the next run goes on from there.
/// </summary>
/// <param name="highWaterFile">The mark outside the database (<see cref="AuthoritySettings.HighWaterFile"/>).</param>
public sealed class ReplayPublication(Register register, string highWaterFile, TimeProvider clock)
{
    private const int ChunkSize = 1000;

    private readonly PublicationStore _store = new(register);

    /// <summary>Codes: log-rollback, log-fork, trust-…, checkpoint-signature, document-mismatch, unknown-entry.</summary>
    /// <param name="progress">Told the log size that was reached.</param>
    public async Task<ReplayResult> RunAsync(PublicationSource source, TrustAnchor anchor, IProgress<long>? progress, CancellationToken cancellation)
    {
        var size = _store.LogSize();
        var result = new ReplayResult(size, size, 0, 0, 0, 0, null);
        var log = new MerkleFrontier();
        foreach (var entry in _store.Entries(0, size))
            log.Append(MerkleTree.Leaf(entry));
        var (tail, refusal) = await PublishedTail.OpenAsync(source, anchor, log, PublishedLog.ReadHighWater(highWaterFile), clock.GetUtcNow(), cancellation);
        if (tail is null)
            return result with { Refusal = refusal };

        var chunk = new List<ReplayGroup>();
        try
        {
            await foreach (var (entry, fault) in tail.ReadAsync(cancellation))
            {
                if (entry is null)
                    throw new PublicationRefusedException(fault);
                if (chunk.Count > 0 && chunk[^1].TryContinue(entry))
                    continue;
                if (chunk.Count == ChunkSize)
                    Flush();
                chunk.Add(new ReplayGroup(entry));
            }

            Flush();
            return result;
        }
        catch (PublicationRefusedException e)
        {
            return result with { Refusal = e.Refusal };
        }

        void Flush()
        {
            if (chunk.Count == 0)
                return;
            Take(chunk, tail, log);
            result = result with
            {
                To = log.Size,
                Licenses = result.Licenses + chunk.Count(group => group.First.Entry.Kind == LogEntryKind.LicenseIssued),
                Certificates = result.Certificates + chunk.Count(group => group.First.Entry.Kind == LogEntryKind.CertificateIssued),
                Changes = result.Changes + chunk.Count(group => group.First.Entry.Kind is LogEntryKind.LicenseStatus or LogEntryKind.CertificateStatus),
                AuditHeads = result.AuditHeads + chunk.Count(group => group.First.Entry.Kind == LogEntryKind.AuditHead),
            };
            chunk.Clear();
            progress?.Report(log.Size);
        }
    }

    private void Take(List<ReplayGroup> groups, PublishedTail tail, MerkleFrontier log)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        if (head.LogSize != log.Size)
            throw new PublicationRefusedException(new Refusal(Codes.StateConflict, "The register's log grew meanwhile: an authority runs on it. Stop it first."));
        using var store = new ReplayStore(transaction, head, tail.Trust.Card.AuthorityNumber);
        var ahead = log.Clone();
        foreach (var group in groups)
        {
            store.Take(group);
            foreach (var entry in group.Entries)
                ahead.Append(MerkleTree.Leaf(entry.Bytes.Span));
        }

        if (ahead.Size == tail.Checkpoint.Size)
            head.Signing(tail.SignedAt.ToUnixTimeMilliseconds());
        var act = new AuditAct(ActName.ReplayPublication, Officer: null, $"log/{log.Size} +{ahead.Size - log.Size}") { ContentHash = ahead.Root };
        new AuditTrail(transaction, head, clock.GetUtcNow().ToUnixTimeMilliseconds()).Append(act);
        head.Store();
        transaction.Commit();
        foreach (var entry in groups.SelectMany(group => group.Entries))
            log.Append(MerkleTree.Leaf(entry.Bytes.Span));
    }
}
