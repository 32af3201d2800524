using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>nginx with docs/nginx.conf as it is, but for paths and ports.</summary>
public sealed class DocumentedNginx : IAsyncDisposable
{
    private readonly Process _process;

    private DocumentedNginx(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <param name="folder">Where the publication is; nginx puts its own files beside it.</param>
    /// <param name="verifiers">Two, which may be away.</param>
    public static async Task<DocumentedNginx> StartAsync(string folder, params Uri[] verifiers)
    {
        var port = FreePort();
        var own = Path.Combine(folder, "nginx");
        Directory.CreateDirectory(own);
        var configuration = Path.Combine(own, "nginx.conf");
        var text = await File.ReadAllTextAsync(Path.Combine(FormatsDocument.RepositoryRoot, "docs", "nginx.conf"));
        foreach (var (documented, here) in ((string, string)[])
            [("worker_rlimit_nofile 65536;", ""), ("/srv/elicense", folder), ("/var/cache/nginx/elicense", Path.Combine(own, "cache")),
                ("127.0.0.1:8080", $"127.0.0.1:{port}"), ("127.0.0.1:5080", verifiers[0].Authority), ("127.0.0.1:5180", verifiers[1].Authority)])
        {
            Assert.Contains(documented, text, StringComparison.Ordinal);
            text = text.Replace(documented, here, StringComparison.Ordinal);
        }

        // Where nginx puts its own files, which the system's default folders do for whoever is root.
        var places = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"    {kind}_temp_path {own}/{kind};\n"));
        await File.WriteAllTextAsync(configuration, $"daemon off;\npid {own}/nginx.pid;\nerror_log {own}/error.log crit;\n" + text.Replace("http {\n", "http {\n" + places, StringComparison.Ordinal));
        // Its workers are nobody's, and read through these folders.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var process = Process.Start("/usr/sbin/nginx", ["-p", own, "-c", configuration]);
        await WhenOpenAsync(process, port);
        return new DocumentedNginx(process, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        Programs.Run("kill", ["-QUIT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task WhenOpenAsync(Process process, int port)
    {
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(20);
            }
        }
    }
}
