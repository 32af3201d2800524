using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ELicense.Benchmarks;

/// <summary>An address that wrk loads with 32 connections on one thread for two seconds at a time.</summary>
/// <param name="Arguments">Of the script; none when the address alone is asked for.</param>
internal sealed partial record LoadedAddress(string Address, params string[] Arguments)
{
    public static TimeSpan Turn { get; } = TimeSpan.FromSeconds(2);

    /// <returns>Requests a second, and this process's CPU time for each, in seconds: what a busy machine changes less.</returns>
    public Task<(double Rate, double Processor)> LoadAsync() =>
        // Who waits for wrk on a thread of the pool takes half of the service's threads away on two cores.
        Task.Factory.StartNew(Load, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private (double Rate, double Processor) Load()
    {
        var before = Environment.CpuUsage.TotalTime;
        string[] script = Arguments is [var lua, .. var rest] ? ["-s", lua, Address, .. rest] : [Address];
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", "-c32", $"-d{Turn.TotalSeconds}s", .. script]) { RedirectStandardOutput = true })!;
        var output = wrk.StandardOutput.ReadToEnd();
        wrk.WaitForExit();
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || RequestsASecond().Match(output) is not { Success: true } rate)
            throw new InvalidOperationException(output);
        var perSecond = double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture);
        return (perSecond, (Environment.CpuUsage.TotalTime - before).TotalSeconds / (perSecond * Turn.TotalSeconds));
    }

    /// <summary>A Kestrel on a free port of loopback, as elicense has it.</summary>
    public static async Task<WebApplication> ListenAsync(Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        builder.Logging.ClearProviders();
        configure(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    /// <summary>An nginx that serves a folder's files; ended by whoever started it.</summary>
    public static Process Files(string folder, out string address)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        var configuration = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off; worker_processes auto; pid {{folder}}/nginx.pid; error_log stderr crit;
            events { worker_connections 256; }
            http { access_log off; default_type application/json; keepalive_requests 1000000;
              client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              server { listen 127.0.0.1:{{port}}; root {{folder}}; } }
            """));
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return Process.Start("/usr/sbin/nginx", ["-p", folder, "-c", configuration]);
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex RequestsASecond();
}
