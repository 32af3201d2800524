using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace ELicense.Issuance.Store;

/// <summary>What truly differs between databases, for SQLite.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "Each member answers for one database; another dialect answers otherwise.")]
internal sealed class SqliteDialect
{
    private readonly string _connectionString;

    public SqliteDialect(string path) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        ForeignKeys = true,
        // Seconds that a command waits for another writer before it gives up.
        DefaultTimeout = 30,
    }.ToString();

    /// <summary>Suffix of the names of migrations that only this database gets.</summary>
    public string MigrationSuffix => ".sqlite";

    public DbConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var pragmas = connection.CreateCommand();
        // FULL: a commit that was answered survives a power failure, in WAL too.
        pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384";
        pragmas.ExecuteNonQuery();
        return connection;
    }

    /// <summary>A transaction that may write. It is immediate here, which locks the head row with everything else.</summary>
    public DbTransaction BeginWrite(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: false);

    /// <summary>A transaction that sees one state and does not hinder writers.</summary>
    public DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    /// <summary>Only INTEGER PRIMARY KEY is the row number itself, without a second tree.</summary>
    public string Translate(string migration) => migration.Replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY", StringComparison.Ordinal);
}
