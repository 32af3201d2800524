using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.PublicVerification;
using ELicense.PublicVerification.Ocsp;
using ELicense.Verification.Publication;
using ELicense.Verification.Receipts;
using ELicense.Web.Delegates;
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
    private readonly IReadOnlyList<DelegateKey> _keys;
    private readonly IReadOnlyList<StatementSettings> _statements;

    private PublicZone(
        WebApplication app, FollowedPublications publications, BadgeStore badges, SiteRegistry sites, IReadOnlyList<DelegateKey> keys, IReadOnlyList<OcspSettings> ocsp,
        IReadOnlyList<StatementSettings> statements, Uri address)
    {
        _app = app;
        _keys = keys;
        Ocsp = ocsp;
        _statements = statements;
        Publications = publications;
        Badges = badges;
        Sites = sites;
        Address = address;
    }

    public FollowedPublications Publications { get; }

    /// <summary>Of the first publication.</summary>
    public PublicationFollower Follower => Publications.Followers[0];

    public BadgeStore Badges { get; }

    /// <summary>Sites of the badges, over the same store.</summary>
    public SiteRegistry Sites { get; }

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
        var sites = SitesConfiguration.Open(badges, configuration, publicAddress, clock);
        var verifies = roles.HasFlag(PublicRoles.Verification);
        var ocspKey = verifies ? DelegateKey.For(OcspDelegates.Role, configuration.Ocsp?.Key, data) : null;
        var receiptKey = verifies ? DelegateKey.For(Receipt.Role, configuration.Receipts?.Key, data) : null;
        var badgeKey = roles.HasFlag(PublicRoles.Display) ? DelegateKey.For(BadgeStatement.Role, configuration.Badges?.Key, data) : null;
        var filed = sources.Zip(followers).Where(pair => pair.First.Inbox is not null).ToList();
        List<OcspSettings> ocsp = ocspKey is null ? [] : filed.ConvertAll(pair => (configuration.Ocsp ?? new OcspConfiguration()).ToSettings(
            pair.Second, new OcspDelegates(PublicationSource.Open(pair.First.Publication), pair.First.Inbox!, ocspKey.Open, clock)));
        var receipts = Delegates(Receipt.Role, receiptKey);
        var badgeSigners = Delegates(BadgeStatement.Role, badgeKey);
        var protection = new Protection { Keys = configuration.BatchKeys(), Line = new WorkLine(), Proxies = configuration.ForwardedFrom ?? [] };
        var app = Build(ports, publicAddress, sources[0].Publication, roles, clock, publications, badges, sites, ocsp, receipts, badgeSigners, protection);
        await app.StartAsync(cancellation);
        return new PublicZone(
            app, publications, badges, sites, [.. new[] { ocspKey, receiptKey, badgeKey }.OfType<DelegateKey>()], ocsp, [.. receipts, .. badgeSigners], new Uri(ports.Address(ports.Verification)));

        List<StatementSettings> Delegates(string role, DelegateKey? key) => key is null ? [] : filed.ConvertAll(pair => new StatementSettings(
            pair.Second, new StatementDelegates(role, PublicationSource.Open(pair.First.Publication), pair.First.Inbox!, key.Open, clock)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        foreach (var responder in Ocsp)
            responder.Delegates.Dispose();
        foreach (var statements in _statements)
            statements.Delegates.Dispose();
        foreach (var key in _keys)
            key.Dispose();
        foreach (var follower in Publications.Followers)
            follower.Dispose();
    }

    private static WebApplication Build(
        PortBlock ports, Uri publicAddress, string publication, PublicRoles roles, TimeProvider clock, FollowedPublications publications,
        BadgeStore badges, SiteRegistry sites, IReadOnlyList<OcspSettings> ocsp, IReadOnlyList<StatementSettings> receipts, IReadOnlyList<StatementSettings> badgeSigners, Protection protection)
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
            kestrel.Listen(ports.Listen, ports.Verification, new ConnectionCount(protection).Bound);
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
                Receipts = receipts,
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
                Watched = sites,
                Signers = badgeSigners,
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
