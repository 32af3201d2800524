using Dapper;
using ELicense.Core.Enterprises;
using Microsoft.Data.Sqlite;

namespace ELicense.Display.Sites;

/// <summary>
/// How often an enterprise may do something that leaves a trace for ever or asks strangers' servers. A bucket for each enterprise, in the store, so that a restart fills none and processes share it; its whole
/// state is the instant at which it will be full.
/// </summary>
/// <param name="Name">Stored.</param>
/// <param name="Most">At once.</param>
/// <param name="Every">Then one in this time: who is refused may once it has passed.</param>
internal sealed record SiteAllowance(string Name, int Most, TimeSpan Every)
{
    /// <summary>Of new badges. A deleted one is kept, since it says for ever that it is not in use.</summary>
    public static SiteAllowance Registrations { get; } = new("register", 100, TimeSpan.FromMinutes(15));

    /// <summary>Of looks at sites that the enterprise asks for.</summary>
    public static SiteAllowance Checks { get; } = new("check", 100, TimeSpan.FromMinutes(1));

    public static void Create(SqliteConnection database) => database.Execute(
        "CREATE TABLE IF NOT EXISTS allowance (credit_code TEXT NOT NULL, name TEXT NOT NULL, full_at BIGINT NOT NULL, PRIMARY KEY (credit_code, name)) WITHOUT ROWID");

    public bool TryTake(SqliteConnection database, SqliteTransaction transaction, CreditCode enterprise, DateTimeOffset now) => database.Execute(
        """
        INSERT INTO allowance (credit_code, name, full_at) VALUES (@code, @name, @now + @every)
            ON CONFLICT (credit_code, name) DO UPDATE SET full_at = MAX(full_at, @now) + @every WHERE MAX(full_at, @now) - @now <= (@most - 1) * @every
        """,
        new { code = enterprise.Value, name = Name, now = now.ToUnixTimeMilliseconds(), every = (long)Every.TotalMilliseconds, most = Most }, transaction) == 1;
}
