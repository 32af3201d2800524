using Microsoft.Data.Sqlite;

namespace ELicense.Verification.Standings;

/// <summary>Commands that are made once and run often: their values come in the order in which their parameters were named.</summary>
internal static class SqliteCommands
{
    /// <summary>In the transaction that the connection is in.</summary>
    /// <param name="parameters">Names, as in the text.</param>
    public static SqliteCommand Prepare(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    public static void Bind(this SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
    }

    /// <returns>How many rows it changed.</returns>
    public static int Run(this SqliteCommand command, params ReadOnlySpan<object> values)
    {
        command.Bind(values);
        return command.ExecuteNonQuery();
    }
}
