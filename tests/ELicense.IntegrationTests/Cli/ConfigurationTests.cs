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

    [Theory]
    [InlineData("""{"database": {"postgress": "Host=db"}}""", 2, "config-format")]
    [InlineData("""{"database": {}}""", 2, "config-format")]
    [InlineData("""{"databases": {}}""", 2, "config-format")]
    [InlineData("", 2, "config-format")]
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
