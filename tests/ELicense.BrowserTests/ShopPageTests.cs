using System.Collections.Concurrent;
using ELicense.Display;
using ELicense.Display.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>The badge of a shop that is one page of a platform: on it, and copied onto the platform's other pages, which have the same origin.</summary>
public sealed class ShopPageTests(ShopStreet street) : IClassFixture<ShopStreet>, IAsyncLifetime
{
    private const string Shop = "/shop/88";

    private readonly Uri _address = ShopStreet.FreeAddress();
    private readonly ConcurrentDictionary<string, string> _heads = new();
    private WebApplication _mall = null!;
    private SiteRegistry _sites = null!;
    private Badge _badge = null!;
    private string _snippet = "";
    private string _referrer = "strict-origin-when-cross-origin";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _mall = Mall();
        await _mall.StartAsync(Cancelled);
        _sites = new SiteRegistry(street.Station.Badges, new SiteSettings { Loopback = [_address], Pause = TimeSpan.Zero }, street.Station.Address, street.Station.Clock);
        Assert.True(_sites.TryRegister(street.Badge.CreditCode, new Uri(_address, Shop).AbsoluteUri, SiteScope.Page, out var site, out var refusal), refusal.ToString());
        _heads[Shop] = $"<meta name=elicense-site-proof content={site.Challenge}>";
        Assert.Null(await _sites.ProveAsync(street.Badge.CreditCode, site.Badge.Id, SiteMethod.Meta, Cancelled));
        _badge = site.Badge;
        _snippet = _sites.Snippet(site);
    }

    public ValueTask DisposeAsync() => _mall.DisposeAsync();

    [Theory]
    [InlineData("/shop/88", "match")]
    [InlineData("/shop/%38%38?utm_source=qr&spm=1", "match")]
    [InlineData("/shop/99", "mismatch")]
    [InlineData("/shop/88/99", "mismatch")]
    [InlineData("/Shop/88", "mismatch")]
    [InlineData("/", "mismatch")]
    [InlineData("/shop%E4%B8%BF88", "mismatch")] // 丿, which passes for a slash, is shown in its encoding
    [InlineData("/shop/88?shop=99", "compare")]
    [InlineData("/shop/88?utm_source=qr&shop=99", "compare")]
    [InlineData("/shop/88/", "compare")]
    [InlineData("/shop/88#/shop/99", "compare")]
    public async Task The_script_compares_the_page_and_names_both(string path, string state)
    {
        var page = await OpenAsync(path);
        var note = page.Locator("[data-elicense]");
        await Assertions.Expect(note).ToHaveAttributeAsync("data-elicense", state);
        await Assertions.Expect(note).ToContainTextAsync(_address.Authority + Shop);
        if (state == "mismatch")
            await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(_address.Authority + path);
        if (path is "/shop/99" or "/shop/88/")
            await Barriers.AssertNoneAsync(page);
    }

    [Theory]
    [InlineData(Shop)]
    [InlineData("/shop/99")]
    public async Task A_script_that_knows_no_pages_confirms_none(string path)
    {
        var script = BadgeScript.All.Single(one => one.Number == 1);
        _snippet = $"{BadgeSnippet.Link(_badge, street.Station.Address)}<script src=\"{new Uri(street.Station.Address, script.Path)}\" integrity=\"{script.Integrity}\" crossorigin=anonymous></script>";
        var page = await OpenAsync(path);
        await Assertions.Expect(page.Locator("[data-elicense]")).ToHaveAttributeAsync("data-elicense", "unconfirmed");
    }

    [Theory]
    [InlineData("strict-origin-when-cross-origin", "/shop/99", "上还有别人的网页")]
    [InlineData("unsafe-url", "/shop/99", "您来自另一个网页")]
    [InlineData("unsafe-url", Shop, "与登记的网页一致")]
    public async Task The_confirmation_page_names_the_page_and_says_what_the_browser_told_it(string policy, string path, string says)
    {
        _referrer = policy;
        var page = await OpenAsync(path);
        await page.Locator("a", new() { Has = page.Locator("img") }).ClickAsync();
        await Assertions.Expect(page.Locator(".site-name.large")).ToHaveTextAsync(_address.Authority + Shop);
        await Assertions.Expect(page.GetByText(says)).ToBeVisibleAsync();
        await Barriers.AssertNoneAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "打开登记的网页" }).ClickAsync();
        await page.WaitForURLAsync(new Uri(_address, Shop).AbsoluteUri);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_badge_that_was_paused_or_deleted_is_not_in_use_and_the_script_says_so(bool deleted)
    {
        Assert.Null(deleted ? _sites.Delete(_badge.CreditCode, _badge.Id) : _sites.Pause(_badge.CreditCode, _badge.Id));
        var note = (await OpenAsync(Shop)).Locator("[data-elicense=unused]");
        await Assertions.Expect(note).ToContainTextAsync("这枚标识未启用");
    }

    [Theory]
    [InlineData("", ColorScheme.Light, false)]
    [InlineData("", ColorScheme.Dark, true)]
    [InlineData("?theme=dark", ColorScheme.Light, true)]
    [InlineData("?theme=light", ColorScheme.Dark, false)]
    public async Task The_note_is_dark_where_the_picture_is(string theme, ColorScheme site, bool dark)
    {
        _snippet = _snippet.Replace(".svg\"", $".svg{theme}\"", StringComparison.Ordinal);
        var page = await OpenAsync(Shop);
        await page.EmulateMediaAsync(new() { ColorScheme = site });
        // The paper and the green of look.md.
        await Assertions.Expect(page.Locator("[data-elicense=match]")).ToHaveCSSAsync("background-color", dark ? "rgb(20, 23, 26)" : "rgb(255, 255, 255)");
        await Assertions.Expect(page.Locator("[data-elicense=match]")).ToHaveCSSAsync("color", dark ? "rgb(111, 207, 151)" : "rgb(15, 107, 58)");
    }

    private async Task<IPage> OpenAsync(string path)
    {
        var page = await street.ReaderAsync(scripts: true);
        await page.GotoAsync(_address.GetLeftPart(UriPartial.Authority) + path);
        return page;
    }

    /// <summary>Light and dark as the reader likes it; every page has the badge, the shop's own head alone the proof.</summary>
    private WebApplication Mall()
    {
        var service = street.Station.Address.GetLeftPart(UriPartial.Authority);
        return ShopStreet.SiteAt(_address, mall => mall.MapGet("/{**path}", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; img-src data: {service}; script-src {service}; connect-src {service}";
            context.Response.Headers["Referrer-Policy"] = _referrer;
            return Results.Content(
                $"""
                <!DOCTYPE html><html lang="zh-CN"><head><title>茶铺</title><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">{_heads.GetValueOrDefault(context.Request.Path)}</head>
                <body><main><h1>茶</h1>{_snippet}</main></body></html>
                """,
                "text/html; charset=utf-8");
        }));
    }
}
