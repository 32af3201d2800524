using System.Security.Cryptography.X509Certificates;
using ELicense.AspNetCore.Certificates;
using ELicense.Display.Sites;
using ELicense.Core.Tokens;
using ELicense.Portal;
using ELicense.Portal.Filings;
using ELicense.Verification.Publication;
using ELicense.Web.Delegates;
using ELicense.Web.Limits;

namespace ELicense.Cli.Hosting;

/// <summary>The enterprises' portal as a web application of its own, over HTTPS with client certificates.</summary>
internal sealed class PortalHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _server;
    private readonly IReadOnlyList<PublicationFollower> _owned;

    private readonly IReadOnlyList<StatementSettings> _signers;
    private readonly DelegateKey? _key;

    private PortalHost(WebApplication app, X509Certificate2 server, IReadOnlyList<PublicationFollower> owned, IReadOnlyList<StatementSettings> signers, DelegateKey? key) =>
        (_app, _server, _owned, _signers, _key) = (app, server, owned, signers, key);

    /// <summary>Whether there is a TLS certificate for it: a configured one, or that of a development hierarchy.</summary>
    public static bool IsPossible(DataFolder data, Configuration configuration) =>
        configuration.Portal is not null || (configuration.Authority is null && File.Exists(data.RootFingerprint) && File.Exists(data.Certificate("service")));

    /// <summary>Beside the public zone of the same process, over its followers.</summary>
    public static Task<PortalHost> StartAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri publicAddress, IReadOnlyList<FollowedSource> sources, FollowedPublications publications, SiteRegistry sites,
        TimeProvider clock, CancellationToken cancellation) => StartAsync(data, configuration, ports, publicAddress, sources, publications, sites, [], clock, cancellation);

    /// <summary>By itself.</summary>
    public static async Task<PortalHost> StartAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri publicAddress, IReadOnlyList<FollowedSource> sources, TimeProvider clock, CancellationToken cancellation)
    {
        var followers = sources.Select(source => source.Follow(clock)).ToList();
        await Task.WhenAll(followers.Select(follower => follower.PollAsync(cancellation)));
        return await StartAsync(
            data, configuration, ports, publicAddress, sources, new FollowedPublications(followers), SitesConfiguration.Open(data, configuration, publicAddress, clock), followers, clock, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        foreach (var signer in _signers)
            signer.Delegates.Dispose();
        _key?.Dispose();
        foreach (var follower in _owned)
            follower.Dispose();
        _server.Dispose();
    }

    /// <param name="owned">The followers, when nobody else runs them.</param>
    private static async Task<PortalHost> StartAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri publicAddress, IReadOnlyList<FollowedSource> sources, FollowedPublications publications,
        SiteRegistry sites, IReadOnlyList<PublicationFollower> owned, TimeProvider clock, CancellationToken cancellation)
    {
        var key = DelegateKey.For(Filing.PortalRole, configuration.Portal?.Key, data);
        var filed = sources.Zip(publications.Followers).Where(pair => pair.First.Inbox is not null).ToList();
        var options = new PortalOptions
        {
            Publications = publications,
            RunFollowers = owned.Count > 0,
            Store = PortalStore.Open(data.PortalStore),
            Counters = filed.ConvertAll(pair => new AuthorityCounter(pair.Second, PublicationSource.Open(pair.First.Publication), pair.First.Inbox!)),
            Signers = key is null ? [] : filed.ConvertAll(pair => new StatementSettings(
                pair.Second, new StatementDelegates(Filing.PortalRole, PublicationSource.Open(pair.First.Publication), pair.First.Inbox!, key.Open, clock))),
            PublicAddress = publicAddress,
            Sites = sites,
            ForwardedFrom = configuration.Portal?.ForwardedFrom ?? [],
            Clock = clock,
        };
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
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(ports.Listen, ports.Portal, listen =>
        {
            new ConnectionCount(new Protection { Proxies = options.ForwardedFrom }).Bound(listen);
            listen.UseHttpsWithClientCertificates(server, intermediates, () => cas.Certificates);
        }));
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        PortalRole.AddServices(builder.Services, options);
        var app = builder.Build();
        PortalRole.Map(app);
        await app.StartAsync(cancellation);
        return new PortalHost(app, server, owned, options.Signers, key);
    }
}
