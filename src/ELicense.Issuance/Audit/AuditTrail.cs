using ELicense.Core.Log;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Audit;

/// <summary>
/// Appends to the audit trail inside the transaction of the act itself: both are there, or neither. The head row that numbers the entries is locked, and the caller stores it.
/// </summary>
internal sealed class AuditTrail(RegisterTransaction transaction, RegisterHead head, long nowMs)
{
    private readonly BulkInsert _insert = new(transaction, "audit_trail", "number", "entry", "entry_hash");

    public void Append(AuditAct act)
    {
        var entry = AuditEntry.From(act, head.AuditSize + 1, nowMs);
        var bytes = entry.Encode();
        var hash = AuditEntry.Chain(head.AuditHash, bytes);
        _insert.Add(entry.Number, bytes, hash.ToArray());
        head.AuditGrew(hash);
    }

    /// <summary>
    /// Acts of one officer in one transaction. What was refused has an entry each; what was done together has one, which names the first subject and how many more, and whose
    /// content hash is the Merkle root (RFC 6962 2.1) of theirs: two entries less for each license of a register.
    /// </summary>
    public void AppendTogether(IReadOnlyList<AuditAct> acts)
    {
        var done = acts.Where(act => act.Refusal is null).ToList();
        foreach (var act in acts.Where(act => act.Refusal is not null || done.Count == 1))
            Append(act);
        if (done.Count <= 1)
            return;
        var leaves = done.ConvertAll(act => MerkleTree.Leaf(act.ContentHash!.Value.Span)).ToArray();
        Append(done[0] with { Subject = $"{done[0].Subject} +{done.Count - 1}", License = null, ContentHash = MerkleTree.Root(leaves) });
    }
}
