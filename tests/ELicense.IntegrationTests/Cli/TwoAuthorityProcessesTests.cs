using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// Two authority processes with the same keys, on one PostgreSQL database and one publication: at each door a register of its own is imported and approved, at the same time.
/// 400 issuances here; tests/drills/two-authorities makes 10,000 (ELICENSE_TWO_AUTHORITIES).
/// </summary>
public sealed class TwoAuthorityProcessesTests(PostgresCluster cluster) : IDisposable
{
    private const string Name = "two_authorities";

    private static readonly int Issuances =
        int.Parse(Environment.GetEnvironmentVariable("ELICENSE_TWO_AUTHORITIES") ?? "400", NumberStyles.None, CultureInfo.InvariantCulture);

    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-two-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_authority_processes_at_one_database_use_each_serial_and_each_log_position_once_and_leave_no_gap()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var publication = Path.Combine(_folder, "publication");
        var configuration = Path.Combine(_folder, "config.json");
        await File.WriteAllTextAsync(
            configuration,
            JsonSerializer.Serialize(new
            {
                database = new { postgres = cluster.CreateEmpty(Name) },
                publication = new { folder = publication, highWater = Path.Combine(_folder, "mark", "high-water") },
            }),
            cancellation);
        await using var one = await AuthorityProcess.StartAsync(19080, configuration);
        await using var two = await one.StartAnotherAsync(19180, configuration, $"http://127.0.0.1:{one.Door.Port - 1}");
        var middle = RowsWith(Issuances / 2);
        var watch = Stopwatch.StartNew();

        await Task.WhenAll(
            IssueAsync(one, GeneratedRegister.Write(_folder, middle)),
            IssueAsync(two, GeneratedRegister.Write(_folder, RowsWith(Issuances) - middle, middle + 1)));

        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Issuances} issuances: {watch.Elapsed.TotalSeconds:0.0} s"));
        TestContext.Current.TestOutputHelper!.WriteLine($"one: {one.Errors}\ntwo: {two.Errors}");
        using var database = new PostgresCluster.Database(cluster, Name);
        Assert.Equal(
            Enumerable.Range(0, Issuances).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i + 1},{i}")),
            database.Rows("SELECT p.serial, p.status_index FROM prepared_licenses p JOIN signed_licenses s ON s.status_index = p.status_index ORDER BY p.serial"));
        Assert.Equal(Issuances, database.Scalar("SELECT count(*) FROM matters WHERE state = 3"));
        Assert.Equal(Issuances, database.Scalar("SELECT count(DISTINCT position) FROM log_entries"));
        var positions = database.Rows("SELECT position FROM whole_log ORDER BY position");
        Assert.Equal(Enumerable.Range(0, positions.Count).Select(position => position.ToString(CultureInfo.InvariantCulture)), positions);

        var fingerprint = (await File.ReadAllTextAsync(Path.Combine(one.Data, "dev", "root.fingerprint"), cancellation)).Trim();
        var audit = await PublishedAsync(fingerprint, publication, Issuances);
        Assert.InRange(audit.Json.GetProperty("entries").GetInt64(), Issuances, database.Scalar("SELECT count(*) FROM whole_log"));
        var trail = await Elicense.RunAsync(
            "audit", "verify", "--json", "--data", two.Data, "--config", configuration, "--trust", fingerprint, "--publication", publication);
        Assert.True(trail.ExitCode == 0, trail.Output + trail.Error);
    }

    /// <summary>Import by the clerk, approval by the approver; back when every row is carried out.</summary>
    private static async Task IssueAsync(AuthorityProcess authority, string register)
    {
        var imported = await Elicense.RunAsync(["import", register, "--json", .. Options(authority, "clerk")]);
        Assert.True(imported.ExitCode == 0, imported.Error + authority.Errors);
        var id = imported.Json.GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);
        var approved = await Elicense.RunAsync(["approve", "--batch", id, "--yes", "--json", .. Options(authority, "approver")]);
        Assert.True(approved.ExitCode == 0, approved.Output + approved.Error + authority.Errors);
        Assert.Equal(Issuances / 2, approved.Json.GetProperty("progress").GetProperty("done").GetInt32());
    }

    /// <summary>The publishers come after the batches; each look must verify.</summary>
    private static async Task<Finished> PublishedAsync(string fingerprint, string publication, int entries)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var audit = await Elicense.RunAsync("log", "verify", "--json", "--trust", fingerprint, "--publication", publication);
            Assert.True(audit.ExitCode == 0, audit.Output + audit.Error);
            if (audit.Json.GetProperty("entries").GetInt64() >= entries || watch.Elapsed > TimeSpan.FromMinutes(2))
                return audit;
        }
    }

    /// <summary>The first rows of the generated register that hold this many good ones.</summary>
    private static int RowsWith(int good)
    {
        var row = 0;
        for (var found = 0; found < good;)
            found += GeneratedRegister.IsWrong(++row) ? 0 : 1;
        return row;
    }

    private static string[] Options(AuthorityProcess authority, string person) =>
        ["--authority", authority.Door.ToString(), "--officer", authority.Development(person), "--ca", authority.RootCertificate];
}
