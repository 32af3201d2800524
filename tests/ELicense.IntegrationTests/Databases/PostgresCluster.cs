using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Store;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace ELicense.IntegrationTests.Databases;

/// <summary>
/// A PostgreSQL cluster of the tests' own, in a temporary folder, on a free loopback port, with fsync as in earnest; started when the first test wants it, gone at the end.
/// </summary>
public sealed class PostgresCluster : DatabaseServer, IDisposable
{
    private const string Template = "register_template";

    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-postgres-").FullName;
    private readonly string _password = RandomNumberGenerator.GetHexString(32);
    private readonly Lock _starting = new();
    private int _port;
    private int _databases;

    private string Data => Path.Combine(_folder, "data");

    public override TestDatabase Create(string folder)
    {
        EnsureStarted();
        var name = NextName();
        Administer($"CREATE DATABASE {name} TEMPLATE {Template}");
        return new Database(this, name);
    }

    /// <summary>A database that a dump fills.</summary>
    public TestDatabase CreateFrom(string dump)
    {
        var name = NextName();
        CreateEmpty(name);
        Administer(dump, name);
        return new Database(this, name);
    }

    /// <returns>The connection string of an empty database, as the superuser.</returns>
    public string CreateEmpty(string name)
    {
        EnsureStarted();
        Administer($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Without a checkpoint and without a farewell, as after a crash; back when this returns.</summary>
    public void Crash() => Run("pg_ctl", "-D", Data, "-m", "immediate", "-w", "-l", Path.Combine(_folder, "log"), "restart");

    /// <summary>kill -9 of the server's first process; the others end when they notice. Back when this returns.</summary>
    public void Kill()
    {
        using (var server = Process.GetProcessById(int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture)))
        {
            server.Kill();
            server.WaitForExit();
        }
        Start(tries: 20);
    }

    public string ConnectionString(string database, string user = "postgres") => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Database = database,
        Username = user,
        Password = _password,
    }.ToString();

    /// <summary>A role that may log in with the cluster's password.</summary>
    public void CreateRole(string name) => Administer($"CREATE ROLE {name} LOGIN PASSWORD '{_password}'");

    public void Administer(string sql, string database = "postgres")
    {
        using var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=False");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        if (_port != 0)
            Run("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string NextName() => string.Create(CultureInfo.InvariantCulture, $"register_{Interlocked.Increment(ref _databases)}");

    private void EnsureStarted()
    {
        lock (_starting)
        {
            if (_port == 0)
                Start();
        }
    }

    private void Start()
    {
        var passwordFile = Path.Combine(_folder, "password");
        File.WriteAllText(passwordFile, _password);
        if (Environment.UserName == "root")
            Programs.Run("chown", ["-R", "postgres", _folder]);
        Run("initdb", "-D", Data, "-U", "postgres", "-E", "UTF8", "--no-locale", "-A", "scram-sha-256", $"--pwfile={passwordFile}");
        var port = FreePort();
        File.AppendAllText(
            Path.Combine(Data, "postgresql.conf"),
            $"""

            listen_addresses = '127.0.0.1'
            port = {port.ToString(CultureInfo.InvariantCulture)}
            unix_socket_directories = '{_folder}'
            max_connections = 200
            shared_buffers = 64MB
            """);
        Start(tries: 1);
        _port = port;
        using var migrated = Register.OpenPostgres(CreateTemplate());
    }

    /// <summary>Of a killed server, a process that has not ended yet may hold the shared memory for a moment.</summary>
    private void Start(int tries)
    {
        while (true)
        {
            try
            {
                Run("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(_folder, "log"), "start");
                return;
            }
            catch (InvalidOperationException) when (--tries > 0)
            {
                Thread.Sleep(500);
            }
        }
    }

    private string CreateTemplate()
    {
        Administer($"CREATE DATABASE {Template}");
        return ConnectionString(Template);
    }

    /// <summary>Debian keeps each version in a folder of its own; the server refuses to run as root.</summary>
    private static void Run(string program, params string[] arguments)
    {
        var path = Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
            .Select(folder => Path.Combine(folder, "bin", program)).First(File.Exists);
        if (Environment.UserName == "root")
            Programs.Run("runuser", ["-u", "postgres", "--", path, .. arguments]);
        else
            Programs.Run(path, arguments);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    internal sealed class Database(PostgresCluster cluster, string name, string user = "postgres", string? owner = null) : TestDatabase
    {
        public override Register Open() =>
            Register.OpenPostgres(cluster.ConnectionString(name, user), owner is null ? null : cluster.ConnectionString(name, owner));

        public override void DropGuards(string table) => Sql($"DROP TRIGGER append_only ON {table}");

        /// <summary>A database is copied while nobody is connected: the register's idle connections are cut, which it must bear.</summary>
        public override void Backup(string copy)
        {
            cluster.Administer($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            cluster.Administer($"CREATE DATABASE {Kept(copy)} TEMPLATE {name}");
        }

        public override void Restore(string copy)
        {
            Dispose();
            cluster.Administer($"ALTER DATABASE {Kept(copy)} RENAME TO {name}");
        }

        public override IReadOnlyList<(string Table, string Column)> Columns() =>
            [.. Rows("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'").Select(row => (row.Split(',')[0], row.Split(',')[1]))];

        public override void Dispose() => cluster.Administer($"DROP DATABASE {name} WITH (FORCE)");

        protected override DbConnection Connect() => new NpgsqlConnection(cluster.ConnectionString(name, user) + ";Pooling=False");

        private string Kept(string copy) => $"{name}_{copy.Replace('.', '_')}";
    }
}
