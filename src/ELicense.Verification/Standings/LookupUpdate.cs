using Dapper;
using ELicense.Core.Log;
using ELicense.Verification.Listings;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Standings;

/// <summary>One round's changes in one transaction; what is not committed never was. Owned by the round.</summary>
internal sealed class LookupUpdate : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteTransaction _transaction;
    private readonly SqliteCommand _issue;
    private readonly SqliteCommand _change;
    private readonly SqliteCommand _keepFirst;
    private readonly SqliteCommand _keep;
    private readonly SqliteCommand _store;
    private readonly SqliteCommand _isIssued;
    private readonly SqliteCommand _note;
    private readonly SqliteCommand _keepUnread;
    private readonly bool _fromScratch;
    private readonly long _snapshotSize;
    private readonly Action _committed;

    /// <summary>From scratch, rows come in nearly sorted and the order by subject is made at the end: kept up with each row, it would rewrite the disk many times over.</summary>
    /// <param name="committed">Called when readers can see the changes.</param>
    public LookupUpdate(SqliteConnection connection, bool fromScratch, long snapshotSize, Action committed)
    {
        (_fromScratch, _snapshotSize, _committed) = (fromScratch, snapshotSize, committed);
        _connection = connection;
        _transaction = connection.BeginTransaction();
        if (fromScratch)
            _connection.Execute("DELETE FROM entry; DELETE FROM file; DELETE FROM change; DELETE FROM recent; DELETE FROM progress; DELETE FROM holder; DROP INDEX entry_by_subject; " + ListingUpdate.Empty, transaction: _transaction);
        _issue = connection.Prepare(
            "INSERT INTO entry (place, position, subject, digest, standing, since, reason) VALUES (@place, @position, @subject, @digest, 0, @since, @reason)",
            "@place", "@position", "@subject", "@digest", "@since", "@reason");
        _change = connection.Prepare(
            "UPDATE entry SET standing = @standing, since = @since, reason = @reason WHERE place = @place AND subject = @subject",
            "@place", "@subject", "@standing", "@since", "@reason");
        // Of what never changed the entry alone tells all; the first change keeps what it overwrites.
        _keepFirst = connection.Prepare(
            "INSERT OR IGNORE INTO change (position, place, standing, time, reason) SELECT position, place, standing, since, reason FROM entry WHERE place = @place", "@place");
        _keep = connection.Prepare(
            "INSERT INTO change (position, place, standing, time, reason) VALUES (@position, @place, @standing, @time, @reason)",
            "@position", "@place", "@standing", "@time", "@reason");
        _store = connection.Prepare("INSERT INTO file (position, content) VALUES (@position, @content)", "@position", "@content");
        _note = connection.Prepare("INSERT INTO recent (position, place) VALUES (@position, @place)", "@position", "@place");
        _keepUnread = connection.Prepare($"INSERT INTO holder (code, place) VALUES ('{HolderReader.Nobody}', @place)", "@place");
        Listings = new ListingUpdate(connection);
        _isIssued = connection.Prepare("SELECT EXISTS (SELECT 1 FROM entry WHERE subject = @subject)", "@subject");
    }

    public ListingUpdate Listings { get; }

    /// <summary>Whether a certificate of this issuer and serial number was issued before, at whatever index; from scratch <see cref="TryOrder"/> tells it.</summary>
    public bool IsIssued(CertificateSubject certificate)
    {
        if (_fromScratch)
            return false;
        _isIssued.Bind(LookupSubject.Of(certificate.Issuer, certificate.SerialHex));
        return (long)_isIssued.ExecuteScalar()! != 0;
    }

    public void Issue(LogEntry entry, long position)
    {
        _issue.Run(PlaceOf(entry), position, SubjectOf(entry), entry.Digest!.Value.ToArray(), entry.TimeMs, entry.Reason);
        if (entry.Kind == LogEntryKind.CertificateIssued)
            _keepUnread.Run(PlaceOf(entry));
        Note(entry, position);
    }

    /// <returns>False when the index was issued to another subject.</returns>
    public bool Change(LogEntry entry, long position)
    {
        Note(entry, position);
        _keepFirst.Run(PlaceOf(entry));
        _keep.Run(position, PlaceOf(entry), (int)entry.Standing, entry.TimeMs, entry.Reason);
        return _change.Run(PlaceOf(entry), SubjectOf(entry), (int)entry.Standing, entry.TimeMs, entry.Reason) == 1;
    }

    public void Store(long position, ReadOnlyMemory<byte> file) => _store.Run(position, file.ToArray());

    /// <summary>From scratch, makes the order by subject.</summary>
    /// <returns>False when two certificates have one issuer and serial number.</returns>
    public bool TryOrder(out string? twice)
    {
        twice = null;
        if (!_fromScratch)
            return true;
        _connection.Execute(LookupIndex.OrderBySubject, transaction: _transaction);
        twice = _connection.QueryFirstOrDefault<string>(
            $"SELECT subject FROM entry WHERE subject LIKE '%{LookupSubject.Separator}%' GROUP BY subject HAVING COUNT(*) > 1", transaction: _transaction);
        return twice is null;
    }

    public void Commit(string origin, MerkleFrontier frontier)
    {
        var progress = new { origin, frontier = frontier.Encode(), build = Guid.NewGuid().ToByteArray(), from = _fromScratch ? frontier.Size : _snapshotSize };
        _connection.Execute(_fromScratch
            ? "INSERT INTO progress (id, origin, frontier, build, recent_from) VALUES (1, @origin, @frontier, @build, @from)"
            : "UPDATE progress SET origin = @origin, frontier = @frontier, recent_from = MAX(recent_from, @from)", progress, _transaction);
        _connection.Execute("DELETE FROM recent WHERE position < @from", progress, _transaction);
        _transaction.Commit();
        // A log as long as the file it went into would stay on disk for ever.
        if (_fromScratch)
            _connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        _committed();
    }

    public void Dispose()
    {
        _issue.Dispose();
        _change.Dispose();
        _keepFirst.Dispose();
        _keep.Dispose();
        _store.Dispose();
        _isIssued.Dispose();
        _note.Dispose();
        _keepUnread.Dispose();
        Listings.Dispose();
        _transaction.Dispose();
    }

    /// <summary>What no snapshot has yet. One is taken at the end of a building.</summary>
    private void Note(LogEntry entry, long position)
    {
        if (!_fromScratch)
            _note.Run(position, PlaceOf(entry));
    }

    private static long PlaceOf(LogEntry entry) => new Place(entry.List, entry.Index).Number;

    private static string SubjectOf(LogEntry entry) => entry.Subject switch
    {
        EnterpriseSubject enterprise => enterprise.CreditCode.Value,
        CertificateSubject certificate => LookupSubject.Of(certificate.Issuer, certificate.SerialHex),
        _ => throw new InvalidOperationException($"An entry of kind {entry.Kind} has no subject to look up."),
    };
}
