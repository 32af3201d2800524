namespace ELicense.Issuance.Store;

/// <summary>One change to many rows, gathered like <see cref="BulkInsert"/>. The rows were read under the locked head row, so each of them is there to be changed.</summary>
internal sealed class BulkUpdate : IDisposable
{
    private readonly KeyedStatement<long> _statement;
    private readonly int _values;
    private List<long> _keys = [];
    private object?[] _change = [];

    /// <param name="sql">
    /// Ends where the condition on the column begins. A state is compared as state + 0: no plan, made when the table's statistics were old, may look for rows by
    /// their state and then compare each with each key.
    /// </param>
    public BulkUpdate(RegisterTransaction transaction, string sql, string column, params ReadOnlySpan<string> parameters)
    {
        _statement = new KeyedStatement<long>(transaction, sql, column, parameters);
        _values = parameters.Length;
        transaction.BeforeNextStatement(Write);
    }

    /// <param name="values">The same for all rows that are changed together.</param>
    public void Add(long key, params object?[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, _values);
        if (!_change.SequenceEqual(values))
            Write();
        _change = values;
        _keys.Add(key);
    }

    public void Dispose() => _statement.Dispose();

    private void Write()
    {
        if (_keys.Count == 0)
            return;
        var keys = _keys;
        _keys = [];
        var changed = _statement.Execute(keys, _change);
        if (changed != keys.Count)
            throw new InvalidOperationException($"{keys.Count} rows were to be changed, but {changed} were: somebody writes without the locked head row.");
    }
}
