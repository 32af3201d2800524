using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>The real <c>elicense serve --role authority</c> over a data folder of its own, which is gone when disposed.</summary>
public sealed class AuthorityProcess : IAsyncDisposable
{
    private readonly List<string> _errors = [];
    private Process _process;

    private AuthorityProcess(string data, Process process)
    {
        Data = data;
        _process = process;
    }

    public string Data { get; }

    /// <summary>The officers' door.</summary>
    public Uri Door { get; private set; } = null!;

    public int ProcessId => _process.Id;

    public string RootCertificate => Development("root");

    /// <summary>PEM of a person of the development hierarchy.</summary>
    public string Development(string name) => Path.Combine(Data, "dev", name + ".pem");

    /// <summary>Lines that the process wrote on stderr so far.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    /// <param name="portBase">A block of its own for each test class; a busy one is passed over.</param>
    /// <param name="folder">Where the data folder is made; null: among the machine's temporary folders.</param>
    public static async Task<AuthorityProcess> StartAsync(int portBase, string? configuration = null, string? folder = null)
    {
        var data = folder is null
            ? Directory.CreateTempSubdirectory("elicense-authority-").FullName
            : Directory.CreateDirectory(Path.Combine(folder, "authority-" + Guid.NewGuid().ToString("N"))).FullName;
        var authority = new AuthorityProcess(data, Serve(data, portBase, configuration));
        await authority.WaitAsync();
        return authority;
    }

    /// <summary>A further authority with the keys and officers of this one, over a data folder of its own.</summary>
    public async Task<AuthorityProcess> StartAnotherAsync(int portBase, string configuration, string publicAddress)
    {
        var data = Directory.CreateTempSubdirectory("elicense-authority-").FullName;
        Programs.Run("cp", ["-a", Path.Combine(Data, "dev"), Path.Combine(Data, "tokens"), data]);
        var authority = new AuthorityProcess(data, Serve(data, portBase, configuration, "--public-url", publicAddress));
        await authority.WaitAsync();
        return authority;
    }

    /// <summary>Ends the process at once, as a crash does, and starts another over the same data.</summary>
    public async Task RestartAsync(int portBase, string? configuration = null)
    {
        await KillAsync();
        _process = Serve(Data, portBase, configuration);
        await WaitAsync();
    }

    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Data, recursive: true);
    }

    private static Process Serve(string data, int portBase, string? configuration, params string[] more) => Elicense.StartLimitable(
        ["serve", "--role", "authority", "--data", data, "--port-base", $"{portBase}", .. more, .. configuration is null ? Array.Empty<string>() : ["--config", configuration]]);

    private async Task WaitAsync()
    {
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.Add(line.Data ?? "");
        };
        _process.BeginErrorReadLine();
        var line = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(Errors);
        Door = new Uri(JsonSerializer.Deserialize<JsonElement>(line).GetProperty("authority").GetString()!);
    }
}
