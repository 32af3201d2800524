using ELicense.UnitTests.Docs;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>Makes docs/screenshots anew, only when asked for: ELicense.BrowserTests --explicit only; then mogrify -strip +dither -colors 32 makes them small.</summary>
public sealed class Screenshots(EveryState states) : IClassFixture<EveryState>
{
    private static readonly string Folder = Path.Combine(FormatsDocument.RepositoryRoot, "docs", "screenshots");

    [Fact(Explicit = true)]
    [Trait("Category", "OnRequest")]
    public async Task Of_every_state_in_both_languages_light_and_dark()
    {
        foreach (var state in states.Paths.Keys)
        {
            foreach (var (language, dark, width) in ((string, bool, int)[])[("zh", false, 390), ("zh", true, 390), ("en", false, 390), ("en", true, 390), ("zh", false, 1280)])
                await TakeAsync(state, states.Address(state == "offline" ? "valid" : state), language, dark, width);
        }

        foreach (var (name, shop) in ((string, Uri)[])[("shop", states.Street.Shop), ("shop-copy", states.Street.Copy)])
            await TakeAsync(name, shop.ToString(), "zh", dark: false, 1280);
    }

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
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{state}-{(width < 800 ? "phone" : "desktop")}-{language}{(dark ? "-dark" : "")}.png") });
        await page.Context.CloseAsync();
    }
}
