using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary><c>elicense serve</c> as a process of its own, once it is ready.</summary>
internal sealed partial class ServingElicense : IDisposable
{
    private const int TerminationSignal = 15;

    private ServingElicense(Process process, JsonElement ready) => (Process, Ready, Client) = (process, ready, new HttpClient { BaseAddress = new Uri(ready.GetProperty("public").GetString()!) });

    public Process Process { get; }

    public JsonElement Ready { get; }

    public HttpClient Client { get; }

    /// <summary>The most memory of its own since <see cref="ForgetPeak"/>, in bytes (proc(5), VmHWM).</summary>
    public long PeakMemory => long.Parse(
        File.ReadLines($"/proc/{Process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        System.Globalization.CultureInfo.InvariantCulture) * 1024;

    public static Task<ServingElicense> StartAsync(string role, string data, string portBase, CancellationToken cancellation, params string[] more) =>
        StartAsync(role, data, portBase, [], more, cancellation);

    public static async Task<ServingElicense> StartAsync(
        string role, string data, string portBase, (string Name, string Value)[] environment, string[] more, CancellationToken cancellation)
    {
        var process = Elicense.Start(environment, ["serve", "--role", role, "--data", data, "--port-base", portBase, .. more]);
        var line = await process.StandardOutput.ReadLineAsync(cancellation)
            ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(cancellation));
        return new ServingElicense(process, JsonSerializer.Deserialize<JsonElement>(line));
    }

    /// <summary>The peak begins anew at what is there now (proc(5), clear_refs).</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{Process.Id}/clear_refs", "5");

    public void Terminate() => Assert.Equal(0, Signal(Process.Id, TerminationSignal));

    public async Task<int> EndAsync(CancellationToken cancellation)
    {
        Terminate();
        await Process.WaitForExitAsync(cancellation);
        return Process.ExitCode;
    }

    public void Dispose()
    {
        if (!Process.HasExited)
            Process.Kill();
        Process.WaitForExit(); // the next test copies the folder that this process held
        Process.Dispose();
        Client.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int processId, int signal);
}
