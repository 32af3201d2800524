using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ELicense.IntegrationTests.Ocsp;

/// <summary>nginx before a responder, with the two lines that docs/operations.md has for it. Ends with the test.</summary>
internal sealed class NginxProxy : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-nginx-").FullName;
    private readonly Process _process;

    public NginxProxy(Uri upstream)
    {
        var port = FreePort();
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        var configuration = Path.Combine(_folder, "nginx.conf");
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            worker_processes 1;
            pid {{_folder}}/pid;
            error_log stderr crit;
            events { worker_connections 64; }
            http {
              access_log off;
              client_body_temp_path {{_folder}}/body;
              proxy_temp_path {{_folder}}/proxy;
              fastcgi_temp_path {{_folder}}/fastcgi;
              uwsgi_temp_path {{_folder}}/uwsgi;
              scgi_temp_path {{_folder}}/scgi;
              server {
                listen 127.0.0.1:{{port}};
                location /ocsp { proxy_pass {{upstream.GetLeftPart(UriPartial.Authority)}}; }
              }
            }
            """));
        _process = Process.Start(new ProcessStartInfo("/usr/sbin/nginx", ["-p", _folder, "-c", configuration]))!;
        while (!_process.HasExited && !Answers(port))
            Thread.Sleep(20);
    }

    public Uri Address { get; }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Answers(int port)
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
