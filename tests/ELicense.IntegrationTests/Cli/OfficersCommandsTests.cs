using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>
/// <c>elicense import</c> and <c>elicense approve</c> against the real authority process. A register of some thousand rows here; tests/drills/register-batch takes 60,000
/// (ELICENSE_BATCH_ROWS).
/// </summary>
public sealed partial class OfficersCommandsTests : IAsyncLifetime
{
    private const int Interrupt = 2;
    private const int Continue = 18;
    private const int Stop = 19;

    private static readonly int Rows = int.Parse(Environment.GetEnvironmentVariable("ELICENSE_BATCH_ROWS") ?? "24000", CultureInfo.InvariantCulture);

    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-commands-").FullName;
    private AuthorityProcess _authority = null!;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int processId, int signal);

    public async ValueTask InitializeAsync() => _authority = await AuthorityProcess.StartAsync(18580);

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_register_is_imported_approved_cancelled_half_way_and_resumed_and_each_row_ends_exactly_once()
    {
        var register = GeneratedRegister.Write(_folder, Rows);
        var wrong = Enumerable.Range(1, Rows).Count(row => GeneratedRegister.IsWrong(row));

        var first = await TimedAsync("import", () => ImportAsync(register, "--json"));
        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Equal((Rows - wrong, wrong), (first.Json.GetProperty("new").GetInt32(), first.Json.GetProperty("rejectedCount").GetInt32()));
        Assert.Equal(
            Enumerable.Range(1, Rows).Where(row => GeneratedRegister.IsWrong(row)),
            first.Json.GetProperty("rejected").EnumerateArray().Select(rejected => rejected.GetProperty("row").GetInt32()));
        Assert.All(first.Json.GetProperty("rejected").EnumerateArray(), rejected => Assert.Equal("credit-code-check", rejected.GetProperty("code").GetString()));

        var cancelled = await ApproveLeaveAndCancelHalfWayAsync(Id(first));
        Assert.True(cancelled.ExitCode == 0, cancelled.Error);
        Assert.Equal("cancelled", cancelled.Json.GetProperty("state").GetString());
        var licensed = Progress(cancelled, "done");
        Assert.InRange(licensed, 1, Rows - wrong - 1);
        Assert.Equal((Rows - wrong - licensed, 0), (Progress(cancelled, "cancelled"), Progress(cancelled, "left")));

        var second = await TimedAsync("import again", () => ImportAsync(register, "--json"));
        Assert.Equal(
            (licensed, Rows - wrong - licensed, wrong),
            (second.Json.GetProperty("unchanged").GetInt32(), second.Json.GetProperty("new").GetInt32(), second.Json.GetProperty("rejectedCount").GetInt32()));
        var done = await TimedAsync("approve the rest", () => ApproveAsync(
            Id(second), "--yes", "--json", "--content-hash", second.Json.GetProperty("contentHash").GetString()!, "--results", Path.Combine(_folder, "second.ndjson")));
        Assert.True(done.ExitCode == 0, done.Error);
        Assert.Equal(("done", Rows - wrong - licensed), (done.Json.GetProperty("state").GetString(), Progress(done, "done")));

        AssertEachRowEndsExactlyOnce();
    }

    [Fact]
    public async Task An_approval_needs_another_person_the_content_that_was_seen_and_somebody_who_says_yes()
    {
        var imported = await ImportAsync(GeneratedRegister.Write(_folder, 30), "--json");
        var id = Id(imported);

        var byClerk = await ApproveAsync(id, "--yes", "--officer", _authority.Development("clerk"));
        var unasked = await ApproveAsync(id);
        var another = await ApproveAsync(id, "--yes", "--content-hash", new string('0', 64));
        var waiting = await RunAsync("approve", "approver", "--json");

        Assert.Equal((2, true), (byClerk.ExitCode, byClerk.Error.Contains("--officer", StringComparison.Ordinal)));
        Assert.Equal((2, true), (unasked.ExitCode, unasked.Error.Contains("[consent-missing]", StringComparison.Ordinal)));
        Assert.Equal((1, true), (another.ExitCode, another.Error.Contains("[content-changed]", StringComparison.Ordinal)));
        Assert.Equal("applied", Assert.Single(waiting.Json.GetProperty("batches").EnumerateArray()).GetProperty("state").GetString());
    }

    [Fact]
    public async Task For_people_there_is_a_table_of_rejected_rows_and_the_command_that_comes_next()
    {
        var run = await ImportAsync(GeneratedRegister.Write(_folder, 30));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("credit-code-check", run.Output.Split('\n').Single(line => line.TrimStart().StartsWith("25 ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("elicense approve --batch 1 --authority", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_door_refuses_is_said_with_its_code_and_what_to_do()
    {
        var file = GeneratedRegister.Write(_folder, 5);
        var forms = Path.Combine(_folder, "forms.csv");
        await File.WriteAllTextAsync(forms, "姓名,年龄\n张三,30\n", TestContext.Current.CancellationToken);

        AssertRefused(await RunAsync("import", "approver", file), 1, "right-missing", "Your roles do not allow this.");
        AssertRefused(await RunAsync("import", "enterprise", file), 1, "certificate-untrusted", "请换用正确的证书");
        AssertRefused(await ImportAsync(forms), 1, "column-missing");
        AssertRefused(await ImportAsync(Path.Combine(_folder, "none.csv")), 2, "file-missing");
        AssertRefused(await ApproveAsync(77, "--yes"), 1, "not-found");
    }

    [Fact]
    public async Task A_supervisor_confirms_the_clock_and_a_clerk_does_not()
    {
        var confirmed = await Elicense.RunAsync(["clock", "confirm", "--yes", .. Options("approver")]);

        Assert.True(confirmed.ExitCode == 0, confirmed.Error);
        AssertRefused(await Elicense.RunAsync(["clock", "confirm", "--yes", .. Options("clerk")]), 1, "right-missing");
        AssertRefused(await Elicense.RunAsync(["clock", "confirm", .. Options("approver")]), 2, "consent-missing");
    }

    [Fact]
    public async Task Only_the_door_whose_certificate_is_of_the_given_root_is_spoken_to()
    {
        var file = GeneratedRegister.Write(_folder, 5);
        string[] call = ["import", file, "--officer", _authority.Development("clerk")];
        var door = _authority.Door.ToString();

        AssertRefused(await Elicense.RunAsync([.. call, "--authority", door]), 1, "authority-untrusted");
        AssertRefused(await Elicense.RunAsync([.. call, "--authority", door, "--ca", _authority.Development("enterprise-ca")]), 1, "authority-untrusted");
        AssertRefused(await Elicense.RunAsync([.. call, "--authority", "https://127.0.0.1:9", "--ca", _authority.RootCertificate]), 1, "authority-unreachable");
        AssertRefused(await Elicense.RunAsync([.. call, "--authority", door.Replace("https", "http", StringComparison.Ordinal)]), 2, "address-format");
        AssertRefused(await Elicense.RunAsync("import", file, "--officer", _authority.RootCertificate, "--authority", door), 2, "officer-pem");
    }

    /// <summary>Ctrl+C while it is followed: the command ends, the batch goes on until it is cancelled.</summary>
    private async Task<Finished> ApproveLeaveAndCancelHalfWayAsync(long id)
    {
        using var process = Elicense.StartInterruptible(["approve", .. Options("approver"), "--batch", $"{id}", "--yes"]);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !IsPast(line, Rows > 50_000 ? 4 : 0))
        {
        }

        // The authority stands still until the second command is there: a batch would be through before a busy machine has started it.
        Assert.Equal(0, Signal(_authority.ProcessId, Stop));
        Assert.Equal(0, Signal(process.Id, Interrupt));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var cancelling = ApproveAsync(id, "--cancel", "--yes", "--json", "--results", Path.Combine(_folder, "first.ndjson"));
        await Eventually.IsAsync(() => cancelling.IsCompleted || IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .Any(connection => connection.RemoteEndPoint.Port == _authority.Door.Port && connection.State == TcpState.Established));
        Assert.Equal(0, Signal(_authority.ProcessId, Continue));
        var cancelled = await cancelling;
        Assert.Equal(1, process.ExitCode);
        Assert.Contains($"elicense approve --batch {id} --authority", await output, StringComparison.Ordinal);
        return cancelled;
    }

    private static bool IsPast(string line, int tenths)
    {
        var counts = line.Split("  ")[^1].Split('/');
        return counts.Length == 2 && long.Parse(counts[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) * 10
            > long.Parse(counts[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) * tenths;
    }

    private void AssertEachRowEndsExactlyOnce()
    {
        var ends = new Dictionary<int, List<string>>();
        var numbers = new HashSet<string>();
        foreach (var row in File.ReadLines(Path.Combine(_folder, "first.ndjson")).Concat(File.ReadLines(Path.Combine(_folder, "second.ndjson"))))
        {
            var line = JsonSerializer.Deserialize<JsonElement>(row);
            var state = line.GetProperty("state").GetString()!;
            if (state is "cancelled" or "unchanged")
                continue;
            if (!ends.TryGetValue(line.GetProperty("row").GetInt32(), out var states))
                ends.Add(line.GetProperty("row").GetInt32(), states = []);
            states.Add(state);
            if (state == "done")
                Assert.True(numbers.Add(line.GetProperty("licenseNumber").GetString()!), row);
        }

        Assert.Equal(Rows, ends.Count);
        Assert.All(ends, end => Assert.Equal(GeneratedRegister.IsWrong(end.Key) ? ["rejected", "rejected"] : ["done"], end.Value));
    }

    private static async Task<Finished> TimedAsync(string what, Func<Task<Finished>> run)
    {
        var watch = Stopwatch.StartNew();
        var finished = await run();
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {watch.Elapsed.TotalSeconds:0.0} s"));
        return finished;
    }

    private static void AssertRefused(Finished run, int exitCode, string code, string? said = null)
    {
        Assert.True(run.ExitCode == exitCode, run.Output + run.Error);
        Assert.EndsWith($"[{code}]", run.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains(said ?? "", run.Error, StringComparison.Ordinal);
    }

    private static long Id(Finished run) => run.ExitCode == 0 ? run.Json.GetProperty("id").GetInt64() : throw new InvalidOperationException(run.Error);

    private static int Progress(Finished run, string name) => run.Json.GetProperty("progress").GetProperty(name).GetInt32();

    private Task<Finished> ImportAsync(string register, params string[] arguments) => RunAsync("import", "clerk", [register, .. arguments]);

    private Task<Finished> ApproveAsync(long id, params string[] arguments) => RunAsync("approve", "approver", ["--batch", $"{id}", .. arguments]);

    private Task<Finished> RunAsync(string command, string person, params string[] arguments) => Elicense.RunAsync([command, .. Options(person), .. arguments]);

    private string[] Options(string person) =>
        ["--authority", _authority.Door.ToString(), "--officer", _authority.Development(person), "--ca", _authority.RootCertificate];
}
