using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>Fault 31 at the real command: the register's file is put back to an older copy.</summary>
public sealed class RestoreReplayTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-restore-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private string Register => Path.Combine(Data, "authority", "register.db");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_authority_refuses_an_older_register_until_the_tail_is_replayed()
    {
        var two = Path.Combine(_folder, "two.csv");
        await File.WriteAllLinesAsync(two, (await File.ReadAllLinesAsync(Elicense.SampleRegister, TestContext.Current.CancellationToken)).Take(3), TestContext.Current.CancellationToken);
        await DemoAsync(two, expected: 0);
        File.Copy(Register, Path.Combine(_folder, "older.db"));
        await DemoAsync(Elicense.SampleRegister, expected: 0);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Register)!, "register.db*"))
            File.Delete(file);
        File.Copy(Path.Combine(_folder, "older.db"), Register);

        var refused = await DemoAsync(two, expected: 1);
        var replayed = await ReplayAsync();
        var again = await ReplayAsync();
        var verified = await Elicense.RunAsync("log", "verify", "--trust", Fingerprint, "--publication", Path.Combine(Data, "publication"));

        Assert.Contains("elicense restore replay", refused.Error, StringComparison.Ordinal);
        Assert.Contains("[log-rollback]", refused.Error, StringComparison.Ordinal);
        Assert.Equal((17, 0), (replayed.Json.GetProperty("licenses").GetInt32(), again.Json.GetProperty("licenses").GetInt32()));
        Assert.Equal(again.Json.GetProperty("from").GetInt64(), again.Json.GetProperty("to").GetInt64());
        var next = await DemoAsync(Elicense.SampleRegister, expected: 0);
        Assert.All(next.Json.GetProperty("rejected").EnumerateArray(), row => Assert.Equal("already-licensed", row.GetProperty("code").GetString()));
        Assert.True(verified.ExitCode == 0, verified.Output);
    }

    [Fact]
    public async Task A_folder_without_a_register_gets_none()
    {
        Directory.CreateDirectory(Data);
        var run = await Elicense.RunAsync("restore", "replay", "--data", Data, "--trust", new string('0', 64));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("[register-missing]", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Register));
    }

    private string Fingerprint => Path.Combine(Data, "dev", "root.fingerprint");

    private async Task<Finished> ReplayAsync()
    {
        var run = await Elicense.RunAsync("restore", "replay", "--json", "--data", Data, "--trust", Fingerprint);
        return run.ExitCode == 0 ? run : throw new InvalidOperationException(run.Error);
    }

    private async Task<Finished> DemoAsync(string register, int expected)
    {
        var run = await Elicense.RunAsync("demo", "--exit", "--json", "--csv", register, "--data", Data, "--port-base", "18680");
        return run.ExitCode == expected ? run : throw new InvalidOperationException($"{run.ExitCode}: {run.Error}");
    }
}
