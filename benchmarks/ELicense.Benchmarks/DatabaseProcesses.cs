using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace ELicense.Benchmarks;

/// <summary>The processes of a PostgreSQL server on this machine.</summary>
internal sealed class DatabaseProcesses : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly int _server;

    public DatabaseProcesses(string connectionString)
    {
        _connection = new NpgsqlConnection(connectionString);
        _connection.Open();
        _server = Parent(_connection.ProcessID);
    }

    /// <summary>User and system time of the server's processes, those that ended included.</summary>
    public TimeSpan CpuTime()
    {
        var ticks = Fields(_server) is { } server ? server[13..17].Sum(Number) : 0;
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                if (Fields(process.Id) is { } fields && Number(fields[3]) == _server)
                    ticks += fields[13..15].Sum(Number);
            }
        }
        return Machine.Ticks(ticks);
    }

    public void Dispose() => _connection.Dispose();

    private static int Parent(int process) => (int)Number(Fields(process)![3]);

    /// <summary>proc(5), stat: the parent is field 4, times of the process are fields 14 and 15, those of its ended children 16 and 17, counted from 1.</summary>
    private static string[]? Fields(int process)
    {
        try
        {
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return ["", "", .. text[(text.LastIndexOf(')') + 2)..].Split(' ')];
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
}
