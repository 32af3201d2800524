using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ELicense.Issuance.Store;

/// <summary>The embedded database: one file, one writer at a time.</summary>
internal sealed class SqliteDialect : RegisterDialect
{
    // SQLite result codes: the file, or a table of it, is held by another.
    private const int Busy = 5;
    private const int Locked = 6;

    private readonly string _connectionString;

    public SqliteDialect(string path) => _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        ForeignKeys = true,
        // Seconds that a command waits for another writer before it gives up.
        DefaultTimeout = 30,
    }.ToString();

    public override string MigrationSuffix => ".sqlite";

    /// <summary>Nothing: an immediate transaction has locked every row.</summary>
    public override string ForUpdate => "";

    public override DbConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using var pragmas = connection.CreateCommand();
        // FULL: a commit that was answered survives a power failure, in WAL too.
        pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384";
        pragmas.ExecuteNonQuery();
        return connection;
    }

    public override DbTransaction BeginWrite(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: false);

    public override DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    public override void LockSchema(DbConnection connection, DbTransaction transaction)
    {
        // The immediate transaction is the lock.
    }

    public override bool HasTable(DbConnection connection, string name) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @name", new { name }) == 1;

    /// <summary>Only INTEGER PRIMARY KEY is the row number itself, without a second tree.</summary>
    public override string Translate(string migration) => migration.Replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY", StringComparison.Ordinal);

    public override string Among(string column) => $"{column} IN (SELECT value FROM json_each(@keys))";

    public override object Keys<T>(IReadOnlyCollection<T> keys) => JsonSerializer.Serialize(keys);

    public override void Insert(RegisterTransaction transaction, string table, string[] columns, IReadOnlyList<object?[]> rows) =>
        InsertEach(transaction, table, columns, rows);

    public override bool IsTransient(DbException exception) => exception is SqliteException { SqliteErrorCode: Busy or Locked };

    /// <summary>The file may be moved afterwards.</summary>
    public override void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
    }
}
