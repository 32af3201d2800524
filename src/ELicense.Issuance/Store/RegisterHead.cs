using ELicense.Core;

namespace ELicense.Issuance.Store;

/// <summary>The one row that numbers matters, licenses, status indexes and log positions; it is changed only in the transaction that uses the numbers.</summary>
internal sealed class RegisterHead
{
    private readonly RegisterTransaction _transaction;
    private readonly Row _row;

    private RegisterHead(RegisterTransaction transaction, Row row)
    {
        _transaction = transaction;
        _row = row;
    }

    /// <summary>The first statement of a writing transaction: whoever holds the row orders everything, over all processes.</summary>
    public static RegisterHead Lock(RegisterTransaction transaction)
    {
        var row = transaction.Find<Row>(
            $"""
            SELECT next_matter AS NextMatter, next_serial AS NextSerial, next_status_index AS NextStatusIndex, next_certificate_index AS NextCertificateIndex, log_size AS LogSize, last_signed_ms AS LastSignedMs,
                audit_size AS AuditSize, audit_hash AS AuditHash
            FROM head{transaction.Dialect.ForUpdate}
            """);
        return new RegisterHead(transaction, row ?? throw new InvalidOperationException("The register has lost its head row."));
    }

    public long LogSize => _row.LogSize;

    /// <summary>The newest instant that went under a signature.</summary>
    public DateTimeOffset LastSigned => DateTimeOffset.FromUnixTimeMilliseconds(_row.LastSignedMs);

    public long TakeMatter() => _row.NextMatter++;

    public long TakeSerial() => _row.NextSerial++;

    /// <summary>Where the next license version would go: list * 2^20 + index, never before <paramref name="first"/>.</summary>
    public long PeekStatusIndex(long first) => Math.Max(first, _row.NextStatusIndex);

    public long TakeStatusIndex(long first)
    {
        var index = PeekStatusIndex(first);
        _row.NextStatusIndex = index + 1;
        return index;
    }

    /// <summary>list * 2^16 + index of the next certificate, as it is counted; its list may yet be full or another key's.</summary>
    public long NextCertificateIndex => _row.NextCertificateIndex;

    /// <summary>The index was given, and is not given again.</summary>
    public void GivenCertificate(long certificateIndex) => _row.NextCertificateIndex = Math.Max(_row.NextCertificateIndex, certificateIndex + 1);

    /// <summary>Numbers that the publication shows as given are not given again.</summary>
    public void Given(long serial, long statusIndex)
    {
        _row.NextSerial = Math.Max(_row.NextSerial, serial + 1);
        _row.NextStatusIndex = Math.Max(_row.NextStatusIndex, statusIndex + 1);
    }

    public long TakePosition()
    {
        _transaction.Publishes();
        return _row.LogSize++;
    }

    /// <summary>Entries of the audit trail.</summary>
    public long AuditSize => _row.AuditSize;

    /// <summary>Hash of the newest entry of the audit trail; zeros before the first.</summary>
    public Digest AuditHash => _row.AuditHash is { } hash ? new Digest(hash) : default;

    public void AuditGrew(Digest hash)
    {
        _row.AuditSize++;
        _row.AuditHash = hash.ToArray();
    }

    /// <summary>The instant to sign now, on a machine whose clock is a little behind another's (<see cref="Rules.ClockHasNotGoneBack"/>).</summary>
    public DateTimeOffset NotBeforeLastSigned(DateTimeOffset clockTime) => clockTime > LastSigned ? clockTime : LastSigned;

    public void Signing(long nowMs) => _row.LastSignedMs = Math.Max(_row.LastSignedMs, nowMs);

    public void Store() => _transaction.Execute(
        """
        UPDATE head SET next_matter = @NextMatter, next_serial = @NextSerial, next_status_index = @NextStatusIndex, next_certificate_index = @NextCertificateIndex, log_size = @LogSize, last_signed_ms = @LastSignedMs,
            audit_size = @AuditSize, audit_hash = @AuditHash
        """,
        _row);

    private sealed class Row
    {
        public long NextMatter { get; set; }
        public long NextSerial { get; set; }
        public long NextStatusIndex { get; set; }
        public long NextCertificateIndex { get; set; }
        public long LogSize { get; set; }
        public long LastSignedMs { get; set; }
        public long AuditSize { get; set; }
        public byte[]? AuditHash { get; set; }
    }
}
