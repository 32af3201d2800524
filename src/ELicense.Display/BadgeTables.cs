using Dapper;
using Microsoft.Data.Sqlite;

namespace ELicense.Display;

/// <summary>Tables of badges and sites: an older database becomes one of today.</summary>
internal static class BadgeTables
{
    /// <summary>PRAGMA user_version of the tables as they are below.</summary>
    private const int Version = 2;

    public static void Migrate(SqliteConnection database, SqliteTransaction migration)
    {
        var version = database.QuerySingle<int>("PRAGMA user_version", transaction: migration);
        if (version < 1)
            MakeSites(database, migration);
        if (version < 2)
            AddPages(database, migration);
        if (version < Version)
            database.Execute($"PRAGMA user_version = {Version}", transaction: migration);
    }

    // 2: an enterprise has several badges on one origin, each for a page; '' is the whole site.
    private static void AddPages(SqliteConnection database, SqliteTransaction migration) => database.Execute(
        """
        ALTER TABLE site ADD COLUMN path TEXT NOT NULL DEFAULT '';
        DROP INDEX site_of_enterprise;
        CREATE UNIQUE INDEX site_of_enterprise ON site (credit_code, origin, path) WHERE state <> 'deleted';
        """,
        transaction: migration);

    private static void MakeSites(SqliteConnection database, SqliteTransaction migration)
    {
        database.Execute(
            """
            CREATE TABLE site (
                id TEXT PRIMARY KEY,
                credit_code TEXT NOT NULL,
                origin TEXT NOT NULL,
                page TEXT NOT NULL,
                created BIGINT NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('pending', 'proven', 'paused', 'lost', 'deleted')),
                method TEXT CHECK (method IN ('operator', 'file', 'dns', 'meta')),
                challenge TEXT NOT NULL,
                challenge_until BIGINT NOT NULL,
                proven BIGINT,
                confirmed BIGINT,
                checked BIGINT,
                next_check BIGINT NOT NULL DEFAULT 0,
                failures INTEGER NOT NULL DEFAULT 0,
                badge_seen INTEGER,
                statement_current INTEGER,
                trouble TEXT
            ) WITHOUT ROWID;
            CREATE UNIQUE INDEX site_of_enterprise ON site (credit_code, origin) WHERE state <> 'deleted';
            CREATE INDEX site_due ON site (next_check) WHERE state = 'proven';
            CREATE TABLE view (badge TEXT NOT NULL, day INTEGER NOT NULL, pictures BIGINT NOT NULL, PRIMARY KEY (badge, day)) WITHOUT ROWID;
            """,
            transaction: migration);
        // Before there were sites a badge was the operator's word.
        if (database.QuerySingle<int>("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'badge'", transaction: migration) == 1)
        {
            database.Execute(
                """
                INSERT INTO site (id, credit_code, origin, page, created, state, method, challenge, challenge_until, proven)
                    SELECT id, credit_code, origin, origin || '/', created, 'proven', 'operator', lower(hex(randomblob(20))), created, created FROM badge;
                DROP TABLE badge;
                """,
                transaction: migration);
        }
    }
}
