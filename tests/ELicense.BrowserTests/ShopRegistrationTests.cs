using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Portal;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>From nothing to a badge on the shop: the enterprise in Chromium with its certificate, portal, display and shop on loopback ports.</summary>
public sealed class ShopRegistrationTests : IAsyncLifetime
{
    private readonly Uri _service = ShopStreet.FreeAddress();
    private readonly Uri _shopAddress = ShopStreet.FreeAddress();
    private readonly ConcurrentDictionary<string, string> _shopFiles = new() { ["/"] = "<!doctype html><html lang=zh><title>茶铺</title><h1>茶</h1>" };
    private PortalStation _portal = null!;
    private WebApplication _display = null!;
    private WebApplication _shop = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _portal = new PortalStation { PublicAddress = _service, SiteSettings = new SiteSettings { Loopback = [_shopAddress], Pause = TimeSpan.Zero } };
        await _portal.InitializeAsync();
        _display = Display();
        _shop = Shop();
        await _display.StartAsync(Cancelled);
        await _shop.StartAsync(Cancelled);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(ShopStreet.SystemChromium);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _shop.DisposeAsync();
        await _display.DisposeAsync();
        await _portal.DisposeAsync();
    }

    [Fact]
    public async Task An_enterprise_registers_its_shop_puts_the_file_there_and_the_shop_shows_the_badge()
    {
        var page = await EnterpriseAsync();
        await page.GotoAsync(new Uri(_portal.Address, "/sites").ToString());
        await Barriers.AssertNoneAsync(page);
        await page.GetByLabel("网站地址").FillAsync(_shopAddress.AbsoluteUri);
        await page.GetByRole(AriaRole.Button, new() { Name = "登记" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("等待证明");
        await Barriers.AssertNoneAsync(page);

        _shopFiles[SiteProof.FilePath] = await page.GetByLabel("证明文字", new() { Exact = true }).InputValueAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "检查" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("使用中");
        await Barriers.AssertNoneAsync(page);
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        _shopFiles["/"] += await page.GetByLabel("代码（全选后复制）").InputValueAsync();

        await page.GotoAsync(_shopAddress.AbsoluteUri);
        Assert.Equal(160, await page.Locator("img").EvaluateAsync<int>("i => i.decode().then(() => i.naturalWidth)"));
        await page.Locator("a", new() { Has = page.Locator("img") }).ClickAsync();
        await Assertions.Expect(page.GetByText("与登记的网站一致")).ToBeVisibleAsync();

        await page.GotoAsync(new Uri(_portal.Address, "/sites").ToString());
        await page.GetByRole(AriaRole.Link, new() { Name = _shopAddress.Authority }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "暂停使用" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("已暂停");
        await page.GotoAsync(_shopAddress.AbsoluteUri);
        await page.Locator("a", new() { Has = page.Locator("img") }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("这枚标识未启用");
        await Barriers.AssertNoneAsync(page);
    }

    /// <summary>A phone whose browser holds the enterprise's certificate.</summary>
    private async Task<IPage> EnterpriseAsync()
    {
        using var key = _portal.Shop.GetECDsaPrivateKey()!;
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = "zh-CN",
            IgnoreHTTPSErrors = true,
            ViewportSize = new ViewportSize { Width = 390, Height = 844 },
            ClientCertificates =
            [
                new ClientCertificate
                {
                    Origin = _portal.Address.GetLeftPart(UriPartial.Authority),
                    Cert = Encoding.ASCII.GetBytes(_portal.Shop.ExportCertificatePem()),
                    Key = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()),
                },
            ],
        });
        return await ShopStreet.PageAsync(context);
    }

    private WebApplication Display() => ShopStreet.SiteAt(
        _service, DisplayRole.Map, services => DisplayRole.AddServices(services, new DisplayOptions
        {
            Publications = new(_portal.Follower),
            RunFollowers = false,
            Badges = BadgeStore.Open(Path.Combine(_portal.Folder, "display.db")),
            PublicAddress = _service,
            VerificationAddress = _service,
            Protection = new Protection { Rate = null },
        }));

    private WebApplication Shop() => ShopStreet.SiteAt(_shopAddress, shop => shop.MapGet(
        "/{**path}", (HttpContext context) => _shopFiles.TryGetValue(context.Request.Path, out var file) ? Results.Content(file, "text/html; charset=utf-8") : Results.NotFound()));
}
