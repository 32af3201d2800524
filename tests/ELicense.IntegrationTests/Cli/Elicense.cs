using System.Diagnostics;
using System.Text.Json;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>What a finished process left behind.</summary>
public sealed record Finished(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);
}

/// <summary>The real <c>elicense</c>, as a process of its own.</summary>
public static class Elicense
{
    private static readonly string Program = Path.Combine(
        FormatsDocument.RepositoryRoot, "src", "ELicense.Cli", "bin", "Release", "net10.0", "elicense.dll");

    /// <summary>A register's sample as the demo has it, 19 enterprises: 17 real ones between two invented ones.</summary>
    public static string SampleRegister { get; } = Path.Combine(FormatsDocument.RepositoryRoot, "src", "ELicense.Cli", "Demo", "enterprises.csv");

    public static Process Start(params string[] arguments) => StartTool("dotnet", [Program, .. arguments]);

    public static Process Start((string Name, string Value)[] environment, params string[] arguments) => StartTool("dotnet", [Program, .. arguments], environment);

    /// <summary>One that a limit of its files' sizes answers with EFBIG, as a file system answers, instead of ending it by SIGXFSZ.</summary>
    public static Process StartLimitable(params string[] arguments) => StartTool("env", ["--ignore-signal=XFSZ", "dotnet", Program, .. arguments]);

    /// <summary>One whose questions are answered on its stdin.</summary>
    public static Process StartAtTable((string Name, string Value) environment, params string[] arguments) => StartTool("dotnet", [Program, .. arguments], [environment], answered: true);

    /// <summary>One that Ctrl+C reaches, also where the tests run in the background of a script: there a shell has it ignored by all that it starts.</summary>
    public static Process StartInterruptible(params string[] arguments) => StartTool("env", ["--default-signal=INT", "dotnet", Program, .. arguments]);

    public static Task<Finished> RunAsync(params string[] arguments) => FinishAsync(Start(arguments));

    public static Task<Finished> RunAsync((string Name, string Value)[] environment, params string[] arguments) => FinishAsync(StartTool("dotnet", [Program, .. arguments], environment));

    /// <summary>Another program, e.g. a peer's tool.</summary>
    public static Task<Finished> RunToolAsync(string program, params string[] arguments) => FinishAsync(StartTool(program, arguments));

    /// <summary>elicense in a network namespace of its own, without any interface.</summary>
    public static Task<Finished> RunWithoutNetworkAsync(params string[] arguments) =>
        RunToolAsync("unshare", ["--user", "--map-root-user", "--net", "dotnet", Program, .. arguments]);

    private static Process StartTool(string program, string[] arguments, (string Name, string Value)[]? environment = null, bool answered = false)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        if (!answered)
            process.StandardInput.Close();
        return process;
    }

    private static async Task<Finished> FinishAsync(Process process)
    {
        using (process)
        {
            var cancellation = TestContext.Current.CancellationToken;
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return new Finished(process.ExitCode, await output, await error);
        }
    }
}
