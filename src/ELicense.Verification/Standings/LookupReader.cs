using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Listings;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ELicense.Verification.Standings;

/// <summary>What the log says at one index.</summary>
/// <param name="SinceMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
internal readonly record struct LoggedStanding(long Position, Digest Digest, long SinceMs, int Reason);

/// <summary>
/// One connection with its statements prepared; used by one thread at a time. It may keep its read transaction open from one use to the next: beginning one costs
/// system calls for the locks, more than the look-up itself.
/// </summary>
internal sealed class LookupReader : IDisposable
{
    private const string Columns = "SELECT place, entry.position, subject, digest, standing, since, reason, content FROM entry LEFT JOIN file USING (position)";

    private const int LongestWaitMs = 30_000;

    private readonly SqliteConnection _connection;
    private readonly bool _keepsSnapshot;
    private readonly sqlite3_stmt _standing;
    private readonly sqlite3_stmt _certificate;
    private readonly SqliteCommand _atPlace;
    private readonly SqliteCommand _ofSubject;
    private readonly SqliteCommand _newestOfSubject;
    private readonly SqliteCommand _history;
    private ListingReader? _listings;
    private HolderReader? _holders;

    public LookupReader(string connectionString, bool keepsSnapshot)
    {
        _keepsSnapshot = keepsSnapshot;
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        Require(raw.sqlite3_prepare_v2(_connection.Handle, "SELECT position, digest, since, reason FROM entry WHERE place = ?", out _standing));
        Require(raw.sqlite3_prepare_v2(
            _connection.Handle, "SELECT place, position, digest, standing, since, reason FROM entry WHERE subject = ?", out _certificate));
        _atPlace = Prepare($"{Columns} WHERE place = @key", SqliteType.Integer);
        _ofSubject = Prepare($"{Columns} WHERE subject = @key ORDER BY entry.position", SqliteType.Text);
        _newestOfSubject = Prepare($"{Columns} WHERE subject = @key ORDER BY entry.position DESC LIMIT 1", SqliteType.Text);
        _history = Prepare(
            """
            SELECT position, standing, time, reason FROM change WHERE place = @key
            UNION SELECT position, standing, since, reason FROM entry WHERE place = @key AND NOT EXISTS (SELECT 1 FROM change WHERE place = @key)
            ORDER BY position
            """,
            SqliteType.Integer);
    }

    /// <summary>Prepared when it is first asked for.</summary>
    public ListingReader Listings => _listings ??= new ListingReader(_connection);

    /// <summary>As the listings.</summary>
    public HolderReader Holders => _holders ??= new HolderReader(_connection);

    /// <summary>Which state of the index the open transaction sees; null when none is open.</summary>
    public long? Generation { get; private set; }

    /// <summary>Sees the index as it is now, and, where that is allowed, goes on seeing it until the next call.</summary>
    public void See(long generation)
    {
        if (!_keepsSnapshot || Generation == generation)
            return;
        Release();
        Require(raw.sqlite3_exec(_connection.Handle, "BEGIN"));
        Generation = generation;
    }

    /// <summary>Lets go of what it sees, so that SQLite can fold its log into the file.</summary>
    public void Release()
    {
        if (Generation is null)
            return;
        Require(raw.sqlite3_exec(_connection.Handle, "COMMIT"));
        Generation = null;
    }

    /// <summary>The one look-up that every verification makes: on SQLite's own statement, a fraction of what a command costs; so the next one, of every OCSP answer.</summary>
    public LoggedStanding? FindStanding(int list, int index)
    {
        Require(raw.sqlite3_bind_int64(_standing, 1, new Place(list, index).Number));
        try
        {
            return Step(_standing)
                ? new LoggedStanding(
                    raw.sqlite3_column_int64(_standing, 0), new Digest(raw.sqlite3_column_blob(_standing, 1)),
                    raw.sqlite3_column_int64(_standing, 2), raw.sqlite3_column_int(_standing, 3))
                : null;
        }
        finally
        {
            // Its result repeats the step's.
            raw.sqlite3_reset(_standing);
        }
    }

    public PublishedVersion? Find(int list, int index)
    {
        var versions = Query(_atPlace, new Place(list, index).Number);
        return versions.Count == 0 ? null : versions[0];
    }

    public PublishedVersion? FindNewest(CreditCode code)
    {
        var versions = Query(_newestOfSubject, code.Value);
        return versions.Count == 0 ? null : versions[0];
    }

    public IReadOnlyList<PublishedVersion> Versions(CreditCode code) => Query(_ofSubject, code.Value);

    public IReadOnlyList<LoggedChange> History(int list, int index)
    {
        _history.Parameters[0].Value = new Place(list, index).Number;
        var changes = new List<LoggedChange>();
        using var rows = _history.ExecuteReader();
        while (rows.Read())
            changes.Add(new LoggedChange(rows.GetInt64(0), (Standing)rows.GetInt32(1), DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(2)), rows.GetInt32(3)));
        return changes;
    }

    public PublishedCertificate? FindCertificate(KeyId issuer, SerialNumber serial)
    {
        Require(raw.sqlite3_bind_text(_certificate, 1, LookupSubject.Of(issuer, serial.Hex)));
        try
        {
            if (!Step(_certificate))
                return null;
            var place = new Place(raw.sqlite3_column_int64(_certificate, 0));
            return new PublishedCertificate(
                issuer, serial, place.List, place.Index, raw.sqlite3_column_int64(_certificate, 1), new Digest(raw.sqlite3_column_blob(_certificate, 2)),
                (Standing)raw.sqlite3_column_int(_certificate, 3), DateTimeOffset.FromUnixTimeMilliseconds(raw.sqlite3_column_int64(_certificate, 4)),
                raw.sqlite3_column_int(_certificate, 5));
        }
        finally
        {
            // Its result repeats the step's.
            raw.sqlite3_reset(_certificate);
        }
    }

    public void Dispose()
    {
        _standing.Dispose();
        _atPlace.Dispose();
        _ofSubject.Dispose();
        _newestOfSubject.Dispose();
        _history.Dispose();
        _certificate.Dispose();
        _listings?.Dispose();
        _holders?.Dispose();
        _connection.Dispose();
    }

    /// <summary>In memory, tables are locked while an update is under way; then it waits, as a command would.</summary>
    private static bool Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        for (var wait = 0; IsLocked(result) && wait < LongestWaitMs; wait++)
        {
            raw.sqlite3_reset(statement);
            Thread.Sleep(1);
            result = raw.sqlite3_step(statement);
        }

        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            throw Unreadable(result);
        return result == raw.SQLITE_ROW;
    }

    // The low byte of an extended result code is the plain one.
    private static bool IsLocked(int result) => (result & 0xFF) is raw.SQLITE_LOCKED or raw.SQLITE_BUSY;

    private static void Require(int result)
    {
        if (result != raw.SQLITE_OK)
            throw Unreadable(result);
    }

    private static SqliteException Unreadable(int result) => new("The look-up index cannot be read.", result);

    private SqliteCommand Prepare(string sql, SqliteType keyType)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add("@key", keyType);
        command.Prepare();
        return command;
    }

    private static List<PublishedVersion> Query(SqliteCommand command, object key)
    {
        command.Parameters[0].Value = key;
        var versions = new List<PublishedVersion>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            // A certificate's subject is no credit code: it is not a license version.
            if (!CreditCode.TryParse(rows.GetString(2), out var code, out _))
                continue;
            var place = new Place(rows.GetInt64(0));
            ReadOnlyMemory<byte>? file = rows.IsDBNull(7) ? default(ReadOnlyMemory<byte>?) : rows.GetFieldValue<byte[]>(7);
            versions.Add(new PublishedVersion(
                code, place.List, place.Index, rows.GetInt64(1), DigestAt(rows, 3), (Standing)rows.GetInt32(4),
                DateTimeOffset.FromUnixTimeMilliseconds(rows.GetInt64(5)), rows.GetInt32(6), file));
        }

        return versions;
    }

    internal static Digest DigestAt(SqliteDataReader row, int column)
    {
        var digest = row.GetFieldValue<byte[]>(column);
        return digest.Length == Digest.Size ? new Digest(digest) : throw new InvalidDataException($"A digest of {digest.Length} bytes in the look-up index.");
    }
}
