using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using Npgsql;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

public sealed class ConfigurationTests(PostgresCluster cluster) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-configuration-").FullName;

    private string File => Path.Combine(_folder, "elicense.json");

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_demo_keeps_its_register_in_the_postgres_database_that_the_file_names()
    {
        var connection = cluster.CreateEmpty("configured");
        await System.IO.File.WriteAllTextAsync(File, JsonSerializer.Serialize(new { database = new { postgres = connection } }), TestContext.Current.CancellationToken);

        var demo = await Elicense.RunAsync("demo", "--exit", "--json", "--config", File, "--data", Data);

        Assert.True(demo.ExitCode == 0, demo.Error);
        Assert.False(Path.Exists(Path.Combine(Data, "authority", "register.db")));
        await using var database = new NpgsqlConnection(connection);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var count = new NpgsqlCommand("SELECT count(*) FROM licenses", database);
        Assert.Equal((long)demo.Json.GetProperty("licenses").GetArrayLength(), await count.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_trail_in_the_named_database_is_verified_and_a_removed_entry_is_found_there()
    {
        var connection = cluster.CreateEmpty("audited");
        await System.IO.File.WriteAllTextAsync(File, JsonSerializer.Serialize(new { database = new { postgres = connection } }), TestContext.Current.CancellationToken);
        var demo = await Elicense.RunAsync("demo", "--exit", "--json", "--config", File, "--data", Data);
        Assert.True(demo.ExitCode == 0, demo.Error);
        string[] verify =
        [
            "audit", "verify", "--json", "--config", File, "--data", Data, "--trust", Path.Combine(Data, "dev", "root.fingerprint"),
            "--publication", Path.Combine(Data, "publication"),
        ];

        var whole = await Elicense.RunAsync(verify);
        await using (var database = new NpgsqlConnection(connection))
        {
            await database.OpenAsync(TestContext.Current.CancellationToken);
            await using var delete = new NpgsqlCommand("ALTER TABLE audit_trail DISABLE TRIGGER ALL; DELETE FROM audit_trail WHERE number = 7", database);
            await delete.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var cut = await Elicense.RunAsync(verify);

        Assert.True(whole.ExitCode == 0, whole.Output + whole.Error);
        Assert.True(whole.Json.GetProperty("anchors").GetInt64() >= 1);
        Assert.Equal(10, cut.ExitCode);
        var first = cut.Json.GetProperty("findings")[0];
        Assert.Equal((7, "audit-gap"), (first.GetProperty("entry").GetInt32(), first.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("""{"database": {"postgress": "Host=db"}}""", 2, "config-format")]
    [InlineData("""{"database": {}}""", 2, "config-format")]
    [InlineData("""{"databases": {}}""", 2, "config-format")]
    [InlineData("""{"deadlines": {"limits": {"issuance": 0}}}""", 2, "config-format")]
    [InlineData("""{"deadlines": {"limits": {"Issuance": 3}}}""", 2, "config-format")]
    [InlineData("""{"deadlines": {"daysOff": ["1 October"]}}""", 2, "config-format")]
    [InlineData("""{"deadlines": {"daysOff": ["2026-10-10"], "workedDays": ["2026-10-10"]}}""", 2, "config-format")]
    [InlineData("""{"apiKeys": [{"name": "bank", "sha256": "00"}]}""", 2, "config-format")]
    [InlineData("""{"apiKeys": [{"name": "bank", "sha256": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", "perSecond": 0}]}""", 2, "config-format")]
    [InlineData("", 2, "config-format")]
    [InlineData("""{"door": {"forwardedFrom": ["proxy.example.cn"]}}""", 2, "config-format")]
    [InlineData("""{"door": {"forwardedFrom": ["10.0.0.5/24"]}}""", 2, "config-format")]
    [InlineData("""{"door": {"forwardedFrom": [null]}}""", 2, "config-format")]
    [InlineData("""{"clock": {"gapHours": 0}}""", 2, "config-format")]
    [InlineData("""{"sites": {"loopback": ["http://192.168.0.1/"]}}""", 2, "config-format")]
    [InlineData("""{"sites": {"resolvers": ["ns.example.cn"]}}""", 2, "config-format")]
    [InlineData("""{"revocationLists": {"periodHours": 72}}""", 2, "revocation-period")]
    [InlineData("""{"database": {"postgres": "Host=127.0.0.1;Port=1;Username=a;Database=b"}}""", 1, "register-unavailable")]
    [InlineData("""{"database": {"postgres": "Hose=127.0.0.1"}}""", 1, "register-unavailable")]
    public async Task A_file_that_is_wrong_is_refused_with_its_reason(string json, int exitCode, string code)
    {
        await System.IO.File.WriteAllTextAsync(File, json, TestContext.Current.CancellationToken);

        var demo = await Elicense.RunAsync("demo", "--exit", "--config", File, "--data", Data);

        Assert.Equal(exitCode, demo.ExitCode);
        Assert.Contains($"[{code}]", demo.Error, StringComparison.Ordinal);
    }
}
