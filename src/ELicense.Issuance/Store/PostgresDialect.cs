using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Npgsql;

namespace ELicense.Issuance.Store;

/// <summary>PostgreSQL 15 or newer, through a pool of connections.</summary>
internal sealed class PostgresDialect : RegisterDialect
{
    // Any number: all releases of this program must agree on it, and nothing else of the database may use it.
    private const long SchemaLock = 0x454C_4963_656E_7365;

    // Rows from which COPY, which has two round trips of its own, is cheaper than an INSERT each.
    private const int CopyFrom = 4;

    private readonly NpgsqlDataSource _source;

    public PostgresDialect(string connectionString)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "elicense",
            IncludeErrorDetail = false,
            // Nothing is set on a connection but within a transaction: there is nothing to reset when it goes back to the pool.
            NoResetOnClose = true,
        };
        // Statements are few and recur: the server plans each once a connection.
        if (builder.MaxAutoPrepare == 0)
            (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (64, 2);
        // A peer that vanished without a word is found within a minute.
        if (builder.KeepAlive == 0)
            builder.KeepAlive = 30;
        _source = NpgsqlDataSource.Create(builder);
        User = builder.Username;
    }

    /// <summary>The role that the connection string names; null: the operating system's user.</summary>
    public string? User { get; }

    public override string MigrationSuffix => ".postgres";

    public override string ForUpdate => " FOR UPDATE";

    public override DbConnection Open() => _source.OpenConnection();

    /// <summary>The head row is the line, over all processes.</summary>
    public override SemaphoreSlim? Writers => null;

    /// <summary>The server is asked at once, so that a pooled connection whose server was restarted is found before any work is done on it.</summary>
    public override DbTransaction BeginWrite(DbConnection connection) => Begin(connection, IsolationLevel.ReadCommitted);

    public override DbTransaction BeginRead(DbConnection connection) => Begin(connection, IsolationLevel.RepeatableRead);

    public override void LockSchema(DbConnection connection, DbTransaction transaction) =>
        connection.Execute($"SELECT pg_advisory_xact_lock({SchemaLock.ToString(CultureInfo.InvariantCulture)})", transaction: transaction);

    public override bool HasTable(DbConnection connection, string name) => connection.ExecuteScalar<bool>("SELECT to_regclass(@name) IS NOT NULL", new { name });

    public override string Translate(string migration) => migration;

    public override string Among(string column) => $"{column} = ANY (@keys)";

    public override object Keys<T>(IReadOnlyCollection<T> keys) => keys.ToArray();

    public override void Insert(RegisterTransaction transaction, string table, string[] columns, IReadOnlyList<object?[]> rows)
    {
        if (rows.Count < CopyFrom)
            InsertEach(transaction, table, columns, rows);
        else
            Copy((NpgsqlConnection)transaction.Connection, $"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)", rows);
    }

    public override bool IsTransient(DbException exception) => exception switch
    {
        // A full disk does not pass by itself: it is said at once.
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => false,
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } => true,
        _ => exception.IsTransient,
    };

    /// <summary>
    /// The application's role may read and add everywhere, and change only what is not kept for ever: tables with the trigger append_only, and the list of
    /// migrations, get no UPDATE and no DELETE.
    /// </summary>
    public void GrantTo(string application)
    {
        using var connection = Open();
        var grants = connection.Query<string>(
            """
            SELECT format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), @application)
            UNION ALL
            SELECT format('REVOKE ALL ON %s FROM %I', c.oid::regclass, @application) || '; ' ||
                format('GRANT %s ON %s TO %I',
                    CASE
                        WHEN c.relname = 'migrations' OR c.relkind = 'v' THEN 'SELECT'
                        WHEN EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgfoid = 'append_only'::regproc) THEN 'SELECT, INSERT'
                        ELSE 'SELECT, INSERT, UPDATE, DELETE'
                    END,
                    c.oid::regclass, @application)
            FROM pg_class c WHERE c.relkind IN ('r', 'v') AND c.relnamespace = current_schema()::regnamespace
            """,
            new { application }).AsList();
        using var transaction = connection.BeginTransaction();
        foreach (var grant in grants)
            connection.Execute(grant, transaction: transaction);
        transaction.Commit();
    }

    /// <exception cref="InvalidOperationException">An answered commit could be lost, or names could be mangled.</exception>
    public void CheckServer()
    {
        using var connection = Open();
        foreach (var (setting, wrong, instead) in (ReadOnlySpan<(string, string, string)>)[
            ("fsync", "off", "on"), ("synchronous_commit", "off", "on"), ("full_page_writes", "off", "on")])
        {
            if (connection.ExecuteScalar<string>("SELECT current_setting(@setting)", new { setting }) == wrong)
                throw new InvalidOperationException($"The PostgreSQL server has {setting} = {wrong}: a commit that was answered could be lost. Set it to {instead}.");
        }
        if (connection.ExecuteScalar<string>("SELECT current_setting('server_encoding')") is var encoding and not "UTF8")
            throw new InvalidOperationException($"The PostgreSQL database is encoded in {encoding}; make it with ENCODING 'UTF8'.");
    }

    public override void Dispose() => _source.Dispose();

    private static void Copy(NpgsqlConnection connection, string command, IReadOnlyList<object?[]> rows)
    {
        using var copy = connection.BeginRawBinaryCopy(command);
        try
        {
            BinaryCopy.Write(copy, rows);
        }
        catch (ArgumentException)
        {
            // Closed without this, the half that was sent would be taken for all.
            copy.Cancel();
            throw;
        }
    }

    private static DbTransaction Begin(DbConnection connection, IsolationLevel isolation)
    {
        var transaction = connection.BeginTransaction(isolation);
        // Each statement is planned for its keys. A plan that is kept, or that was made when the statistics were old, may compare each row with each of a thousand keys;
        // one that sees them looks them up in an index, or in a table of hashes.
        connection.Execute("SET LOCAL plan_cache_mode = force_custom_plan", transaction: transaction);
        return transaction;
    }
}
