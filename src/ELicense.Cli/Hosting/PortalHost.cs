using System.Security.Cryptography.X509Certificates;
using ELicense.AspNetCore.Certificates;
using ELicense.Portal;
using ELicense.Verification.Publication;

namespace ELicense.Cli.Hosting;

/// <summary>The enterprises' portal as a web application of its own, over HTTPS with client certificates.</summary>
internal sealed class PortalHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _server;
    private readonly IReadOnlyList<PublicationFollower> _owned;

    private PortalHost(WebApplication app, X509Certificate2 server, IReadOnlyList<PublicationFollower> owned) => (_app, _server, _owned) = (app, server, owned);

    /// <summary>Whether there is a TLS certificate for it: a configured one, or that of a development hierarchy.</summary>
    public static bool IsPossible(DataFolder data, Configuration configuration) =>
        configuration.Portal is not null || (configuration.Authority is null && File.Exists(data.RootFingerprint) && File.Exists(data.Certificate("service")));

    /// <summary>Beside the public zone of the same process, over its followers.</summary>
    public static Task<PortalHost> StartAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri publicAddress, FollowedPublications publications, TimeProvider clock, CancellationToken cancellation) =>
        StartAsync(data, configuration, ports, Options(configuration, publicAddress, publications, clock) with { RunFollowers = false }, [], cancellation);

    /// <summary>By itself.</summary>
    public static async Task<PortalHost> StartAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri publicAddress, IReadOnlyList<FollowedSource> sources, TimeProvider clock, CancellationToken cancellation)
    {
        var followers = sources.Select(source => source.Follow(clock)).ToList();
        await Task.WhenAll(followers.Select(follower => follower.PollAsync(cancellation)));
        return await StartAsync(data, configuration, ports, Options(configuration, publicAddress, new FollowedPublications(followers), clock), followers, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        foreach (var follower in _owned)
            follower.Dispose();
        _server.Dispose();
    }

    private static PortalOptions Options(Configuration configuration, Uri publicAddress, FollowedPublications publications, TimeProvider clock) => new()
    {
        Publications = publications,
        PublicAddress = publicAddress,
        ForwardedFrom = configuration.Portal?.ForwardedFrom ?? [],
        Clock = clock,
    };

    private static async Task<PortalHost> StartAsync(
        DataFolder data, Configuration configuration, PortBlock ports, PortalOptions options, IReadOnlyList<PublicationFollower> owned, CancellationToken cancellation)
    {
        var server = configuration.Portal is { } configured ? configured.Server.Open() : X509Certificate2.CreateFromPemFile(data.Certificate("service"), data.Certificate("service"));
        var intermediates = configuration.Portal is null
            ? [.. options.Publications.Views.All.SelectMany(view => view.Trust.Cas).Select(ca => ca.Certificate)]
            : new X509Certificate2Collection();
        if (configuration.Portal is { Server.Certificate: var chain })
            intermediates.ImportFromPemFile(chain);
        var cas = new EnterpriseCas(options.Publications);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(PortalHost).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"], // no settings file is read, and watching for one costs a watch of the machine's few
        });
        builder.WebHost.UseSockets(ports.HandTo);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            ports.Listen, ports.Portal, listen => listen.UseHttpsWithClientCertificates(server, intermediates, () => cas.Certificates)));
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        PortalRole.AddServices(builder.Services, options);
        var app = builder.Build();
        PortalRole.Map(app);
        await app.StartAsync(cancellation);
        return new PortalHost(app, server, owned);
    }
}
