namespace ELicense.Issuance.Store;

/// <summary>
/// Rows of one table, gathered while a chunk is judged, and written together before the transaction's next statement or its commit: a round trip for each row
/// would cost more than everything else. Whatever reads or changes afterwards sees them.
/// </summary>
internal sealed class BulkInsert
{
    private readonly RegisterTransaction _transaction;
    private readonly string _table;
    private readonly string[] _columns;
    private List<object?[]> _rows = [];

    public BulkInsert(RegisterTransaction transaction, string table, params string[] columns)
    {
        _transaction = transaction;
        _table = table;
        _columns = columns;
        transaction.BeforeNextStatement(Write);
    }

    /// <param name="values">long, string, byte[] or null, in the order of the columns.</param>
    public void Add(params object?[] values) => _rows.Add(values);

    private void Write()
    {
        if (_rows.Count == 0)
            return;
        var rows = _rows;
        _rows = [];
        _transaction.Guard(() =>
        {
            _transaction.Dialect.Insert(_transaction, _table, _columns, rows);
            return rows.Count;
        });
    }
}
