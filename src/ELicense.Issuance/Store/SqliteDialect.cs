using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ELicense.Issuance.Store;

/// <summary>The embedded database: one file, one writer at a time.</summary>
internal sealed class SqliteDialect : RegisterDialect
{
    // SQLite result codes: the file, or a table of it, is held by another.
    private const int Busy = 5;
    private const int Locked = 6;

    private readonly string _connectionString;
    private readonly SemaphoreSlim _writers = new(1);

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
        // cache_size: KiB of each connection; the system keeps the file in memory anyway.
        // busy_timeout: another process is asked for the file every few milliseconds; the library above asks every 150.
        pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4096; PRAGMA busy_timeout = 1000";
        pragmas.ExecuteNonQuery();
        return connection;
    }

    /// <summary>Whoever finds the file held sleeps and asks again, up to 150 ms later.</summary>
    public override SemaphoreSlim? Writers => _writers;

    public override DbTransaction BeginWrite(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: false);

    public override DbTransaction BeginRead(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: true);

    public override void LockSchema(DbConnection connection, DbTransaction transaction)
    {
        // The immediate transaction is the lock.
    }

    public override bool HasTable(DbConnection connection, string name) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = @name", new { name }) == 1;

    /// <summary>Only INTEGER PRIMARY KEY is the row number itself, without a second tree. A column that is added can be computed only where it is read.</summary>
    public override string Translate(string migration) =>
        migration.Replace("BIGINT PRIMARY KEY", "INTEGER PRIMARY KEY", StringComparison.Ordinal).Replace(") STORED;", ") VIRTUAL;", StringComparison.Ordinal);

    public override string Among(string column) => $"{column} IN (SELECT value FROM json_each(@keys))";

    public override object Keys<T>(IReadOnlyCollection<T> keys) => JsonSerializer.Serialize(keys);

    /// <summary>Below ADO.NET, which looks up each parameter of each row by its name: that cost more than the insertions.</summary>
    public override void Insert(RegisterTransaction transaction, string table, string[] columns, IReadOnlyList<object?[]> rows)
    {
        var database = ((SqliteConnection)transaction.Connection).Handle!;
        var sql = $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(_ => "?"))})";
        Check(raw.sqlite3_prepare_v2(database, sql, out var insert));
        using (insert)
        {
            foreach (var row in rows)
            {
                for (var i = 0; i < row.Length; i++)
                    Check(Bind(insert, i + 1, row[i]));
                if (raw.sqlite3_step(insert) is not raw.SQLITE_DONE and var failed)
                    Check(failed);
                Check(raw.sqlite3_reset(insert));
            }
        }

        void Check(int result) => SqliteException.ThrowExceptionForRC(result, database);
    }

    public override bool IsTransient(DbException exception) => exception is SqliteException { SqliteErrorCode: Busy or Locked };

    /// <summary>The file may be moved afterwards.</summary>
    public override void Dispose()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writers.Dispose();
    }

    /// <param name="index">1 is the first parameter.</param>
    private static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        string text => raw.sqlite3_bind_text16(statement, index, text),
        byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => throw new ArgumentException($"The register has no column for {value.GetType()}.", nameof(value)),
    };
}
