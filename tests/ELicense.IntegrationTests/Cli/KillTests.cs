using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// kill -9 at random moments of a bulk issue, and a restart; then register, log, documents and status lists must agree, and no serial may be lost or used twice.
/// A few runs here; tests/drills/kill-nine runs a hundred (ELICENSE_KILL_RUNS, ELICENSE_KILL_SEED).
/// </summary>
public sealed class KillTests
{
    private const int Rows = 3000;

    private static readonly int Runs = Setting("ELICENSE_KILL_RUNS", 4);
    private static readonly int Seed = Setting("ELICENSE_KILL_SEED", 20261121);

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_log_documents_and_status_agree_after_kill_9_at_random_moments_of_a_bulk_issue()
    {
        var random = new Random(Seed);
        var folder = Directory.CreateTempSubdirectory("elicense-kill-").FullName;
        var register = GeneratedRegister.Write(folder, Rows);
        var moments = await MomentsOfABulkIssue(folder, register);
        for (var run = 0; run < Runs; run++)
        {
            var data = Path.Combine(folder, $"run{run}");
            await KillAfter(random.NextDouble() * moments.TotalMilliseconds, register, data);
            await FinishAndCompare(register, data, run);
            Directory.Delete(data, recursive: true);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>How long an undisturbed run takes: the range from which the moments are drawn.</summary>
    private static async Task<TimeSpan> MomentsOfABulkIssue(string folder, string register)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var run = await Elicense.RunAsync(Arguments(register, Path.Combine(folder, "undisturbed")));
        Assert.True(run.ExitCode == 0, run.Error);
        return watch.Elapsed;
    }

    private async Task KillAfter(double milliseconds, string register, string data)
    {
        using var process = Elicense.Start(Arguments(register, data));
        _ = process.StandardOutput.ReadToEndAsync(_cancellation);
        _ = process.StandardError.ReadToEndAsync(_cancellation);
        using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds));
        try
        {
            await process.WaitForExitAsync(moment.Token);
        }
        catch (OperationCanceledException) when (moment.IsCancellationRequested)
        {
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync(_cancellation);
        }
    }

    private static async Task FinishAndCompare(string register, string data, int run)
    {
        var finished = await Elicense.RunAsync(Arguments(register, data));
        Assert.True(finished.ExitCode == 0, $"run {run}: {finished.Error}");
        var wrong = Enumerable.Range(1, Rows).Count(row => GeneratedRegister.IsWrong(row));

        // Each row exactly once: licensed in this run, or refused as wrong, or licensed before the kill.
        var byCode = finished.Json.GetProperty("rejected").EnumerateArray().GroupBy(row => row.GetProperty("code").GetString()!).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(wrong, byCode["credit-code-check"]);
        var licensed = finished.Json.GetProperty("licenses").GetArrayLength() + byCode.GetValueOrDefault("already-licensed");
        Assert.True(licensed == Rows - wrong, $"run {run}: {licensed} of {Rows - wrong} rows are licensed; rejections {string.Join(", ", byCode)}");

        // Log, documents and status lists agree with each other …
        var fingerprint = (await File.ReadAllTextAsync(Path.Combine(data, "dev", "root.fingerprint"))).Trim();
        var audit = await Elicense.RunAsync("log", "verify", "--json", "--trust", fingerprint, "--publication", Path.Combine(data, "publication"));
        Assert.True(audit.ExitCode == 0, $"run {run}: {audit.Output}{audit.Error}");

        // … and with the register; the serials are 1 to N without a gap or a double, and every log position is used once.
        await using var database = new SqliteConnection($"Data Source={Path.Combine(data, "authority", "register.db")};Mode=ReadOnly");
        var serials = (await database.QueryAsync<long>("SELECT p.serial FROM prepared_licenses p JOIN signed_licenses s ON s.status_index = p.status_index ORDER BY p.serial")).ToList();
        Assert.Equal(Enumerable.Range(1, Rows - wrong).Select(serial => (long)serial), serials);
        var positions = (await database.QueryAsync<long>("SELECT position FROM whole_log ORDER BY position")).ToList();
        Assert.Equal(Enumerable.Range(0, positions.Count).Select(position => (long)position), positions);
        Assert.Equal(audit.Json.GetProperty("entries").GetInt64(), positions.Count);

        // The trail is whole, and contains every head that the log states of it.
        var trail = await Elicense.RunAsync("audit", "verify", "--json", "--data", data, "--trust", fingerprint, "--publication", Path.Combine(data, "publication"));
        Assert.True(trail.ExitCode == 0, $"run {run}: {trail.Output}{trail.Error}");
    }

    private static string[] Arguments(string register, string data) =>
        ["demo", "--exit", "--json", "--csv", register, "--data", data, "--port-base", "17480"];

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
