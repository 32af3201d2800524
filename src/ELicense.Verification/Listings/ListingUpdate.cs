using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Verification.Standings;
using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Listings;

/// <summary>
/// The tables that names are searched in and announcements are listed from, and what one round of the follower adds to them. Names are held folded, in their order and by
/// every two characters that follow each other: FTS5's own trigrams find nothing for names of two characters. The index tells which names have all pairs of a question (25 bytes a
/// name, not where they stand); that they follow each other the name itself tells.
/// </summary>
internal sealed class ListingUpdate : IDisposable
{
    public const string Tables = """
        CREATE TABLE name (place INTEGER PRIMARY KEY, folded TEXT NOT NULL);
        CREATE INDEX name_by_folded ON name (folded);
        CREATE VIRTUAL TABLE name_pair USING fts5 (pairs, content = '', columnsize = 0, detail = none, tokenize = 'ascii');
        CREATE TABLE announcement (
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            position INTEGER NOT NULL,
            place INTEGER NOT NULL,
            reason INTEGER NOT NULL,
            PRIMARY KEY (kind, at, position)) WITHOUT ROWID;
        """;

    public const string DropTables = "DROP TABLE IF EXISTS name; DROP TABLE IF EXISTS name_pair; DROP TABLE IF EXISTS announcement;";

    // A table of FTS5 without content knows no other way (sqlite.org/fts5.html, 6.4).
    public const string Empty = "DELETE FROM name; INSERT INTO name_pair (name_pair) VALUES ('delete-all'); DELETE FROM announcement;";

    private readonly SqliteCommand _name;
    private readonly SqliteCommand _pairs;
    private readonly SqliteCommand _announce;

    public ListingUpdate(SqliteConnection connection)
    {
        _name = connection.Prepare("INSERT INTO name (place, folded) VALUES (@place, @text)", "@place", "@text");
        _pairs = connection.Prepare("INSERT INTO name_pair (rowid, pairs) VALUES (@place, @text)", "@place", "@text");
        _announce = connection.Prepare(
            "INSERT INTO announcement (kind, at, position, place, reason) VALUES (@kind, @at, @position, @place, @reason)", "@kind", "@at", "@position", "@place", "@reason");
    }

    /// <summary>What a license version is called.</summary>
    public void Name(Place place, string name)
    {
        var folded = NameFolding.Fold(name);
        if (folded.Length == 0)
            return;
        _name.Run(place.Number, folded);
        _pairs.Run(place.Number, NameFolding.Bigrams(folded));
    }

    /// <summary>An act on a license; that a version was superseded is told by the one that took its place.</summary>
    public void Announce(LogEntry act, long position)
    {
        if (KindOf(act) is { } kind)
            _announce.Run((int)kind, act.TimeMs, position, new Place(act.List, act.Index).Number, act.Reason);
    }

    public void Dispose()
    {
        _name.Dispose();
        _pairs.Dispose();
        _announce.Dispose();
    }

    private static AnnouncementKind? KindOf(LogEntry act) => act switch
    {
        { Kind: LogEntryKind.LicenseIssued } => AnnouncementKind.Issued,
        { Kind: LogEntryKind.LicenseStatus, Standing: Standing.Revoked } => AnnouncementKind.Revoked,
        { Kind: LogEntryKind.LicenseStatus, Standing: Standing.Cancelled } => AnnouncementKind.Cancelled,
        { Kind: LogEntryKind.LicenseStatus, Standing: Standing.Suspended } => AnnouncementKind.Suspended,
        { Kind: LogEntryKind.LicenseStatus, Standing: Standing.Valid } => AnnouncementKind.Resumed,
        _ => null,
    };
}
