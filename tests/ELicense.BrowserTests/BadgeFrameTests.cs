using ELicense.Display;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>The badge in an iframe, on the registered site and on a copy of it, whose policy allows nothing but the frame.</summary>
public sealed class BadgeFrameTests(ShopStreet street) : IClassFixture<ShopStreet>
{
    [Fact]
    public async Task In_its_sandbox_on_the_registered_site_it_shows_the_picture_and_opens_the_confirmation_page_in_a_window_of_its_own()
    {
        var site = ShopStreet.FreeAddress();
        var badge = street.Station.Badges.Register(street.Badge.CreditCode, site, street.Station.Clock.GetUtcNow());
        await using var server = await ServeAsync(site, badge);
        var (page, said) = await OpenAsync(site);
        var picture = page.FrameLocator("iframe").Locator($"img[src*='{badge.Id}']");
        await Assertions.Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 96);
        Assert.DoesNotContain(said, text => text.Contains("Content Security Policy", StringComparison.Ordinal));

        var confirmation = await page.RunAndWaitForPopupAsync(() => picture.ClickAsync());
        await Assertions.Expect(confirmation.Locator(".site-name.large")).ToHaveTextAsync(site.Authority);
        await Assertions.Expect(confirmation.Locator(".registered")).ToContainTextAsync("请核对");

        await confirmation.GotoAsync(new Uri(street.Station.Address, $"/badge/{badge.Id}/frame").ToString());
        await Barriers.AssertNoneAsync(confirmation);
    }

    [Fact]
    public async Task On_a_copy_of_the_site_the_browser_shows_nothing_of_it()
    {
        var copy = ShopStreet.FreeAddress();
        await using var server = await ServeAsync(copy, street.Badge);
        var page = await street.ReaderAsync(scripts: true);
        await page.RunAndWaitForConsoleMessageAsync(
            () => page.GotoAsync(copy.ToString(), new() { WaitUntil = WaitUntilState.Load }), new() { Predicate = message => message.Text.Contains("frame-ancestors", StringComparison.Ordinal) });
        Assert.Equal(0, await page.FrameLocator("iframe").Locator($"img[src*='{street.Badge.Id}']").CountAsync());
    }

    private async Task<WebApplication> ServeAsync(Uri site, Badge badge)
    {
        var frame = BadgeSnippet.Frame(badge, street.Station.Address, new BadgeLook(BadgeShape.Square, BadgeTheme.Auto, Only: null));
        var app = ShopStreet.SiteAt(site, framing => framing.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; img-src data:; frame-src {street.Station.Address.GetLeftPart(UriPartial.Authority)}; style-src-attr 'unsafe-inline'";
            return Results.Content($"""<!DOCTYPE html><html lang="zh-CN"><title>茶</title><link rel="icon" href="data:,">{frame}</html>""", "text/html; charset=utf-8");
        }));
        await app.StartAsync();
        return app;
    }

    /// <summary>A reader's page with the site, and the errors that the browser tells of it.</summary>
    private async Task<(IPage Page, List<string> Said)> OpenAsync(Uri site)
    {
        var page = await street.ReaderAsync(scripts: true);
        var said = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                said.Add(message.Text);
        };
        await page.GotoAsync(site.ToString(), new() { WaitUntil = WaitUntilState.Load });
        return (page, said);
    }
}
