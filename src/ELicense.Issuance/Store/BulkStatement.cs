using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace ELicense.Issuance.Store;

/// <summary>A statement that is prepared once and executed for each row of a chunk.</summary>
internal sealed class BulkStatement : IDisposable
{
    private readonly RegisterTransaction _transaction;
    private readonly DbCommand _command;

    /// <param name="parameters">Names as in the SQL, without @; values are given in this order.</param>
    [SuppressMessage("Security", "CA2100", Justification = "Every text is a constant of the store; values are parameters.")]
    public BulkStatement(RegisterTransaction transaction, string sql, params ReadOnlySpan<string> parameters)
    {
        _transaction = transaction;
        _command = transaction.Connection.CreateCommand();
        _command.Transaction = transaction.Inner;
        _command.CommandText = sql;
        foreach (var name in parameters)
        {
            var parameter = _command.CreateParameter();
            parameter.ParameterName = name;
            _command.Parameters.Add(parameter);
        }
    }

    /// <returns>Rows changed.</returns>
    public int Execute(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _transaction.Guard(_command.ExecuteNonQuery);
    }

    /// <returns>The only row, or default.</returns>
    public T? Find<T>(Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _transaction.Guard(() =>
        {
            using var reader = _command.ExecuteReader();
            return reader.Read() ? read(reader) : default;
        });
    }

    public IReadOnlyList<T> List<T>(Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return _transaction.Guard(() =>
        {
            using var reader = _command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        });
    }

    public void Dispose() => _command.Dispose();

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            _command.Parameters[i].Value = values[i] ?? DBNull.Value;
    }
}
