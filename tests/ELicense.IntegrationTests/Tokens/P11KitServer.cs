using System.Diagnostics;
using System.Globalization;
using System.Text;
using ELicense.Pkcs11;
using Xunit;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>
/// SoftHSM behind p11-kit server, reached by p11-kit-client.so: a token whose other end can be killed, stopped and started again. Every call is logged on its way by OpenSC's
/// pkcs11-spy. The client reads one address a process, so that its tests take turns.
/// </summary>
public sealed class P11KitServer : IDisposable
{
    public const string ClientPath = "/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so";
    private const string SpyPath = "/usr/lib/x86_64-linux-gnu/pkcs11/pkcs11-spy.so";

    private readonly Dictionary<string, string> _slots = [];
    private readonly string _socket;
    private Process? _server;

    public P11KitServer()
    {
        Folder = Directory.CreateTempSubdirectory("elicense-p11-").FullName;
        TokensFolder = Path.Combine(Folder, "tokens");
        Directory.CreateDirectory(TokensFolder);
        ConfigurationFile = Path.Combine(Folder, "softhsm2.conf");
        File.WriteAllText(ConfigurationFile, $"directories.tokendir = {TokensFolder}\nobjectstore.backend = file\nlog.level = ERROR\n");
        PinFile = Path.Combine(Folder, "pin");
        WritePin(SoftHsmFixture.Pin);
        _socket = Path.Combine(Folder, "socket");
        Pkcs11Module.SetNativeEnvironment("P11_KIT_SERVER_ADDRESS", $"unix:path={_socket}");
        Start();
    }

    public string Folder { get; }

    public string TokensFolder { get; }

    public string ConfigurationFile { get; }

    public string PinFile { get; }

    private string SpyLog => Path.Combine(Folder, "spy.log");

    /// <summary>A new token on the server's side, made past it; the server is started again, since it shows no others.</summary>
    public void NewToken(string label, params string[] keys)
    {
        Kill();
        var said = Programs.Run("softhsm2-util", ["--init-token", "--free", "--label", label, "--pin", SoftHsmFixture.Pin, "--so-pin", SoftHsmFixture.SecurityOfficerPin], Environment);
        _slots[label] = said.TrimEnd().Split(' ')[^1]; // "… and is reassigned to slot N"
        foreach (var key in keys)
            Tool(label, "--keypairgen", "--key-type", "EC:prime256v1", "--label", key, "--id", Convert.ToHexString(Encoding.UTF8.GetBytes(key)));
        Start();
    }

    /// <summary>pkcs11-tool on the newest token of the label, past the server. By its slot: for the tool a label is also the beginning of a longer one.</summary>
    public string Tool(string label, params string[] arguments) => Programs.Run(
        "pkcs11-tool", ["--module", SoftHsmFixture.ModulePath, "--slot", _slots[label], "--login", "--pin", SoftHsmFixture.Pin, .. arguments], Environment);

    public void WritePin(string pin)
    {
        File.WriteAllText(PinFile, pin + "\n");
        File.SetUnixFileMode(PinFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Start()
    {
        var start = new ProcessStartInfo("p11-kit", ["server", "-f", "--provider", SpyPath, "-n", _socket, "pkcs11:"]) { RedirectStandardOutput = true };
        start.Environment["SOFTHSM2_CONF"] = ConfigurationFile;
        start.Environment["PKCS11SPY"] = SoftHsmFixture.ModulePath;
        start.Environment["PKCS11SPY_OUTPUT"] = SpyLog;
        _server = Process.Start(start)!;

        // It says its address once it listens.
        Assert.Contains(_socket, _server.StandardOutput.ReadLine(), StringComparison.Ordinal);
    }

    /// <summary>SIGKILL, also to the processes that serve open connections.</summary>
    public void Kill()
    {
        if (_server is not { } server)
            return;
        server.Kill(entireProcessTree: true);
        server.WaitForExit();
        server.Dispose();
        _server = null;
        File.Delete(_socket);
    }

    /// <summary>SIGSTOP to all of it: calls hang.</summary>
    public void Pause() => Signal("-STOP");

    public void Continue() => Signal("-CONT");

    /// <summary>How many calls of a function have reached the token.</summary>
    public int Calls(string function) =>
        File.Exists(SpyLog) ? File.ReadAllLines(SpyLog).Count(line => line.EndsWith(": " + function, StringComparison.Ordinal)) : 0;

    public void Dispose()
    {
        Kill();
        Directory.Delete(Folder, recursive: true);
    }

    private (string, string) Environment => ("SOFTHSM2_CONF", ConfigurationFile);

    private void Signal(string signal)
    {
        var parent = _server!.Id.ToString(CultureInfo.InvariantCulture);
        string[] children = [.. Programs.Run("ps", ["-e", "-o", "pid=,ppid="]).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(pair => pair[1] == parent).Select(pair => pair[0])];
        Programs.Run("kill", [signal, parent, .. children]);
    }
}

[CollectionDefinition(Name)]
public sealed class P11KitTests : ICollectionFixture<P11KitServer>
{
    public const string Name = "p11-kit";
}
