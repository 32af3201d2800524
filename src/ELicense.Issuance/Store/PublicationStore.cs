using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Status;
using ELicense.Issuance.Publishing;

namespace ELicense.Issuance.Store;

/// <summary>What the publisher reads and keeps in the register.</summary>
internal sealed class PublicationStore(Register register)
{
    private const int PageSize = 4096;

    /// <summary>The newest signed checkpoint: size, root and note; null when none was signed.</summary>
    public (Checkpoint Checkpoint, byte[] Note)? FindCheckpoint(string origin)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(transaction, "SELECT size, root, note FROM checkpoint WHERE note IS NOT NULL");
        var rows = find.List(reader => (new Checkpoint(origin, reader.GetInt64(0), new Digest(reader.GetFieldValue<byte[]>(1))), reader.GetFieldValue<byte[]>(2)));
        return rows.Count == 0 ? null : rows[0];
    }

    /// <returns>False when another publisher was here since <paramref name="formerSize"/>.</returns>
    public bool TryReplaceCheckpoint(long formerSize, Checkpoint checkpoint, byte[] note)
    {
        using var transaction = register.Write();
        using var replace = new BulkStatement(
            transaction, "UPDATE checkpoint SET size = @size, root = @root, note = @note WHERE size = @former", "size", "root", "note", "former");
        var replaced = replace.Execute(checkpoint.Size, checkpoint.Root.ToArray(), note, formerSize) == 1;
        transaction.Commit();
        return replaced;
    }

    public long LogSize()
    {
        using var transaction = register.Read();
        return transaction.Find<long>("SELECT log_size FROM head");
    }

    /// <summary>The newest signed or confirmed time; the epoch before the first.</summary>
    public DateTimeOffset LastSigned()
    {
        using var transaction = register.Read();
        return DateTimeOffset.FromUnixTimeMilliseconds(transaction.Find<long>("SELECT last_signed_ms FROM head"));
    }

    /// <summary>A beat of the publisher is a signed time as well.</summary>
    public void Signed(DateTimeOffset now)
    {
        using var transaction = register.Write();
        transaction.Execute("UPDATE head SET last_signed_ms = @now WHERE last_signed_ms < @now", new { now = now.ToUnixTimeMilliseconds() });
        transaction.Commit();
    }

    /// <summary>Adds the head of the audit trail to the log, when it has grown and the newest anchor is old enough.</summary>
    public void AnchorAudit(TimeSpan atMostEvery, DateTimeOffset now)
    {
        using var transaction = register.WriteInRound();
        var head = RegisterHead.Lock(transaction);
        using var newest = new BulkStatement(transaction, "SELECT audit_size, anchored_ms FROM audit_anchors ORDER BY position DESC LIMIT 1");
        var (size, anchoredMs) = newest.Find(reader => (reader.GetInt64(0), reader.GetInt64(1)));
        var timeMs = head.NotBeforeLastSigned(now).ToUnixTimeMilliseconds();
        if (head.AuditSize == size || timeMs - anchoredMs < atMostEvery.TotalMilliseconds)
            return;

        var entry = new LogEntry(LogEntryKind.AuditHead, timeMs, Subject: null, List: 0, Index: 0, Standing.Valid, Reason: 0, head.AuditHash);
        using var insert = new BulkStatement(
            transaction, "INSERT INTO audit_anchors (position, entry, audit_size, anchored_ms) VALUES (@position, @entry, @size, @now)", "position", "entry", "size", "now");
        insert.Execute(head.TakePosition(), entry.Encode(), head.AuditSize, timeMs);
        head.Signing(timeMs);
        head.Store();
        transaction.Commit();
    }

    /// <summary>Entries in order, read in pages so that a long log does not hold a transaction open.</summary>
    /// <exception cref="PublicationRefusedException">entry-missing: a position is not there.</exception>
    public IEnumerable<byte[]> Entries(long from, long to)
    {
        for (var position = from; position < to;)
        {
            foreach (var (found, entry) in EntryPage(position, Math.Min(to, position + PageSize)))
            {
                if (found != position)
                    throw Lost(position);
                position++;
                yield return entry;
            }
        }
    }

    /// <summary>The .elic parts of the licenses that were issued at these positions; null where another kind of entry stands.</summary>
    public IReadOnlyList<(byte[] Document, byte[] Token)?> Licenses(long from, long to)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction,
            """
            SELECT e.position, p.document, t.token
            FROM log_entries e JOIN standings s ON s.issued_at_position = e.position
            JOIN prepared_licenses p ON p.status_index = s.status_index JOIN signed_licenses t ON t.status_index = s.status_index
            WHERE e.position >= @from AND e.position < @to
            """,
            "from", "to");
        var licenses = new (byte[] Document, byte[] Token)?[to - from];
        foreach (var (position, document, token) in find.List(
            reader => (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)), from, to))
        {
            licenses[position - from] = (document, token);
        }
        return licenses;
    }

    /// <summary>The certificates that were issued at these positions, each with its list and index.</summary>
    public IReadOnlyList<(int List, int Index, byte[] Der)> Certificates(long from, long to)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction,
            """
            SELECT s.certificate_index, c.certificate FROM certificate_standings s JOIN signed_certificates c ON c.certificate_index = s.certificate_index
            WHERE s.issued_at_position >= @from AND s.issued_at_position < @to
            """,
            "from", "to");
        return find.List(
            reader =>
            {
                var (list, index) = Math.DivRem(reader.GetInt64(0), StatusList.CertificateListLength);
                return ((int)list, (int)index, reader.GetFieldValue<byte[]>(1));
            },
            from, to);
    }

    private static PublicationRefusedException Lost(long position) =>
        new(new Refusal(Codes.EntryMissing, $"The register has lost log entry {position}."));

    private IReadOnlyList<(long Position, byte[] Entry)> EntryPage(long from, long to)
    {
        using var transaction = register.Read();
        using var find = new BulkStatement(
            transaction, "SELECT position, entry FROM whole_log WHERE position >= @from AND position < @to ORDER BY position", "from", "to");
        var page = find.List(reader => (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)), from, to);
        return page.Count > 0 ? page : throw Lost(from);
    }
}
