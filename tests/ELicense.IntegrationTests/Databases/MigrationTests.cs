using System.Globalization;
using System.Security.Cryptography;
using ELicense.Core.Enterprises;
using ELicense.IntegrationTests.Issuance;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Databases;

/// <summary>
/// A register of the first released schema, with the matters and licenses of a demo, as that release left it: Fixtures/register-001.db.
/// What is expected of it was read from the file by another program, sqlite3 of Python.
/// </summary>
public sealed class MigrationTests : DatabaseServer, IDisposable
{
    private readonly Counter _counter;

    public MigrationTests()
    {
        _counter = new Counter(databases: this);
        _counter.Clock.Now = DateTimeOffset.Parse("2026-11-23T01:00:00Z", CultureInfo.InvariantCulture);
    }

    public void Dispose() => _counter.Dispose();

    public override TestDatabase Create(string folder)
    {
        File.Copy(
            Path.Combine(FormatsDocument.RepositoryRoot, "tests", "ELicense.IntegrationTests", "Fixtures", "register-001.db"), Path.Combine(folder, "register.db"));
        return EmbeddedDatabases.Instance.Create(folder);
    }

    [Theory]
    [InlineData("SELECT entry FROM log_entries ORDER BY position", "f69bb08b02a5c90d2257f951c30db75b9431b9f5fcda59c4756815ec72e42889")]
    [InlineData("SELECT document FROM prepared_licenses ORDER BY status_index", "a62f5d5e274d96d577f313f68ee13b81d9dbd67226999a72398dbefe3a9ebed4")]
    [InlineData("SELECT token FROM signed_licenses ORDER BY status_index", "91992c929bbdbcd3fea68daa568495d0c7e20d18f3342a78a0efa501d1055f33")]
    [InlineData("SELECT content FROM matters ORDER BY id", "5673cafdf24b6cb81d4f8e2c3fa90bc046e0958de8b9c098397a9a51623b5a51")]
    public void Every_byte_that_the_former_release_stored_is_still_there(string sql, string expected)
    {
        var bytes = _counter.Database.Rows(sql).SelectMany(Convert.FromHexString).ToArray();

        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public void The_migrated_file_is_whole()
    {
        Assert.Equal(["ok"], _counter.Database.Rows("PRAGMA integrity_check"));
        Assert.Empty(_counter.Database.Rows("PRAGMA foreign_key_check"));
    }

    [Fact]
    public void Licenses_of_the_former_release_are_found_and_new_ones_follow_theirs()
    {
        Assert.True(CreditCode.TryParse("91990100MA0TEA015M", out var code, out _));
        Assert.Equal("9901-0000000001", _counter.Authority.FindLicense(code)!.Newest.Number.ToString());

        var license = _counter.Issue(1);

        Assert.Equal((20L, 20L), (license.Number.Serial, license.LogPosition));
    }

    [Fact]
    public void A_migrated_register_is_not_migrated_again()
    {
        var migrations = _counter.Database.Rows("SELECT number, name FROM migrations ORDER BY number");

        _counter.Reopen();

        Assert.Equal(migrations, _counter.Database.Rows("SELECT number, name FROM migrations ORDER BY number"));
        Assert.True(migrations.Count > 1);
    }
}
