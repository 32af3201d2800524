using System.Data.Common;

namespace ELicense.Issuance.Store;

/// <summary>What truly differs between databases; everything else of the store is one code.</summary>
internal abstract class RegisterDialect : IDisposable
{
    /// <summary>Suffix of the names of migrations that only this database gets.</summary>
    public abstract string MigrationSuffix { get; }

    /// <summary>Ends a SELECT whose rows stay locked until the transaction ends.</summary>
    public abstract string ForUpdate { get; }

    public abstract DbConnection Open();

    /// <summary>A transaction that may write; each of its statements sees what was committed before that statement.</summary>
    public abstract DbTransaction BeginWrite(DbConnection connection);

    /// <summary>Where writers of this process stand in line, when the database would make them try again and again; null: the database has its own line.</summary>
    public abstract SemaphoreSlim? Writers { get; }

    /// <summary>A transaction that sees one state and does not hinder writers.</summary>
    public abstract DbTransaction BeginRead(DbConnection connection);

    /// <summary>Holds off other processes that would migrate, until the transaction ends.</summary>
    public abstract void LockSchema(DbConnection connection, DbTransaction transaction);

    public abstract bool HasTable(DbConnection connection, string name);

    /// <summary>The common subset in this database's words.</summary>
    public abstract string Translate(string migration);

    /// <summary>A condition: the column is one of the parameter @keys, which <see cref="Keys"/> made.</summary>
    public abstract string Among(string column);

    public abstract object Keys<T>(IReadOnlyCollection<T> keys);

    /// <summary>Adds rows of long, string, byte[] and null to a table.</summary>
    public abstract void Insert(RegisterTransaction transaction, string table, string[] columns, IReadOnlyList<object?[]> rows);

    /// <summary>True for what passes by itself: the database restarts, is unreachable, or another held a lock for too long.</summary>
    public abstract bool IsTransient(DbException exception);

    /// <summary>Closes idle connections.</summary>
    public abstract void Dispose();

    protected static void InsertEach(RegisterTransaction transaction, string table, string[] columns, IReadOnlyList<object?[]> rows)
    {
        using var insert = new BulkStatement(
            transaction, $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(name => "@" + name))})", columns);
        foreach (var row in rows)
            insert.Execute(row);
    }
}
