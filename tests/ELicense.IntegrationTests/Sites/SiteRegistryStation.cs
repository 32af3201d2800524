using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Web;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>A registry of sites over a store of its own, and a shop that it reaches under a name.</summary>
public abstract class SiteRegistryStation : IAsyncLifetime
{
    private const string Host = "shop.example.cn";

    private protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private protected static CreditCode Own => Code(PublicStation.ValidCode);

    private protected static CreditCode Other => Code(PublicStation.HostileCode);

    private protected string Folder { get; } = Directory.CreateTempSubdirectory("elicense-sites-").FullName;

    private protected TestNames Names { get; } = new();

    private protected StrangerSite Shop { get; } = new();

    private protected StationClock Clock { get; } = new(DateTimeOffset.UtcNow);

    private protected BadgeStore Store { get; private set; } = null!;

    private protected SiteRegistry Sites { get; private set; } = null!;

    private protected string Address => $"http://{Host}:{Shop.Port}/";

    public ValueTask InitializeAsync()
    {
        Names.Name(Host, ["127.0.0.1"]);
        Store = BadgeStore.Open(Path.Combine(Folder, "display.db"));
        Sites = Registry(Store);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Shop.DisposeAsync();
        await Names.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private protected Site Register(CreditCode? enterprise = null) => Register(Address, enterprise);

    private protected Site Register(string address, CreditCode? enterprise = null)
    {
        Assert.True(Sites.TryRegister(enterprise ?? Own, address, SiteScope.Origin, out var site, out var refusal), refusal.ToString());
        return site;
    }

    private protected async Task<Site> ProvenAsync()
    {
        var site = Register();
        Show(SiteMethod.File, site.Challenge);
        Assert.Null(await ProveAsync(site, SiteMethod.File));
        return site;
    }

    private protected Task<Refusal?> ProveAsync(Site site, SiteMethod method)
    {
        Clock.Ahead += TimeSpan.FromSeconds(10);
        return Sites.ProveAsync(site.Badge.CreditCode, site.Badge.Id, method, Cancelled);
    }

    private protected void Show(SiteMethod method, string text)
    {
        switch (method)
        {
            case SiteMethod.File:
                Shop.Answer("/.well-known/elicense-site-proof.txt", "first line\n" + text);
                break;
            case SiteMethod.Dns:
                // One record of several, in several strings (RFC 1035 3.3.14).
                Names.Texts["_elicense-challenge." + Host] = [["v=spf1 -all"], text.Length == 0 ? [""] : [.. text.Chunk(20).Select(part => new string(part))]];
                break;
            default:
                Shop.Answer("/", $"<!doctype html><title>t</title><meta name=\"elicense-site-proof\" content=\"{text}\"><p>");
                break;
        }
    }

    private protected SiteRegistry Registry(BadgeStore store) => new(
        store, new SiteSettings { Resolvers = [Names.Address], Loopback = [new Uri(Address)], Pause = TimeSpan.Zero }, new Uri("https://gs.example.cn/"), Clock);

    private static CreditCode Code(string text) => CreditCode.TryParse(text, out var code, out var refusal) ? code : throw new InvalidOperationException(refusal.ToString());
}
