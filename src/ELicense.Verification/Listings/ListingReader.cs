using ELicense.Core.Enterprises;
using ELicense.Verification.Standings;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Listings;

/// <summary>A version whose name was found.</summary>
internal readonly record struct NameRow(Place Place, string Folded, CreditCode CreditCode);

/// <param name="AtMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
internal readonly record struct AnnouncementRow(long AtMs, long Position, Place Place, int Reason);

/// <summary>Lists from one connection of the look-up, up to one log size. Every answer is bounded; who owns the connection uses it on one thread at a time.</summary>
internal sealed class ListingReader(SqliteConnection connection) : IDisposable
{
    // Of an enterprise that had several names, its latest version that fits stands for it.
    private const string IsLatestThatFits = """
        entry.position < @size AND NOT EXISTS (
            SELECT 1 FROM entry later JOIN name later_name ON later_name.place = later.place
            WHERE later.subject = entry.subject AND later.position > entry.position AND later.position < @size AND instr(later_name.folded, @text) > 0)
        """;

    private readonly SqliteCommand _beginning = connection.Prepare(
        $"""
        SELECT name.place, name.folded, entry.subject FROM name JOIN entry ON entry.place = name.place
        WHERE (name.folded, name.place) > (@folded, @place) AND name.folded < @end AND {IsLatestThatFits}
        ORDER BY name.folded, name.place LIMIT @limit
        """,
        "@folded", "@place", "@end", "@text", "@size", "@limit");

    // The join's order is that of the index of pairs: nothing is sorted, and the limit ends it.
    private readonly SqliteCommand _containing = connection.Prepare(
        $"""
        SELECT name.place, name.folded, entry.subject FROM name_pair CROSS JOIN name ON name.place = name_pair.rowid CROSS JOIN entry ON entry.place = name.place
        WHERE name_pair MATCH @question AND name_pair.rowid > @after AND name_pair.rowid <= @last AND instr(name.folded, @text) > 1 AND {IsLatestThatFits}
        ORDER BY name_pair.rowid LIMIT @limit
        """,
        "@question", "@after", "@last", "@text", "@size", "@limit");

    private readonly SqliteCommand _lastPlace = connection.Prepare("SELECT max(place) FROM name");

    private readonly SqliteCommand _announcements = connection.Prepare(
        """
        SELECT at, position, place, reason FROM announcement
        WHERE kind = @kind AND (at, position) < (@at, @position) AND position < @size ORDER BY at DESC, position DESC LIMIT @limit
        """,
        "@kind", "@at", "@position", "@size", "@limit");

    /// <summary>Names that begin with the text (equal ones first), in their order, after this name at this place.</summary>
    public List<NameRow> Beginning(string text, string folded, long place, long logSize, int limit) =>
        Names(_beginning, string.CompareOrdinal(folded, text) < 0 ? text : folded, place, text + "\U0010FFFF", text, logSize, limit);

    /// <summary>Names that have the text further on, in the order of their places, after one place and up to another.</summary>
    public List<NameRow> Containing(string text, long after, long last, long logSize, int limit) =>
        Names(_containing, NameFolding.Question(text), after, last, text, logSize, limit);

    /// <summary>-1 when there is no name.</summary>
    public long LastPlace() => _lastPlace.ExecuteScalar() is long last ? last : -1;

    /// <summary>The newest before this time and position.</summary>
    public List<AnnouncementRow> Announcements(AnnouncementKind kind, long atMs, long position, long logSize, int limit)
    {
        _announcements.Bind((int)kind, atMs, position, logSize, limit);
        var found = new List<AnnouncementRow>();
        using var rows = _announcements.ExecuteReader();
        while (rows.Read())
            found.Add(new AnnouncementRow(rows.GetInt64(0), rows.GetInt64(1), new Place(rows.GetInt64(2)), rows.GetInt32(3)));
        return found;
    }

    public void Dispose()
    {
        _beginning.Dispose();
        _containing.Dispose();
        _lastPlace.Dispose();
        _announcements.Dispose();
    }

    private static List<NameRow> Names(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        command.Bind(values);
        var found = new List<NameRow>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            if (!CreditCode.TryParse(rows.GetString(2), out var code, out var refusal))
                throw new InvalidDataException($"A name without a credit code in the look-up index: {refusal}");
            found.Add(new NameRow(new Place(rows.GetInt64(0)), rows.GetString(1), code));
        }

        return found;
    }
}
