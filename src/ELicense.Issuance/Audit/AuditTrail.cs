using ELicense.Issuance.Store;

namespace ELicense.Issuance.Audit;

/// <summary>
/// Appends to the audit trail inside the transaction of the act itself: both are there, or neither. The head row that numbers the entries is locked, and the caller stores it.
/// </summary>
internal sealed class AuditTrail(RegisterTransaction transaction, RegisterHead head, long nowMs) : IDisposable
{
    private readonly BulkStatement _insert = new(
        transaction, "INSERT INTO audit_trail (number, entry, entry_hash) VALUES (@number, @entry, @hash)", "number", "entry", "hash");

    public void Append(AuditAct act)
    {
        var entry = AuditEntry.From(act, head.AuditSize + 1, nowMs);
        var bytes = entry.Encode();
        var hash = AuditEntry.Chain(head.AuditHash, bytes);
        _insert.Execute(entry.Number, bytes, hash.ToArray());
        head.AuditGrew(hash);
    }

    public void Dispose() => _insert.Dispose();
}
