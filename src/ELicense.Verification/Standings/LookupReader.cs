using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Standings;

/// <summary>What the log says at one index.</summary>
/// <param name="SinceMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
internal readonly record struct LoggedStanding(long Position, Digest Digest, long SinceMs, int Reason);

/// <summary>One connection with its statements prepared; used by one thread at a time.</summary>
internal sealed class LookupReader : IDisposable
{
    private const string Columns = "SELECT place, entry.position, subject, digest, standing, since, reason, content FROM entry LEFT JOIN file USING (position)";

    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _standing;
    private readonly SqliteCommand _atPlace;
    private readonly SqliteCommand _ofSubject;
    private readonly SqliteCommand _newestOfSubject;

    public LookupReader(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        _connection.Open();
        _standing = Prepare("SELECT position, digest, since, reason FROM entry WHERE place = @key", SqliteType.Integer);
        _atPlace = Prepare($"{Columns} WHERE place = @key", SqliteType.Integer);
        _ofSubject = Prepare($"{Columns} WHERE subject = @key ORDER BY entry.position", SqliteType.Text);
        _newestOfSubject = Prepare($"{Columns} WHERE subject = @key ORDER BY entry.position DESC LIMIT 1", SqliteType.Text);
    }

    public LoggedStanding? FindStanding(int list, int index)
    {
        _standing.Parameters[0].Value = new Place(list, index).Number;
        using var row = _standing.ExecuteReader();
        return row.Read() ? new LoggedStanding(row.GetInt64(0), DigestAt(row, 1), row.GetInt64(2), row.GetInt32(3)) : null;
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

    public void Dispose()
    {
        _standing.Dispose();
        _atPlace.Dispose();
        _ofSubject.Dispose();
        _newestOfSubject.Dispose();
        _connection.Dispose();
    }

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

    private static Digest DigestAt(SqliteDataReader row, int column)
    {
        Span<byte> digest = stackalloc byte[Digest.Size];
        var length = row.GetBytes(column, 0, null, 0, 0);
        if (length != Digest.Size)
            throw new InvalidDataException($"A digest of {length} bytes in the look-up index.");
        row.GetFieldValue<byte[]>(column).CopyTo(digest);
        return new Digest(digest);
    }
}
