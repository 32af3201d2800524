using ELicense.Display;
using ELicense.PublicVerification;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;
using ELicense.Web.Limits;

namespace ELicense.Cli.Hosting;

/// <summary>Which roles of the public zone an application hosts.</summary>
[Flags]
internal enum PublicRoles
{
    Verification = 1,
    Display = 2,
}

/// <summary>The public zone: one web application for verification and display, over one publication or several. Owns their followers.</summary>
internal sealed class PublicZone : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly OcspKey? _ocspKey;

    private PublicZone(WebApplication app, FollowedPublications publications, BadgeStore badges, OcspKey? ocspKey, IReadOnlyList<OcspSettings> ocsp, Uri address)
    {
        _app = app;
        _ocspKey = ocspKey;
        Ocsp = ocsp;
        Publications = publications;
        Badges = badges;
        Address = address;
    }

    public FollowedPublications Publications { get; }

    /// <summary>Of the first publication.</summary>
    public PublicationFollower Follower => Publications.Followers[0];

    public BadgeStore Badges { get; }

    /// <summary>The OCSP responders, one for a publication; empty: this zone has no key for them.</summary>
    public IReadOnlyList<OcspSettings> Ocsp { get; }

    /// <summary>Where this process itself reaches the application.</summary>
    public Uri Address { get; }

    /// <param name="sources">The first one is served too, when it is a folder.</param>
    public static async Task<PublicZone> StartAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri publicAddress, IReadOnlyList<FollowedSource> sources, PublicRoles roles, TimeProvider clock,
        CancellationToken cancellation)
    {
        var followers = sources.Select(source => source.Follow(clock)).ToList();
        // The first rounds before the port opens: whoever connects finds an answer.
        await Task.WhenAll(followers.Select(follower => follower.PollAsync(cancellation)));
        var publications = new FollowedPublications(followers);
        var badges = BadgeStore.Open(data.Badges);
        var ocspKey = roles.HasFlag(PublicRoles.Verification) ? OcspKey.For(configuration.Ocsp, data) : null;
        var ocsp = ocspKey is null ? [] : Responders(configuration.Ocsp ?? new OcspConfiguration(), sources, followers, ocspKey, clock);
        var protection = new Protection { Keys = configuration.BatchKeys(), Line = new WorkLine() };
        var app = Build(ports, publicAddress, sources[0].Publication, roles, clock, publications, badges, ocsp, protection);
        await app.StartAsync(cancellation);
        return new PublicZone(app, publications, badges, ocspKey, ocsp, new Uri(ports.Address(ports.Verification)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        foreach (var responder in Ocsp)
            responder.Delegates.Dispose();
        _ocspKey?.Dispose();
        foreach (var follower in Publications.Followers)
            follower.Dispose();
    }

    private static List<OcspSettings> Responders(
        OcspConfiguration configuration, IReadOnlyList<FollowedSource> sources, List<PublicationFollower> followers, OcspKey key, TimeProvider clock) =>
    [
        .. sources.Zip(followers).Where(pair => pair.First.Inbox is not null).Select(pair => configuration.ToSettings(
            pair.Second, new OcspDelegates(PublicationSource.Open(pair.First.Publication), pair.First.Inbox!, key.Open, clock))),
    ];

    private static WebApplication Build(
        PortBlock ports, Uri publicAddress, string publication, PublicRoles roles, TimeProvider clock, FollowedPublications publications,
        BadgeStore badges, IReadOnlyList<OcspSettings> ocsp, Protection protection)
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
                Publications = publications,
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
                Publications = publications,
                RunFollowers = !roles.HasFlag(PublicRoles.Verification),
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
