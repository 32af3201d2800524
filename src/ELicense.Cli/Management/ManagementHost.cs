using System.Net;
using ELicense.Cli.Hosting;

namespace ELicense.Cli.Management;

/// <summary>The management port: /metrics for this machine only, in an application of its own, so that no public address leads to it.</summary>
internal sealed class ManagementHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Telemetry _telemetry;

    private ManagementHost(WebApplication app, Telemetry telemetry) => (_app, _telemetry) = (app, telemetry);

    public static async Task<ManagementHost> StartAsync(Configuration configuration, PortBlock ports, CancellationToken cancellation)
    {
        var telemetry = new Telemetry(configuration.Telemetry?.Otlp);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.WebHost.UseSockets(ports.HandTo);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = 32;
            kestrel.Listen(IPAddress.Loopback, ports.Management);
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        app.MapGet("/metrics", () => Results.Text(telemetry.Scrape(), PrometheusText.ContentType)).DisableHttpMetrics();
        await app.StartAsync(cancellation);
        return new ManagementHost(app, telemetry);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _telemetry.Dispose();
    }
}
