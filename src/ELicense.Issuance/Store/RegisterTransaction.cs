using System.Data.Common;
using Dapper;

namespace ELicense.Issuance.Store;

/// <summary>A transaction with its connection; what is not committed is rolled back. Each member throws RegisterUnavailableException when the database is gone.</summary>
/// <param name="wakePublisher">Called when it is committed and made something to publish.</param>
/// <param name="ended">Lets the next one begin.</param>
internal sealed class RegisterTransaction(RegisterDialect dialect, DbConnection connection, DbTransaction inner, Action? wakePublisher, Action? ended) : IDisposable
{
    private readonly List<Action> _gathered = [];
    private bool _writing;
    private bool _publishes;

    public RegisterDialect Dialect => dialect;

    public DbConnection Connection => connection;

    public DbTransaction Inner => inner;

    /// <summary>Registers a writer of gathered rows; they write in the order in which they were registered.</summary>
    public void BeforeNextStatement(Action write) => _gathered.Add(write);

    /// <summary>What it writes is to be published: its commit wakes the publisher.</summary>
    public void Publishes() => _publishes = true;

    public void Commit()
    {
        WriteGathered();
        try
        {
            inner.Commit();
        }
        catch (DbException e) when (dialect.IsTransient(e))
        {
            throw new RegisterUnavailableException(commitUnknown: true, e);
        }

        if (_publishes)
            wakePublisher?.Invoke();
    }

    public int Execute(string sql, object? parameters = null) => Guard(() => connection.Execute(sql, parameters, inner));

    public T? Find<T>(string sql, object? parameters = null) => Guard(() => connection.QueryFirstOrDefault<T>(sql, parameters, inner));

    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null) => Guard(() => connection.Query<T>(sql, parameters, inner).AsList());

    /// <summary>Runs one statement to its end.</summary>
    public T Guard<T>(Func<T> statement)
    {
        WriteGathered();
        try
        {
            return statement();
        }
        catch (DbException e) when (dialect.IsTransient(e))
        {
            throw new RegisterUnavailableException(commitUnknown: false, e);
        }
    }

    public void Dispose()
    {
        try
        {
            inner.Dispose();
        }
        catch (DbException e) when (dialect.IsTransient(e))
        {
            // The server is gone, and rolls back for itself.
        }
        finally
        {
            connection.Dispose();
            ended?.Invoke();
        }
    }

    private void WriteGathered()
    {
        if (_writing)
            return;
        _writing = true;
        try
        {
            foreach (var write in _gathered)
                write();
        }
        finally
        {
            _writing = false;
        }
    }
}
