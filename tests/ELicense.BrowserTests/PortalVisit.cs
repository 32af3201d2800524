using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Portal;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>The portal, and a browser with or without the shop's certificate.</summary>
public sealed class PortalVisit : IAsyncLifetime
{
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public PortalStation Station { get; } = new();

    /// <summary>Pages of the shop's sites, by what they show: a page alone that waits for its proof, a site in use, one that is paused.</summary>
    public IReadOnlyDictionary<string, string> Sites { get; private set; } = new Dictionary<string, string>();

    public async ValueTask InitializeAsync()
    {
        await Station.InitializeAsync();
        Sites = Register();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(ShopStreet.SystemChromium);
    }

    /// <summary>A fresh browser without scripts of pages; tests look with their own.</summary>
    /// <param name="certificate">With its key; null: none is shown.</param>
    public async Task<IPage> VisitorAsync(X509Certificate2? certificate, string locale = "zh-CN", int width = 390, ColorScheme colours = ColorScheme.Light)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Station.Address.ToString(),
            IgnoreHTTPSErrors = true, // the station's root is nobody's
            Locale = locale,
            ViewportSize = new ViewportSize { Width = width, Height = 844 },
            ColorScheme = colours,
            ClientCertificates = certificate is null ? null :
            [
                new ClientCertificate
                {
                    Origin = Station.Address.GetLeftPart(UriPartial.Authority),
                    Cert = Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()),
                    Key = Encoding.ASCII.GetBytes(certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()),
                },
            ],
        });
        return await ShopStreet.PageAsync(context);
    }

    private Dictionary<string, string> Register()
    {
        var (store, now) = (BadgeStore.Open(Path.Combine(Station.Folder, "display.db")), DateTimeOffset.UtcNow);
        Assert.True(CreditCode.TryParse(PortalStation.ShopCode, out var shop, out _));
        Assert.True(store.TryAdd(shop, new Uri("https://mall.example.cn/shop/88"), SiteScope.Page, now + SiteRegistry.ChallengeLife, now, SiteRegistry.MostSites, out var proof, out _));
        var (used, paused) = (store.Register(shop, new Uri("https://shop.example.cn"), now), store.Register(shop, new Uri("https://tea.example.cn"), now));
        Assert.True(store.TryChange(store.FindSite(paused.Id)!, SiteState.Proven, SiteState.Paused));
        return new() { ["proof"] = "/sites/" + proof.Badge.Id, ["snippet"] = "/sites/" + used.Id, ["paused"] = "/sites/" + paused.Id };
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await Station.DisposeAsync();
    }
}
