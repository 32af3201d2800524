using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace ELicense.Benchmarks;

/// <summary>A real <c>elicense serve</c> process over a data folder of its own, ready when made; killed when disposed.</summary>
internal sealed class ServedElicense : IDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private ServedElicense(Process process, string data, JsonElement ready)
    {
        (_process, _data) = (process, data);
        Door = AddressIn(ready, "authority");
        Public = AddressIn(ready, "public");
    }

    /// <summary>The officers' door; null: this role has none.</summary>
    public Uri? Door { get; }

    /// <summary>The public zone; null: this role has none.</summary>
    public Uri? Public { get; }

    /// <summary>Of the development hierarchy's root.</summary>
    public string RootFingerprint => Path.Combine(_data, "dev", "root.fingerprint");

    /// <summary>Processor time that the process has used.</summary>
    public TimeSpan CpuTime => _process.TotalProcessorTime;

    /// <summary>Memory of the process, as far as it is in main memory now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <param name="portBase">A block with a busy port is passed over for the next.</param>
    public static async Task<ServedElicense> StartAsync(string role, string data, int portBase, params string[] more)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "elicense.dll"), "serve", "--role", role, "--data", data, "--port-base", portBase.ToString(CultureInfo.InvariantCulture), .. more])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var ready = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("elicense did not start.");
        return new ServedElicense(process, data, JsonSerializer.Deserialize<JsonElement>(ready));
    }

    /// <summary>The door as a person of the development hierarchy sees it.</summary>
    public HttpClient Officer(string name)
    {
        var development = Path.Combine(_data, "dev");
        var handler = new SocketsHttpHandler();
        handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(Path.Combine(development, name + ".pem"))];
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509Certificate2.CreateFromPem(File.ReadAllText(Path.Combine(development, "root.pem"))) },
            RevocationMode = X509RevocationMode.NoCheck,
        };
        return new HttpClient(handler) { BaseAddress = Door };
    }

    /// <summary>A call at the door; throws on every refusal.</summary>
    public static async Task<JsonElement> PostAsync(HttpClient officer, string path, object body)
    {
        using var content = JsonContent.Create(body);
        using var response = await officer.PostAsync(new Uri(path, UriKind.Relative), content);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return response.IsSuccessStatusCode ? answer : throw new InvalidOperationException(answer.ToString());
    }

    /// <summary>Approves what was applied for, and sees it done.</summary>
    public static async Task<JsonElement> ApproveAsync(HttpClient approver, JsonElement applied)
    {
        var done = await PostAsync(
            approver, $"/api/v1/applications/{applied.GetProperty("id")}/approval", new { contentHash = applied.GetProperty("contentHash").GetString() });
        return done.GetProperty("state").GetString() == "done" ? done : throw new InvalidOperationException(done.ToString());
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Uri? AddressIn(JsonElement ready, string role) => ready.GetProperty(role).GetString() is { } address ? new Uri(address) : null;
}
