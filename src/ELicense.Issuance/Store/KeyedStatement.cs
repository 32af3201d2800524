using System.Data.Common;

namespace ELicense.Issuance.Store;

/// <summary>
/// A statement about the rows of some keys. Those of a chunk were mostly numbered in a row: then they are a range to the database, which goes down its index once and not
/// once a key.
/// </summary>
internal sealed class KeyedStatement<TKey> : IDisposable
    where TKey : notnull
{
    private readonly RegisterDialect _dialect;
    private readonly BulkStatement _among;
    private readonly BulkStatement _range;

    /// <param name="sql">Ends where the condition on the keys begins.</param>
    /// <param name="parameters">Those before the keys.</param>
    public KeyedStatement(RegisterTransaction transaction, string sql, string column, params ReadOnlySpan<string> parameters)
    {
        _dialect = transaction.Dialect;
        _among = new BulkStatement(transaction, $"{sql} {_dialect.Among(column)}", [.. parameters, "keys"]);
        _range = new BulkStatement(transaction, $"{sql} {column} BETWEEN @first AND @last", [.. parameters, "first", "last"]);
    }

    /// <returns>Rows changed.</returns>
    public int Execute(IReadOnlyCollection<TKey> keys, params ReadOnlySpan<object?> values) => IsRange(keys, out var first, out var last)
        ? _range.Execute([.. values, first, last])
        : _among.Execute([.. values, _dialect.Keys(keys)]);

    public IReadOnlyList<T> List<T>(Func<DbDataReader, T> read, IReadOnlyCollection<TKey> keys) => IsRange(keys, out var first, out var last)
        ? _range.List(read, first, last)
        : _among.List(read, _dialect.Keys(keys));

    public void Dispose()
    {
        _among.Dispose();
        _range.Dispose();
    }

    /// <summary>Each key is the one before it and one more.</summary>
    private static bool IsRange(IReadOnlyCollection<TKey> keys, out long first, out long last)
    {
        (first, last) = (0, 0);
        if (keys is not IReadOnlyCollection<long> { Count: > 0 } numbers)
            return false;
        first = numbers.First();
        last = first - 1;
        foreach (var number in numbers)
        {
            if (number != last + 1)
                return false;
            last = number;
        }

        return true;
    }
}
