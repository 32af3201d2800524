using Dapper;
using Microsoft.Data.Sqlite;

namespace ELicense.Display.Sites;

/// <summary>Table of the looks at each site that found something else than the one before; the newest <see cref="Most"/> of them.</summary>
internal static class SiteHistory
{
    public const int Most = 30;

    public static void Create(SqliteConnection database) => database.Execute(
        """
        CREATE TABLE IF NOT EXISTS look (
            badge TEXT NOT NULL,
            since BIGINT NOT NULL,
            page TEXT NOT NULL,
            state TEXT NOT NULL,
            badge_seen INTEGER,
            statement_current INTEGER,
            trouble TEXT,
            PRIMARY KEY (badge, since)
        ) WITHOUT ROWID
        """);

    public static void Add(SqliteConnection database, SqliteTransaction transaction, SiteRecord look)
    {
        var values = new
        {
            id = look.Before.Badge.Id,
            since = look.Checked.ToUnixTimeMilliseconds(),
            page = look.Before.Page.AbsoluteUri,
            state = look.State.ToString(),
            seen = look.BadgeSeen,
            current = look.StatementCurrent,
            trouble = look.Trouble,
            most = Most,
        };
        database.Execute(
            """
            INSERT OR REPLACE INTO look (badge, since, page, state, badge_seen, statement_current, trouble)
                SELECT @id, @since, @page, @state, @seen, @current, @trouble WHERE NOT EXISTS (
                    SELECT 1 FROM (SELECT * FROM look WHERE badge = @id ORDER BY since DESC LIMIT 1)
                    WHERE page = @page AND state = @state AND badge_seen IS @seen AND statement_current IS @current AND trouble IS @trouble);
            DELETE FROM look WHERE badge = @id AND since <= (SELECT since FROM look WHERE badge = @id ORDER BY since DESC LIMIT 1 OFFSET @most);
            """,
            values, transaction);
    }

    /// <summary>The newest first.</summary>
    public static IReadOnlyList<SiteLook> Of(SqliteConnection database, string badge) =>
    [
        .. database.Query<Row>(
            "SELECT since, page, state, badge_seen AS BadgeSeen, statement_current AS StatementCurrent, trouble FROM look WHERE badge = @badge ORDER BY since DESC", new { badge })
            .Select(row => new SiteLook(
                DateTimeOffset.FromUnixTimeMilliseconds(row.Since), new Uri(row.Page), Enum.Parse<SiteState>(row.State), Truth(row.BadgeSeen), Truth(row.StatementCurrent), row.Trouble)),
    ];

    private static bool? Truth(long? value) => value is { } said ? said == 1 : null;

    private sealed record Row(long Since, string Page, string State, long? BadgeSeen, long? StatementCurrent, string? Trouble);
}
