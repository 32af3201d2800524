using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ELicense.Core;
using ELicense.IntegrationTests.Databases;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// kill -9 at random moments of a bulk issue, and a restart; then register, log, trail, documents and status lists must agree, and no serial may be lost or used twice.
/// A few runs here; tests/drills/kill-nine runs a hundred (ELICENSE_KILL_RUNS, ELICENSE_KILL_SEED).
/// </summary>
public abstract class KillTests
{
    private const int Rows = 3000;

    private static readonly int Runs = Setting("ELICENSE_KILL_RUNS", 2);
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
            Prepare(data);
            await KillAfter(random.NextDouble() * moments.TotalMilliseconds, random, register, data);
            await FinishAndCompare(register, data, run);
            TestContext.Current.SendDiagnosticMessage($"run {run}: agreed");
            Directory.Delete(data, recursive: true);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>How long an undisturbed run takes: the range from which the moments are drawn.</summary>
    private async Task<TimeSpan> MomentsOfABulkIssue(string folder, string register)
    {
        var data = Path.Combine(folder, "undisturbed");
        Prepare(data);
        var watch = Stopwatch.StartNew();
        var run = await Elicense.RunAsync(Arguments(register, data));
        Assert.True(run.ExitCode == 0, run.Error);
        return watch.Elapsed;
    }

    private async Task KillAfter(double milliseconds, Random random, string register, string data)
    {
        using var process = Elicense.Start(Arguments(register, data));
        _ = process.StandardOutput.ReadToEndAsync(_cancellation);
        _ = process.StandardError.ReadToEndAsync(_cancellation);
        using var moment = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        var following = Task.Run(() => FollowAsync(data, ended.Token), _cancellation);
        try
        {
            await process.WaitForExitAsync(moment.Token);
        }
        catch (OperationCanceledException) when (moment.IsCancellationRequested)
        {
            Strike(process, random);
            await process.WaitForExitAsync(_cancellation);
        }

        await ended.CancelAsync();
        Assert.Empty(await following);
    }

    /// <summary>Reads the publication again and again from its first checkpoint on, and once more when the publisher is gone: whenever that is, every file is whole.</summary>
    /// <returns>What was refused.</returns>
    private async Task<IReadOnlyList<Refusal>> FollowAsync(string data, CancellationToken ended)
    {
        var (fingerprint, checkpoint) = (Path.Combine(data, "dev", "root.fingerprint"), Path.Combine(data, "publication", "log", "checkpoint"));
        while (!File.Exists(checkpoint) && !ended.IsCancellationRequested)
            await Task.Delay(10, _cancellation);
        if (!File.Exists(checkpoint))
            return [];
        var anchor = TrustAnchor.TryRead(await File.ReadAllBytesAsync(fingerprint, _cancellation), out var read, out _, out var unread) ? read : throw new InvalidDataException(unread.Detail);
        using var follower = new PublicationFollower(PublicationSource.Open(Path.Combine(data, "publication")), new FollowerSettings(anchor, null, null), TimeProvider.System);
        var refused = new List<Refusal>();
        for (var isLast = false; !isLast;)
        {
            isLast = ended.IsCancellationRequested;
            if ((await follower.PollAsync(_cancellation)).Refusal is { } refusal)
                refused.Add(refusal);
            await Task.Delay(10, _cancellation);
        }

        return refused;
    }

    private async Task FinishAndCompare(string register, string data, int run)
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
        using var database = Register(data);
        var serials = database.Rows("SELECT p.serial FROM prepared_licenses p JOIN signed_licenses s ON s.status_index = p.status_index ORDER BY p.serial");
        Assert.Equal(Enumerable.Range(1, Rows - wrong).Select(serial => serial.ToString(CultureInfo.InvariantCulture)), serials);
        var positions = database.Rows("SELECT position FROM whole_log ORDER BY position");
        Assert.Equal(Enumerable.Range(0, positions.Count).Select(position => position.ToString(CultureInfo.InvariantCulture)), positions);
        Assert.Equal(audit.Json.GetProperty("entries").GetInt64(), positions.Count);

        // The trail is whole, and contains every head that the log states of it.
        var trail = await Elicense.RunAsync(["audit", "verify", "--json", "--data", data, "--trust", fingerprint, "--publication", Path.Combine(data, "publication"), .. Database(data)]);
        Assert.True(trail.ExitCode == 0, $"run {run}: {trail.Output}{trail.Error}");
    }

    /// <summary>Makes ready what the data folder's register needs.</summary>
    protected abstract void Prepare(string data);

    /// <summary>Arguments that name the register's database.</summary>
    protected abstract string[] Database(string data);

    protected abstract TestDatabase Register(string data);

    /// <summary>Kills the process, or something that it needs.</summary>
    protected abstract void Strike(Process process, Random random);

    private string[] Arguments(string register, string data) =>
        ["demo", "--exit", "--json", "--csv", register, "--data", data, "--port-base", "17480", .. Database(data)];

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}

public sealed class KillOnSqliteTests : KillTests
{
    protected override void Prepare(string data)
    {
        // The register is a file in the data folder.
    }

    protected override string[] Database(string data) => [];

    protected override TestDatabase Register(string data) => EmbeddedDatabases.Instance.Create(Path.Combine(data, "authority"));

    protected override void Strike(Process process, Random random) => process.Kill();
}

/// <summary>A cluster of its own: chance says whether the authority or its database is killed.</summary>
public sealed class KillOnPostgresTests : KillTests, IDisposable
{
    private readonly PostgresCluster _cluster = new();

    public void Dispose() => _cluster.Dispose();

    protected override void Prepare(string data)
    {
        Directory.CreateDirectory(data);
        var connection = _cluster.CreateEmpty(Name(data));
        File.WriteAllText(Configuration(data), JsonSerializer.Serialize(new { database = new { postgres = connection } }));
    }

    protected override string[] Database(string data) => ["--config", Configuration(data)];

    protected override TestDatabase Register(string data) => new PostgresCluster.Database(_cluster, Name(data));

    protected override void Strike(Process process, Random random)
    {
        if (random.Next(2) == 0)
            process.Kill();
        else
            _cluster.Kill();
    }

    private static string Name(string data) => Path.GetFileName(data);

    private static string Configuration(string data) => data + ".json";
}
