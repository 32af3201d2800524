using ELicense.Core;
using ELicense.Core.Enterprises;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Standings;

/// <summary>A certificate that the log names, by its place and the digest of its file.</summary>
internal readonly record struct LoggedCertificate(Place Place, Digest Digest);

/// <summary>
/// Whose the certificates of the log are. The log names serial numbers only, so each is nobody's until its file was read. Who owns the connection uses it on one thread at a time.
/// </summary>
internal sealed class HolderReader(SqliteConnection connection) : IDisposable
{
    /// <summary>In the place of a credit code, of a certificate whose file was not read.</summary>
    public const string Nobody = "";

    public const string Table = "CREATE TABLE holder (code TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (code, place)) WITHOUT ROWID;";

    private readonly SqliteCommand _unread = connection.Prepare(
        $"SELECT place, digest FROM holder JOIN entry USING (place) WHERE code = '{Nobody}' AND place > @after ORDER BY place LIMIT @limit", "@after", "@limit");

    private readonly SqliteCommand _ofCode = connection.Prepare(
        "SELECT place, digest FROM holder JOIN entry USING (place) WHERE code = @code AND position < @size ORDER BY position DESC LIMIT @limit", "@code", "@size", "@limit");

    /// <summary>In the order of their places.</summary>
    public IReadOnlyList<LoggedCertificate> Unread(Place after, int most)
    {
        _unread.Bind(after.Number, most);
        return Query(_unread);
    }

    /// <summary>The newest first, up to one log size.</summary>
    public IReadOnlyList<LoggedCertificate> Of(CreditCode code, long logSize, int most)
    {
        _ofCode.Bind(code.Value, logSize, most);
        return Query(_ofCode);
    }

    public void Dispose()
    {
        _unread.Dispose();
        _ofCode.Dispose();
    }

    private static List<LoggedCertificate> Query(SqliteCommand command)
    {
        var found = new List<LoggedCertificate>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
            found.Add(new LoggedCertificate(new Place(rows.GetInt64(0)), LookupReader.DigestAt(rows, 1)));
        return found;
    }
}
