using System.Data.Common;
using System.Globalization;
using ELicense.Issuance.Store;

namespace ELicense.IntegrationTests.Databases;

/// <summary>Makes databases for registers; a class of tests runs on each kind.</summary>
public abstract class DatabaseServer
{
    /// <param name="folder">Of the test, for a database that is a file.</param>
    public abstract TestDatabase Create(string folder);
}

/// <summary>One register's database, and the ways past the program into it.</summary>
public abstract class TestDatabase : IDisposable
{
    public abstract Register Open();

    /// <summary>Lets rows of a table be altered that are written once.</summary>
    public abstract void DropGuards(string table);

    /// <summary>Keeps the present state under a name.</summary>
    public abstract void Backup(string name);

    /// <summary>Puts a kept state in place of the present one; the register must be closed.</summary>
    public abstract void Restore(string name);

    /// <summary>Straight into the tables, past the program.</summary>
    public void Sql(string sql) => Command(sql, command => command.ExecuteNonQuery());

    public long Scalar(string sql) => Convert.ToInt64(Command(sql, command => command.ExecuteScalar()), CultureInfo.InvariantCulture);

    public byte[] Bytes(string sql) => (byte[])Command(sql, command => command.ExecuteScalar())!;

    /// <summary>Each row as text, its columns parted by commas, bytes in hex.</summary>
    public IReadOnlyList<string> Rows(string sql) => Command(sql, command =>
    {
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => Text(reader.GetValue(i)))));
        return rows;
    });

    /// <summary>Every column of every table.</summary>
    public abstract IReadOnlyList<(string Table, string Column)> Columns();

    public abstract void Dispose();

    protected abstract DbConnection Connect();

    private static string Text(object value) => value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture)!;

    private T Command<T>(string sql, Func<DbCommand, T> execute)
    {
        using var connection = Connect();
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return execute(command);
    }
}
