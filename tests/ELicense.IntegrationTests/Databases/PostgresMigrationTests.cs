using System.Globalization;
using System.Security.Cryptography;
using ELicense.Core.Licenses;
using ELicense.IntegrationTests.Issuance;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Databases;

/// <summary>
/// A register of the first released schema on PostgreSQL, as that release left it: six licenses, suspended, resumed, revoked and cancelled, one matter refused, one approved and one
/// applied for. What is expected of Fixtures/register-001.postgres.sql was read from that database by psql and sha256sum.
/// </summary>
public sealed class PostgresMigrationTests : DatabaseServer, IDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly Counter _counter;

    public PostgresMigrationTests(PostgresCluster cluster)
    {
        _cluster = cluster;
        _counter = new Counter(databases: this);
        _counter.Clock.Now = DateTimeOffset.Parse("2026-11-23T01:00:00Z", CultureInfo.InvariantCulture);
    }

    public void Dispose() => _counter.Dispose();

    public override TestDatabase Create(string folder) => _cluster.CreateFrom(File.ReadAllText(
        Path.Combine(FormatsDocument.RepositoryRoot, "tests", "ELicense.IntegrationTests", "Fixtures", "register-001.postgres.sql")));

    [Fact]
    public void Every_byte_that_the_former_release_stored_is_still_there()
    {
        foreach (var (sql, expected) in (ReadOnlySpan<(string, string)>)[
            ("SELECT entry FROM log_entries ORDER BY position", "e2b100557d7aff5f2168209443f5ce91faac67bd6848dde78c6d2475d9d8c525"),
            ("SELECT document FROM prepared_licenses ORDER BY status_index", "c23cbd5bfa4f77bd938e56fb55ca8270ce3004340ba76f740880c221607c774c"),
            ("SELECT token FROM signed_licenses ORDER BY status_index", "a11b9a9c2ff38154c8c37989f92621c8957bf6c14e7f43c7c680e0609b1f65d6"),
            ("SELECT content FROM matters ORDER BY id", "e1527107f4db3629ab6d78982a3b877a6009bcbe0cacab4e33f89ab90a3d2f77")])
        {
            var bytes = _counter.Database.Rows(sql).SelectMany(Convert.FromHexString).ToArray();

            Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
    }

    [Fact]
    public void The_migrated_schema_is_that_of_a_new_register()
    {
        using var fresh = _cluster.Create(_counter.Folder);
        foreach (var sql in (ReadOnlySpan<string>)[
            "SELECT table_name, column_name, data_type, is_nullable, column_default, generation_expression FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT tablename::text, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"])
        {
            var migrated = _counter.Database.Rows(sql).Order(StringComparer.Ordinal);

            Assert.NotEmpty(migrated);
            Assert.Equal(fresh.Rows(sql).Order(StringComparer.Ordinal), migrated);
        }
    }

    [Fact]
    public void Licenses_of_the_former_release_are_found_its_approved_matter_is_finished_and_new_ones_follow()
    {
        Assert.Equal(
            [Standing.Valid, Standing.Suspended, Standing.Valid, Standing.Revoked, Standing.Cancelled, Standing.Suspended],
            Enumerable.Range(1, 6).Select(number => _counter.Authority.FindLicense(Enterprise.Code(number))!.Standing));

        _counter.Authority.FinishPending(_ => { });
        Assert.Equal("4401-0000000007", _counter.Authority.FindLicense(Enterprise.Code(7))!.Newest.Number.ToString());

        var license = _counter.Issue(9);
        Assert.Equal((8L, 13L), (license.Number.Serial, license.LogPosition));
    }
}
