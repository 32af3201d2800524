using System.Net;
using System.Net.Sockets;
using ELicense.Cli.Demo;
using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.IntegrationTests.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>The public station, a shop with its badge, a thief's copy of the shop, and the system's Chromium.</summary>
public sealed class ShopStreet : IAsyncLifetime
{
    /// <summary>Milliseconds that no busy machine takes to show a page.</summary>
    private const float Longest = 120_000;

    /// <summary>The system's own browser: nothing is downloaded.</summary>
    public static BrowserTypeLaunchOptions SystemChromium { get; } = new()
    {
        ExecutablePath = "/usr/bin/chromium",
        Timeout = Longest,
        Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    };

    private IPlaywright _playwright = null!;
    private WebApplication _shop = null!;
    private WebApplication _copy = null!;

    public PublicStation Station { get; } = new();

    public IBrowser Browser { get; private set; } = null!;

    public Badge Badge { get; private set; } = null!;

    public Uri Shop { get; private set; } = null!;

    public Uri Copy { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Station.InitializeAsync();
        Shop = FreeAddress();
        Copy = FreeAddress();
        if (!CreditCode.TryParse(PublicStation.ValidCode, out var code, out var refusal))
            throw new InvalidOperationException(refusal.ToString());
        Badge = Station.Badges.Register(code, Shop, Station.Clock.GetUtcNow());
        _shop = SampleShop.Create(Shop, Station.Address, Badge, "福州市闽江源茶叶贸易有限公司");
        _copy = SampleShop.Create(Copy, Station.Address, Badge, "福州市闽江源茶叶贸易有限公司");
        await _shop.StartAsync();
        await _copy.StartAsync();
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(SystemChromium);
    }

    /// <summary>A browser of its own, with further arguments.</summary>
    public Task<IBrowser> LaunchAsync(params string[] arguments) =>
        _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions(SystemChromium) { Args = [.. SystemChromium.Args!, .. arguments] });

    /// <summary>A fresh reader: no cookies.</summary>
    public async Task<IPage> ReaderAsync(string locale = "zh-CN", bool scripts = false, int width = 1280, int height = 900, ColorScheme colours = ColorScheme.Light)
    {
        var context = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = locale,
            JavaScriptEnabled = scripts,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = colours,
        });
        return await PageAsync(context);
    }

    /// <summary>A page whose waits are as long as they need be.</summary>
    public static Task<IPage> PageAsync(IBrowserContext context)
    {
        Assertions.SetDefaultExpectTimeout(Longest);
        context.SetDefaultTimeout(Longest);
        return context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright.Dispose();
        await _shop.DisposeAsync();
        await _copy.DisposeAsync();
        await Station.DisposeAsync();
    }

    public static Uri FreeAddress()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}");
    }

    /// <summary>A web site of its own at that address, not started.</summary>
    /// <param name="add">What it serves with; null: nothing but what it maps.</param>
    public static WebApplication SiteAt(Uri address, Action<WebApplication> map, Action<IServiceCollection>? add = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(address.AbsoluteUri);
        builder.Logging.ClearProviders();
        add?.Invoke(builder.Services);
        var app = builder.Build();
        map(app);
        return app;
    }
}
