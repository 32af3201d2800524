using System.Data.Common;

namespace ELicense.Issuance.Store;

/// <summary>The register's database. One is shared by the authority and the publisher of a process; several processes may share one PostgreSQL database.</summary>
public sealed class Register : IDisposable
{
    /// <summary>How often work is begun that a restart of the database cut off.</summary>
    internal const int Tries = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly RegisterDialect _dialect;
    private readonly SemaphoreSlim _toPublish = new(0, 1);

    private Register(RegisterDialect dialect) => _dialect = dialect;

    /// <summary>How long a transaction waits for a database that restarts, before it begins.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

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

    /// <summary>Opens a PostgreSQL database (docs/operations.md), and brings its schema up to date.</summary>
    /// <param name="connectionString">Of the application's role, in Npgsql's words.</param>
    /// <param name="owner">Of the role that owns the schema: it migrates, and grants the application's role what it needs. Null: the application's role owns it too.</param>
    /// <exception cref="InvalidOperationException">The server's settings would lose commits, or a newer release made the schema.</exception>
    public static Register OpenPostgres(string connectionString, string? owner = null)
    {
        var dialect = new PostgresDialect(connectionString);
        try
        {
            if (owner is not null)
                MigrateAsOwner(owner, dialect);
            dialect.CheckServer();
            using var connection = dialect.Open();
            Migrator.Run(dialect, connection);
            return new Register(dialect);
        }
        catch
        {
            dialect.Dispose();
            throw;
        }
    }

    /// <summary>Closes idle connections; a file may be moved afterwards.</summary>
    public void Dispose()
    {
        _dialect.Dispose();
        _toPublish.Dispose();
    }

    /// <summary>Its commit wakes the publisher when it made something to publish.</summary>
    internal RegisterTransaction Write() => BeginWrite(WakePublisher);

    /// <summary>The publisher's own: a round is under way, and publishes what this one makes.</summary>
    internal RegisterTransaction WriteInRound() => BeginWrite(wakePublisher: null);

    internal RegisterTransaction Read() => Begin(_dialect.BeginRead);

    /// <summary>Runs a whole transaction, and again when the database went away before its commit was asked for: then nothing was done.</summary>
    internal static T Repeat<T>(Func<T> transaction)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return transaction();
            }
            catch (RegisterUnavailableException e) when (!e.CommitUnknown && tries < Tries)
            {
                // Beginning anew waits until the database is back.
            }
        }
    }

    internal void WakePublisher()
    {
        try
        {
            _toPublish.Release();
        }
        catch (SemaphoreFullException)
        {
            // The publisher has not yet come to the change before: it will see this one with it.
        }
    }

    internal Task WaitToPublishAsync(TimeSpan atMost, CancellationToken cancellation) => _toPublish.WaitAsync(atMost, cancellation);

    private static void MigrateAsOwner(string owner, PostgresDialect application)
    {
        using var dialect = new PostgresDialect(owner);
        using (var connection = dialect.Open())
            Migrator.Run(dialect, connection);
        dialect.GrantTo(application.User ?? throw new InvalidOperationException("The application's connection string names no Username to grant to."));
    }

    private RegisterTransaction BeginWrite(Action? wakePublisher)
    {
        if (_dialect.Writers is not { } line)
            return Begin(_dialect.BeginWrite, wakePublisher);
        if (!line.Wait(Patience))
            throw new RegisterUnavailableException(commitUnknown: false, new TimeoutException($"Another writer has held the register for {Patience.TotalSeconds:0} s."));
        try
        {
            return Begin(_dialect.BeginWrite, wakePublisher, () => line.Release());
        }
        catch
        {
            line.Release();
            throw;
        }
    }

    /// <summary>Nothing is done yet, so that beginning may be tried again until the database is back.</summary>
    private RegisterTransaction Begin(Func<DbConnection, DbTransaction> begin, Action? wakePublisher = null, Action? ended = null)
    {
        var deadline = TimeProvider.System.GetTimestamp() + (long)(Patience.TotalSeconds * TimeProvider.System.TimestampFrequency);
        for (var pause = TimeSpan.FromMilliseconds(20); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return BeginOnce(begin, wakePublisher, ended);
            }
            catch (DbException e) when (_dialect.IsTransient(e))
            {
                if (TimeProvider.System.GetTimestamp() >= deadline)
                    throw new RegisterUnavailableException(commitUnknown: false, e);
                Thread.Sleep(pause);
            }
        }
    }

    private RegisterTransaction BeginOnce(Func<DbConnection, DbTransaction> begin, Action? wakePublisher, Action? ended)
    {
        var connection = _dialect.Open();
        try
        {
            return new RegisterTransaction(_dialect, connection, begin(connection), wakePublisher, ended);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
