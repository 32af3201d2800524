using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Dapper;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Listings;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Standings;

/// <summary>One license version as the log and the packs tell it.</summary>
/// <param name="Position">Log position of its issuance.</param>
/// <param name="Since">When its present standing began.</param>
/// <param name="Reason">Number in the published table; 0: none stated.</param>
/// <param name="File">The .elic; null when its face was withdrawn or not published.</param>
public sealed record PublishedVersion(
    CreditCode CreditCode, int List, int Index, long Position, Digest LoggedDigest, Standing Standing, DateTimeOffset Since, int Reason, ReadOnlyMemory<byte>? File);

/// <summary>A standing that began with a log entry.</summary>
/// <param name="Position">Of the entry.</param>
/// <param name="Reason">Number in the published table; 0: none stated.</param>
public sealed record LoggedChange(long Position, Standing Standing, DateTimeOffset Time, int Reason);

/// <summary>
/// Look-ups by index, credit code and name on embedded SQLite, built from log and packs by the follower; may be deleted at any time. One writer and many
/// readers; an update is seen as a whole when it is committed.
/// </summary>
public sealed class LookupIndex : IDisposable
{
    private const string FileName = "lookup.db";

    // Raised with every change of the tables: an older file is thrown away and built again.
    private const long SchemaVersion = 5;

    // SQLITE_CORRUPT, SQLITE_NOTADB (sqlite.org/rescode.html)
    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    internal const string OrderBySubject = "CREATE INDEX entry_by_subject ON entry (subject, position)";

    private const string Schema = """
        CREATE TABLE entry (
            place INTEGER PRIMARY KEY,
            position INTEGER NOT NULL,
            subject TEXT NOT NULL,
            digest BLOB NOT NULL,
            standing INTEGER NOT NULL,
            since INTEGER NOT NULL,
            reason INTEGER NOT NULL);
        CREATE TABLE file (position INTEGER PRIMARY KEY, content BLOB NOT NULL);
        CREATE TABLE change (position INTEGER PRIMARY KEY, place INTEGER NOT NULL, standing INTEGER NOT NULL, time INTEGER NOT NULL, reason INTEGER NOT NULL);
        CREATE INDEX change_of_place ON change (place, position);
        CREATE TABLE recent (position INTEGER PRIMARY KEY, place INTEGER NOT NULL);
        CREATE TABLE progress (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            origin TEXT NOT NULL,
            frontier BLOB NOT NULL,
            build BLOB NOT NULL,
            recent_from INTEGER NOT NULL);
        """;

    private readonly string _connectionString;
    private readonly SqliteConnection _writer;
    private readonly ConcurrentBag<LookupReader> _readers = [];
    private readonly bool _isFile;
    private long _generation;

    /// <param name="isFile">In a file, readers and the writer do not block each other (WAL); in memory they do, so readers keep no transaction open.</param>
    private LookupIndex(string connectionString, bool isFile, SqliteConnection writer)
    {
        _isFile = isFile;
        _connectionString = connectionString;
        _writer = writer;
    }

    /// <summary>Opens what is in the folder, or begins anew when there is nothing usable; without a folder in memory.</summary>
    public static LookupIndex Open(string? folder)
    {
        if (folder is null)
            return Create(new SqliteConnectionStringBuilder { DataSource = $"lookup-{Guid.NewGuid():N}", Mode = SqliteOpenMode.Memory, Cache = SqliteCacheMode.Shared });
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, FileName);
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false };
        try
        {
            return Create(settings);
        }
        catch (SqliteException)
        {
            // A cache that cannot be read is worth nothing: the publication has all that it had.
            Delete(path);
            return Create(settings);
        }
    }

    /// <summary>Throws away what is in the folder; the next <see cref="Open"/> begins anew.</summary>
    internal static void Discard(string? folder)
    {
        if (folder is null)
            return;
        Delete(Path.Combine(folder, FileName));
        StandingSnapshot.Delete(folder);
    }

    /// <summary>Whether the file itself is broken, and not just busy, full or out of reach.</summary>
    internal static bool IsDamage(SqliteException failed) => failed.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase;

    /// <summary>The version at this index; null when the log names no license there.</summary>
    public PublishedVersion? Find(int list, int index) => Read(reader => reader.Find(list, index));

    /// <summary>The version issued last for the code.</summary>
    public PublishedVersion? FindNewest(CreditCode code) => Read(reader => reader.FindNewest(code));

    /// <summary>Every version of the code, the oldest first.</summary>
    public IReadOnlyList<PublishedVersion> Versions(CreditCode code) => Read(reader => reader.Versions(code));

    /// <summary>Every standing that the log gave the version at this index, the oldest first; empty when it names none.</summary>
    public IReadOnlyList<LoggedChange> History(int list, int index) => Read(reader => reader.History(list, index));

    public void Dispose()
    {
        while (_readers.TryTake(out var reader))
            reader.Dispose();
        _writer.Dispose();
    }

    /// <summary>The certificate with this serial number of this CA key; null when the log names none.</summary>
    internal PublishedCertificate? FindCertificate(KeyId issuer, SerialNumber serial) => Read(reader => reader.FindCertificate(issuer, serial));

    /// <summary>Says whose certificates these are, now that their files were read; null: nobody's. By the one writer, between updates.</summary>
    internal void Assign(IEnumerable<(Place Place, CreditCode? Holder)> certificates)
    {
        using var transaction = _writer.BeginTransaction();
        using var read = _writer.Prepare($"DELETE FROM holder WHERE code = '{HolderReader.Nobody}' AND place = @place", "@place");
        using var assign = _writer.Prepare("INSERT INTO holder (code, place) VALUES (@code, @place)", "@code", "@place");
        foreach (var (place, holder) in certificates)
        {
            if (read.Run(place.Number) == 1 && holder is { } code)
                assign.Run(code.Value, place.Number);
        }

        transaction.Commit();
        AfterCommit();
    }

    internal T Read<T>(Func<LookupReader, T> query)
    {
        var reader = Rent();
        try
        {
            return query(reader);
        }
        finally
        {
            Return(reader);
        }
    }

    /// <summary>What a verdict needs, without the file.</summary>
    internal LoggedStanding? FindStanding(int list, int index)
    {
        var reader = Rent();
        try
        {
            return reader.FindStanding(list, index);
        }
        finally
        {
            Return(reader);
        }
    }

    /// <summary>Where the follower had come to; false at the start, and when the index was built from another log.</summary>
    internal bool TryResume(string origin, [NotNullWhen(true)] out MerkleFrontier? frontier)
    {
        frontier = null;
        var bytes = _writer.QuerySingleOrDefault<byte[]>("SELECT frontier FROM progress WHERE origin = @origin", new { origin });
        return bytes is not null && MerkleFrontier.TryDecode(bytes, out frontier, out _);
    }

    /// <summary>Every standing that is held, for the index in memory: from the snapshot and what came after it, else from every row.</summary>
    /// <param name="card">Digest of the trust card.</param>
    internal StatusIndex LoadStandings(string? folder, Digest card, MerkleFrontier frontier, out long snapshotSize)
    {
        var (build, recentFrom) = Progress();
        if (folder is not null && StandingSnapshot.TryRead(folder, build, card, out var ground, out var index)
            && ground.Size >= recentFrom && (ground.Size < frontier.Size || (ground.Size == frontier.Size && ground.Root == frontier.Root)))
        {
            snapshotSize = ground.Size;
            Apply(index, "SELECT place, standing FROM recent JOIN entry USING (place) WHERE recent.position >= @from", ground.Size);
            return index;
        }

        snapshotSize = 0;
        index = new StatusIndex();
        Apply(index, "SELECT place, standing FROM entry WHERE place >= @from ORDER BY place", 0);
        return index;
    }

    /// <summary>Which building of the look-up this is; a snapshot of another is worth nothing.</summary>
    internal Guid Build => Progress().Build;

    /// <param name="fromScratch">Forgets all that was held.</param>
    /// <param name="snapshotSize">Log size of the snapshot on disk: what came before it need not be remembered as recent.</param>
    internal LookupUpdate BeginUpdate(bool fromScratch, long snapshotSize) => new(_writer, fromScratch, snapshotSize, AfterCommit);

    private (Guid Build, long RecentFrom) Progress()
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "SELECT build, recent_from FROM progress";
        using var row = command.ExecuteReader();
        return row.Read() ? (new Guid(row.GetFieldValue<byte[]>(0)), row.GetInt64(1)) : default;
    }

    private void Apply(StatusIndex index, string sql, long from)
    {
        using var command = _writer.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("@from", from);
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var place = new Place(rows.GetInt64(0));
            index.Apply(place.List, place.Index, (Standing)rows.GetInt32(1));
        }
    }

    private static LookupIndex Create(SqliteConnectionStringBuilder settings)
    {
        var writer = new SqliteConnection(settings.ConnectionString);
        try
        {
            writer.Open();
            writer.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            if (writer.ExecuteScalar<long>("PRAGMA user_version") != SchemaVersion)
                CreateSchema(writer);
            return new LookupIndex(settings.ConnectionString, settings.Mode != SqliteOpenMode.Memory, writer);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private static void CreateSchema(SqliteConnection writer)
    {
        using var transaction = writer.BeginTransaction();
        writer.Execute("DROP TABLE IF EXISTS entry; DROP TABLE IF EXISTS file; DROP TABLE IF EXISTS change; DROP TABLE IF EXISTS recent; DROP TABLE IF EXISTS progress; DROP TABLE IF EXISTS holder;" + ListingUpdate.DropTables, transaction: transaction);
        writer.Execute(Schema + HolderReader.Table + ListingUpdate.Tables, transaction: transaction);
        writer.Execute(OrderBySubject, transaction: transaction);
        writer.Execute($"PRAGMA user_version = {SchemaVersion}", transaction: transaction);
        transaction.Commit();
    }

    private static void Delete(string path)
    {
        foreach (var suffix in (string[])["", "-wal", "-shm"])
            File.Delete(path + suffix);
    }

    private LookupReader Rent()
    {
        var reader = _readers.TryTake(out var free) ? free : new LookupReader(_connectionString, _isFile);
        reader.See(Volatile.Read(ref _generation));
        return reader;
    }

    private void Return(LookupReader reader)
    {
        if (reader.Generation != Volatile.Read(ref _generation))
            reader.Release();
        _readers.Add(reader);
    }

    private void AfterCommit()
    {
        Interlocked.Increment(ref _generation);
        // Idle readers must not hold on to a former state; those in use let go when they come back.
        for (var idle = _readers.Count; idle > 0 && _readers.TryTake(out var reader); idle--)
            Return(reader);
    }
}
