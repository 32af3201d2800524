using System.Data.Common;
using System.Globalization;
using Dapper;

namespace ELicense.Issuance.Store;

/// <summary>Brings a database up to date with the numbered SQL files inside this assembly, each in one transaction.</summary>
internal static class Migrator
{
    public static void Run(SqliteDialect dialect, DbConnection connection)
    {
        connection.Execute("CREATE TABLE IF NOT EXISTS migrations (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL)");
        var known = Names().GroupBy(Number).OrderBy(group => group.Key).ToList();
        foreach (var migration in known)
        {
            using var transaction = dialect.BeginWrite(connection);
            var newest = connection.ExecuteScalar<long?>("SELECT max(number) FROM migrations", transaction: transaction) ?? 0;
            if (newest > known[^1].Key)
                throw new InvalidOperationException($"The register was made by a newer release: its schema is {newest}, this release knows {known[^1].Key}.");
            if (migration.Key <= newest)
                continue;
            var common = migration.Single(name => name.Count(c => c == '.') == 1);
            connection.Execute(dialect.Translate(Read(common)), transaction: transaction);
            if (migration.FirstOrDefault(name => name.EndsWith(dialect.MigrationSuffix + ".sql", StringComparison.Ordinal)) is { } own)
                connection.Execute(Read(own), transaction: transaction);
            connection.Execute("INSERT INTO migrations (number, name) VALUES (@Number, @Name)", new { Number = migration.Key, Name = common }, transaction);
            transaction.Commit();
        }
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
