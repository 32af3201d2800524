using System.Data.Common;

namespace ELicense.Issuance.Store;

/// <summary>Rows that are found by a key: those of a chunk by one statement ahead, any other by one of its own.</summary>
internal sealed class BulkLookup<TKey, TRow> : IDisposable
    where TKey : notnull
{
    private readonly KeyedStatement<TKey> _statement;
    private readonly Func<DbDataReader, (TKey Key, TRow Row)> _read;
    private readonly Dictionary<TKey, TRow?> _ahead = [];

    /// <param name="sql">Ends where the condition on the column begins; it finds one row a key at most.</param>
    public BulkLookup(RegisterTransaction transaction, string sql, string column, Func<DbDataReader, (TKey Key, TRow Row)> read)
    {
        _statement = new KeyedStatement<TKey>(transaction, sql, column);
        _read = read;
    }

    /// <summary>Reads what <see cref="Find"/> will be asked for.</summary>
    public void Load(IEnumerable<TKey> keys)
    {
        _ahead.Clear();
        foreach (var key in keys)
            _ahead[key] = default;
        foreach (var (key, row) in _statement.List(_read, _ahead.Keys.ToList()))
            _ahead[key] = row;
    }

    /// <summary>A row that was read ahead is handed out once; who asks again, perhaps after a change, gets it from the database.</summary>
    public TRow? Find(TKey key)
    {
        if (_ahead.Remove(key, out var row))
            return row;
        return _statement.List(_read, [key]) is [var found] ? found.Row : default;
    }

    public void Dispose() => _statement.Dispose();
}
