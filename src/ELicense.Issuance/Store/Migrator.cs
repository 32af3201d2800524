using System.Data.Common;
using System.Globalization;
using Dapper;

namespace ELicense.Issuance.Store;

/// <summary>Brings a database up to date with the numbered SQL files inside this assembly, each in one transaction.</summary>
internal static class Migrator
{
    public static void Run(RegisterDialect dialect, DbConnection connection)
    {
        var known = Names().GroupBy(Number).OrderBy(group => group.Key).ToList();
        // A role that may not change the schema must still be able to see that it is up to date.
        if (dialect.HasTable(connection, "migrations") && Newest(connection, null, known[^1].Key) == known[^1].Key)
            return;
        foreach (var migration in known)
        {
            using var transaction = dialect.BeginWrite(connection);
            dialect.LockSchema(connection, transaction);
            connection.Execute("CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)", transaction: transaction);
            if (migration.Key <= Newest(connection, transaction, known[^1].Key))
                continue;
            var common = migration.Single(name => name.Count(c => c == '.') == 1);
            connection.Execute(dialect.Translate(Read(common)), transaction: transaction);
            if (migration.FirstOrDefault(name => name.EndsWith(dialect.MigrationSuffix + ".sql", StringComparison.Ordinal)) is { } own)
                connection.Execute(Read(own), transaction: transaction);
            connection.Execute("INSERT INTO migrations (number, name) VALUES (@Number, @Name)", new { Number = migration.Key, Name = common }, transaction);
            transaction.Commit();
        }
    }

    private static long Newest(DbConnection connection, DbTransaction? transaction, long known)
    {
        var newest = connection.ExecuteScalar<long?>("SELECT max(number) FROM migrations", transaction: transaction) ?? 0;
        return newest <= known
            ? newest
            : throw new InvalidOperationException($"The register was made by a newer release: its schema is {newest}, this release knows {known}.");
    }

    private static IEnumerable<string> Names() =>
        typeof(Migrator).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal));

    private static long Number(string name) => long.Parse(name.AsSpan(0, name.IndexOf('-', StringComparison.Ordinal)), NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Read(string name)
    {
        using var stream = typeof(Migrator).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
