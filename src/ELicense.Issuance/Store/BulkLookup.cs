using System.Data.Common;

namespace ELicense.Issuance.Store;

/// <summary>Rows that are found by a key: those of a chunk by one statement ahead, any other by one of its own.</summary>
internal sealed class BulkLookup<TKey, TRow> : IDisposable
    where TKey : notnull
{
    private readonly RegisterTransaction _transaction;
    private readonly BulkStatement _statement;
    private readonly Func<DbDataReader, (TKey Key, TRow Row)> _read;
    private readonly Dictionary<TKey, TRow?> _ahead = [];

    /// <param name="sql">Its condition ends with <see cref="RegisterDialect.Among"/>; it finds one row a key at most.</param>
    public BulkLookup(RegisterTransaction transaction, string sql, Func<DbDataReader, (TKey Key, TRow Row)> read)
    {
        _transaction = transaction;
        _statement = new BulkStatement(transaction, sql, "keys");
        _read = read;
    }

    /// <summary>Reads what <see cref="Find"/> will be asked for.</summary>
    public void Load(IEnumerable<TKey> keys)
    {
        _ahead.Clear();
        foreach (var key in keys)
            _ahead[key] = default;
        foreach (var (key, row) in _statement.List(_read, _transaction.Dialect.Keys([.. _ahead.Keys])))
            _ahead[key] = row;
    }

    /// <summary>A row that was read ahead is handed out once; who asks again, perhaps after a change, gets it from the database.</summary>
    public TRow? Find(TKey key)
    {
        if (_ahead.Remove(key, out var row))
            return row;
        return _statement.Find(reader => _read(reader).Row, _transaction.Dialect.Keys([key]));
    }

    public void Dispose() => _statement.Dispose();
}
