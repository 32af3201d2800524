using System.Data.Common;
using ELicense.Issuance.Store;
using Microsoft.Data.Sqlite;

namespace ELicense.IntegrationTests.Databases;

/// <summary>SQLite: a file in the test's folder.</summary>
public sealed class EmbeddedDatabases : DatabaseServer
{
    public static readonly EmbeddedDatabases Instance = new();

    public override TestDatabase Create(string folder) => new Embedded(folder);

    private sealed class Embedded(string folder) : TestDatabase
    {
        private readonly string _file = Path.Combine(folder, "register.db");

        public override Register Open() => Register.OpenSqlite(_file);

        public override void DropGuards(string table) => Sql($"DROP TRIGGER {table}_are_not_updated; DROP TRIGGER {table}_are_not_deleted");

        public override void Backup(string name) => Sql($"VACUUM INTO '{Path.Combine(folder, name)}'");

        public override void Restore(string name)
        {
            foreach (var file in Directory.GetFiles(folder, "register.db*"))
                File.Delete(file);
            File.Move(Path.Combine(folder, name), _file);
        }

        public override IReadOnlyList<(string Table, string Column)> Columns() =>
            [.. Rows("SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'").Select(row => (row.Split(',')[0], row.Split(',')[1]))];

        public override void Dispose()
        {
            // The file goes with the test's folder.
        }

        protected override DbConnection Connect() => new SqliteConnection($"Data Source={_file};Pooling=False");
    }
}
