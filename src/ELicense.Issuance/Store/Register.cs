using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace ELicense.Issuance.Store;

/// <summary>The register's database. One is shared by the authority and the publisher of a process.</summary>
public sealed class Register : IDisposable
{
    private readonly SqliteDialect _dialect;
    private readonly SemaphoreSlim _logGrew = new(0, 1);

    private Register(SqliteDialect dialect) => _dialect = dialect;

    /// <summary>Opens or makes the file, and brings its schema up to date.</summary>
    public static Register OpenSqlite(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        var dialect = new SqliteDialect(path);
        using var connection = dialect.Open();
        Migrator.Run(dialect, connection);
        return new Register(dialect);
    }

    /// <summary>Closes idle connections; the file may be moved afterwards.</summary>
    public void Dispose()
    {
        using (var connection = _dialect.Open())
            SqliteConnection.ClearPool((SqliteConnection)connection);
        _logGrew.Dispose();
    }

    internal RegisterTransaction Write()
    {
        var connection = _dialect.Open();
        return Begin(connection, _dialect.BeginWrite);
    }

    internal RegisterTransaction Read()
    {
        var connection = _dialect.Open();
        return Begin(connection, _dialect.BeginRead);
    }

    /// <summary>Wakes the publisher.</summary>
    internal void LogGrew()
    {
        try
        {
            _logGrew.Release();
        }
        catch (SemaphoreFullException)
        {
            // The publisher has not yet come to the growth before: it will see this one with it.
        }
    }

    internal Task WaitForLogGrowthAsync(TimeSpan atMost, CancellationToken cancellation) => _logGrew.WaitAsync(atMost, cancellation);

    private static RegisterTransaction Begin(DbConnection connection, Func<DbConnection, DbTransaction> begin)
    {
        try
        {
            return new RegisterTransaction(connection, begin(connection));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}

/// <summary>A transaction with its connection; what is not committed is rolled back.</summary>
internal sealed class RegisterTransaction(DbConnection connection, DbTransaction inner) : IDisposable
{
    public DbConnection Connection => connection;

    public DbTransaction Inner => inner;

    public void Commit() => inner.Commit();

    public int Execute(string sql, object? parameters = null) => connection.Execute(sql, parameters, inner);

    public T? Find<T>(string sql, object? parameters = null) => connection.QueryFirstOrDefault<T>(sql, parameters, inner);

    public IEnumerable<T> Query<T>(string sql, object? parameters = null, bool buffered = true) => connection.Query<T>(sql, parameters, inner, buffered);

    public void Dispose()
    {
        inner.Dispose();
        connection.Dispose();
    }
}
