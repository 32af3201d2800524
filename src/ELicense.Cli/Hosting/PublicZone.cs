using ELicense.Display;
using ELicense.PublicVerification;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Web.Limits;

namespace ELicense.Cli.Hosting;

/// <summary>Which roles of the public zone an application hosts.</summary>
[Flags]
internal enum PublicRoles
{
    Verification = 1,
    Display = 2,
}

/// <summary>The public zone: one web application for verification and display, over one publication. Owns the follower.</summary>
internal sealed class PublicZone : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly OcspKey? _ocspKey;

    private PublicZone(WebApplication app, PublicationFollower follower, BadgeStore badges, OcspKey? ocspKey, OcspSettings? ocsp, Uri address)
    {
        _app = app;
        _ocspKey = ocspKey;
        Ocsp = ocsp;
        Follower = follower;
        Badges = badges;
        Address = address;
    }

    public PublicationFollower Follower { get; }

    public BadgeStore Badges { get; }

    /// <summary>The OCSP responder; null: this zone has no key for it.</summary>
    public OcspSettings? Ocsp { get; }

    /// <summary>Where this process itself reaches the application.</summary>
    public Uri Address { get; }

    public static async Task<PublicZone> StartAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri publicAddress, TrustAnchor anchor, string publication, PublicRoles roles, TimeProvider clock,
        CancellationToken cancellation)
    {
        var follower = new PublicationFollower(
            PublicationSource.Open(publication), new FollowerSettings(anchor, data.VerifierCache, data.VerifierHighWater), clock);
        // The first round before the port opens: whoever connects finds an answer.
        await follower.PollAsync(cancellation);
        var badges = BadgeStore.Open(data.Badges);
        var ocspKey = roles.HasFlag(PublicRoles.Verification) ? OcspKey.For(configuration.Ocsp, data) : null;
        var ocsp = ocspKey is null
            ? null
            : (configuration.Ocsp ?? new OcspConfiguration()).ToSettings(new OcspDelegates(PublicationSource.Open(publication), data.Inbox, ocspKey.Open, clock));
        var protection = new Protection { Keys = configuration.BatchKeys(), Line = new WorkLine() };
        var app = Build(ports, publicAddress, publication, roles, clock, follower, badges, ocsp, protection);
        await app.StartAsync(cancellation);
        return new PublicZone(app, follower, badges, ocspKey, ocsp, new Uri(ports.Address(ports.Verification)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Ocsp?.Delegates.Dispose();
        _ocspKey?.Dispose();
        Follower.Dispose();
    }

    private static WebApplication Build(
        PortBlock ports, Uri publicAddress, string publication, PublicRoles roles, TimeProvider clock, PublicationFollower follower,
        BadgeStore badges, OcspSettings? ocsp, Protection protection)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(PublicZone).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false"], // no settings file is read, and watching for one costs a watch of the machine's few
        });
        builder.WebHost.UseSockets(ports.HandTo);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(ports.Listen, ports.Verification, new ConnectionCount(protection.Connections.MostOfOneAddress).Bound);
        });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        if (roles.HasFlag(PublicRoles.Verification))
        {
            PublicVerificationRole.AddServices(builder.Services, new PublicVerificationOptions
            {
                Follower = follower,
                PublicationFolder = Directory.Exists(publication) ? publication : null,
                PublicAddress = publicAddress,
                Ocsp = ocsp,
                Protection = protection,
                Clock = clock,
            });
        }

        if (roles.HasFlag(PublicRoles.Display))
        {
            DisplayRole.AddServices(builder.Services, new DisplayOptions
            {
                Follower = follower,
                RunFollower = !roles.HasFlag(PublicRoles.Verification),
                Badges = badges,
                PublicAddress = publicAddress,
                VerificationAddress = publicAddress,
                Protection = protection,
                Clock = clock,
            });
        }

        var app = builder.Build();
        if (roles.HasFlag(PublicRoles.Verification))
            PublicVerificationRole.Map(app);
        if (roles.HasFlag(PublicRoles.Display))
            DisplayRole.Map(app);
        return app;
    }
}
