using ELicense.Issuance.Store;

namespace ELicense.Issuance.Audit;

/// <summary>The audit trail (审计) as the authority's doors see it: they add what they refused, and auditors read.</summary>
public sealed class AuditLog(Register register, TimeProvider clock)
{
    /// <summary>For acts that change nothing else, above all those refused at a door; what changes the register is recorded with the change.</summary>
    public void Record(AuditAct act)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        new AuditTrail(transaction, head, clock.GetUtcNow().ToUnixTimeMilliseconds()).Append(act);
        head.Store();
        transaction.Commit();
    }

    /// <summary>Entries in order. An entry that cannot be read is left out: <see cref="AuditTrailCheck"/> names it.</summary>
    /// <param name="after">Number of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<AuditEntry> Read(long after, int limit)
    {
        var entries = new List<AuditEntry>();
        foreach (var row in AuditRow.Page(register, after, limit))
        {
            if (AuditEntry.TryDecode(row.Entry, out var entry, out _))
                entries.Add(entry);
        }

        return entries;
    }
}

/// <summary>A row of the trail as it is stored.</summary>
internal sealed record AuditRow(long Number, byte[] Entry, byte[] Hash)
{
    public static IReadOnlyList<AuditRow> Page(Register register, long after, int limit)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction, "SELECT number, entry, entry_hash FROM audit_trail WHERE number > @after ORDER BY number LIMIT @limit", "after", "limit");
        return find.List(reader => new AuditRow(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)), after, (long)limit);
    }
}
