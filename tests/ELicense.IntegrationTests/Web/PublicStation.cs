using System.Net;
using System.Text;
using ELicense.Core;
using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.Issuance.Matters;
using ELicense.PublicVerification;
using ELicense.Web.Delegates;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ELicense.IntegrationTests.Web;

/// <summary>An authority with software keys, its publication in a folder, and both public roles on one Kestrel port over it.</summary>
public class PublicStation : AuthorityStation
{
    public const string ApiKey = "station-key-8d1f";
    public const string SmallApiKey = "station-key-5b07";
    public const string ThirdApiKey = "station-key-c2e4";

    public static readonly WorkRate SmallRate = new(Burst: 5, PerSecond: 1);

    // The worked code of GB 32100-2015, and codes of published registers.
    public const string ValidCode = "91350100M000100Y43";
    public const string RevokedCode = "91440300708461136T";
    public const string SuspendedCode = "91110108551385082Q";
    public const string HostileCode = "91330106673959654P";

    /// <summary>A right code that nobody is licensed under.</summary>
    public const string UnlicensedCode = "91110000000000019B";

    public const string HostileName = "<script>alert(1)</script>\"&'有限公司";

    public PublicStation()
        : this(new StationClock(DateTimeOffset.UtcNow))
    {
    }

    private PublicStation(StationClock clock)
        : base(clock) => Clock = clock;

    public StationClock Clock { get; }

    /// <summary>Set before <see cref="InitializeAsync"/>; the keys are the station's.</summary>
    public Protection Protection { get; init; } = new() { Rate = null };

    /// <summary>Set before <see cref="InitializeAsync"/>.</summary>
    public SiteSettings SiteSettings { get; init; } = new();

    public SiteRegistry Sites { get; private set; } = null!;

    /// <summary>Looks when it is told to.</summary>
    internal SiteWatch Watch => App!.Services.GetRequiredService<SiteWatch>();

    /// <summary>Set before <see cref="InitializeAsync"/>.</summary>
    public TimeSpan PictureMaxAge { get; init; } = TimeSpan.FromMinutes(1);

    public BadgeStore Badges { get; private set; } = null!;

    /// <summary>Who signs badges.</summary>
    public StatementDelegates Delegates { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    /// <summary>Follows no redirects and keeps no cookies.</summary>
    public HttpClient Http { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Found(BadgeStatement.Role, "1.3.6.1.4.1.32473.3.1");
        Badges = BadgeStore.Open(Path.Combine(Folder, "display.db"));
        Sites = new SiteRegistry(Badges, SiteSettings, new Uri("https://" + PublicHost), Clock);

        Issue(ValidCode, "福州市闽江源茶叶贸易有限公司");
        Issue(RevokedCode, "深圳市示范电子有限公司");
        Issue(SuspendedCode, "北京示范信息技术有限公司");
        Issue(HostileCode, HostileName);
        Change(MatterType.Revocation, RevokedCode);
        Change(MatterType.Suspension, SuspendedCode);
        await PublishAsync();
        (Delegates, _) = await DelegateAsync(BadgeStatement.Role);
        await StartAsync();
    }

    /// <summary>Nobody reaches the public roles any more.</summary>
    public Task CutAsync() => App!.StopAsync();

    private async Task StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        var keys = new Dictionary<string, WorkRate> { [ApiKey] = WorkRate.Key, [SmallApiKey] = SmallRate, [ThirdApiKey] = WorkRate.Key };
        var protection = Protection with { Keys = new ApiKeys(keys.ToDictionary(key => Digest.Of(Encoding.UTF8.GetBytes(key.Key)), key => key.Value)) };
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, new ConnectionCount(protection).Bound));
        builder.Logging.ClearProviders();
        var address = new Uri("https://" + PublicHost);
        PublicVerificationRole.AddServices(builder.Services, new PublicVerificationOptions
        {
            Publications = new(Follower),
            RunFollowers = false,
            PublicationFolder = Publication,
            PublicAddress = address,
            Clock = Clock,
            Protection = protection,
        });
        DisplayRole.AddServices(builder.Services, new DisplayOptions
        {
            Publications = new(Follower),
            RunFollowers = false,
            Badges = Badges,
            Watched = Sites,
            RunWatch = false,
            Signers = [new StatementSettings(Follower, Delegates)],
            PublicAddress = address,
            VerificationAddress = address,
            PictureMaxAge = PictureMaxAge,
            Clock = Clock,
            Protection = protection,
        });
        App = builder.Build();
        PublicVerificationRole.Map(App);
        DisplayRole.Map(App);
        await App.StartAsync();
        Address = new Uri(App.Urls.Single());
        Http = OwnClient(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Address });
    }
}

/// <summary>A clock that a test moves.</summary>
public sealed class StationClock(DateTimeOffset now) : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now + Ahead;

    public override long GetTimestamp() => Ahead.Ticks;
}
