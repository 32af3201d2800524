using ELicense.Cli.Demo;
using ELicense.Core.Enterprises;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Web;
using ELicense.UnitTests.Docs;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>Makes docs/screenshots anew, only when asked for: ELicense.BrowserTests --explicit only; then mogrify -strip +dither -colors 32 makes them small.</summary>
public sealed class Screenshots(EveryState states) : IClassFixture<EveryState>
{
    private static readonly (string Language, bool Dark, int Width)[] Readers = [("zh", false, 390), ("zh", true, 390), ("en", false, 390), ("en", true, 390), ("zh", false, 1280)];

    private static readonly string Folder = Path.Combine(FormatsDocument.RepositoryRoot, "docs", "screenshots");

    [Fact(Explicit = true)]
    [Trait("Category", "OnRequest")]
    public async Task Of_every_state_in_both_languages_light_and_dark()
    {
        foreach (var state in states.Paths.Keys)
        {
            foreach (var (language, dark, width) in Readers)
                await TakeAsync(state, states.Address(state == "offline" ? "valid" : state), language, dark, width);
        }

        foreach (var (name, shop) in ((string, Uri)[])[("shop", states.Street.Shop), ("shop-copy", states.Street.Copy)])
            await TakeAsync(name, shop.ToString(), "zh", dark: false, 1280);
    }

    /// <summary>What the badge says where it stands: the site's footer with picture and script's note.</summary>
    [Fact(Explicit = true)]
    [Trait("Category", "OnRequest")]
    public async Task Of_every_state_of_a_badge_on_its_site()
    {
        var station = states.Street.Station;
        Assert.True(CreditCode.TryParse(PublicStation.RevokedCode, out var code, out _));
        var address = ShopStreet.FreeAddress();
        await using var closed = SampleShop.Create(address, station.Address, station.Badges.Register(code, address, station.Clock.GetUtcNow()), "深圳市示范电子有限公司");
        await closed.StartAsync(TestContext.Current.CancellationToken);
        var given = ShopStreet.FreeAddress();
        var badge = station.Badges.Register(states.Street.Badge.CreditCode, given, station.Clock.GetUtcNow());
        Assert.True(station.Badges.TryChange(station.Badges.FindSite(badge.Id)!, SiteState.Proven, SiteState.Paused));
        await using var paused = SampleShop.Create(given, station.Address, badge, "福州市闽江源茶叶贸易有限公司");
        await paused.StartAsync(TestContext.Current.CancellationToken);
        foreach (var reader in Readers)
        {
            await TakeBadgeAsync("match", states.Street.Shop, reader, service: true);
            await TakeBadgeAsync("mismatch", states.Street.Copy, reader, service: true);
            await TakeBadgeAsync("ended", address, reader, service: true);
            await TakeBadgeAsync("unused", given, reader, service: true);
            await TakeBadgeAsync("unconfirmed", states.Street.Shop, reader, service: false);
        }
    }

    /// <param name="service">Whether the badge's document can be had.</param>
    private async Task TakeBadgeAsync(string state, Uri site, (string Language, bool Dark, int Width) reader, bool service)
    {
        var (language, dark, width) = reader;
        var page = await states.Street.ReaderAsync(language, scripts: true, width, 900, dark ? ColorScheme.Dark : ColorScheme.Light);
        // The script speaks as the site does, and the shop has one language.
        await page.AddInitScriptAsync($"new MutationObserver(() => {{ document.documentElement.lang = '{language}'; }}).observe(document, {{ childList: true, subtree: true }})");
        if (!service)
            await page.RouteAsync("**/api/v1/badges/*", route => route.AbortAsync());
        await page.GotoAsync(site.ToString(), new() { WaitUntil = WaitUntilState.NetworkIdle });
        await Assertions.Expect(page.Locator("[data-elicense]")).ToHaveAttributeAsync("data-elicense", state);
        // The picture follows the site that shows it (CSS Color Adjustment 2), and the shop is light.
        if (dark)
            await page.EvaluateAsync("() => { document.documentElement.style.colorScheme = 'dark'; Object.assign(document.body.style, { background: '#14171a', color: '#e8eaed' }); }");
        await page.Locator("footer").ScreenshotAsync(new() { Path = PathOf("badge-" + state, language, dark, width) });
        await page.Context.CloseAsync();
    }

    private static string PathOf(string state, string language, bool dark, int width) =>
        Path.Combine(Folder, $"{state}-{(width < 800 ? "phone" : "desktop")}-{language}{(dark ? "-dark" : "")}.png");

    private async Task TakeAsync(string state, string address, string language, bool dark, int width)
    {
        var page = await states.Street.ReaderAsync(language == "en" ? "en" : "zh-CN", scripts: true, width, width < 800 ? 844 : 900, dark ? ColorScheme.Dark : ColorScheme.Light);
        await page.GotoAsync(address, new() { WaitUntil = WaitUntilState.NetworkIdle });
        if (state == "offline")
        {
            await Assertions.Expect(page.Locator("#kept")).ToBeVisibleAsync();
            await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => null)");
            await page.Context.SetOfflineAsync(true);
            await page.ReloadAsync();
            await Assertions.Expect(page.Locator("#result .banner")).ToBeVisibleAsync();
        }

        if (state.StartsWith("shop", StringComparison.Ordinal))
            await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        if (state == "license")
            await page.Locator(".qr").ScrollIntoViewIfNeededAsync();
        await page.ScreenshotAsync(new() { Path = PathOf(state, language, dark, width) });
        await page.Context.CloseAsync();
    }
}
