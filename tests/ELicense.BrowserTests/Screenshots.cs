using System.Diagnostics;
using System.Text.Json;
using ELicense.UnitTests.Docs;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>Makes docs/screenshots anew from a running demo; only when asked for: ELicense.BrowserTests --explicit only.</summary>
public sealed class Screenshots
{
    private static readonly (string Name, int Width, int Height)[] Screens = [("phone", 390, 844), ("desktop", 1280, 900)];

    private static readonly string Folder = Path.Combine(FormatsDocument.RepositoryRoot, "docs", "screenshots");

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    [Trait("Category", "OnRequest")]
    public async Task Of_every_page_of_the_demo()
    {
        using var demo = Start();
        try
        {
            var line = await demo.StandardOutput.ReadLineAsync(_cancellation) ?? throw new InvalidOperationException("The demo ended without its report.");
            var report = JsonSerializer.Deserialize<JsonElement>(line);
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(ShopStreet.SystemChromium);
            await TakeAsync(browser, report);
        }
        finally
        {
            demo.Kill();
        }
    }

    private static async Task TakeAsync(IBrowser browser, JsonElement report)
    {
        var urls = report.GetProperty("urls");
        var address = urls.GetProperty("public").GetString()!;
        var licenses = report.GetProperty("licenses").EnumerateArray().Select(license => license.GetProperty("uscc").GetString()).ToArray();
        var badge = report.GetProperty("badge");
        foreach (var (name, width, height) in Screens)
        {
            await TakeAsync(browser, $"verify-{name}", address, width, height);
            await TakeAsync(browser, $"license-valid-{name}", $"{address}/l/{licenses[0]}", width, height);
            await TakeAsync(browser, $"license-revoked-{name}", $"{address}/l/{licenses[^1]}", width, height);
            await TakeAsync(browser, $"confirmation-{name}", badge.GetProperty("pageUrl").GetString()!, width, height);
            await TakeAsync(browser, $"shop-{name}", urls.GetProperty("shop").GetString()!, width, height, scrollToEnd: true);
            await TakeAsync(browser, $"shop-copy-{name}", urls.GetProperty("shopCopy").GetString()!, width, height, scrollToEnd: true);
        }

        await TakeAsync(browser, "license-valid-english-dark", $"{address}/l/{licenses[0]}?lang=en", 1280, 900, dark: true);
        await TakeAsync(browser, "badge", badge.GetProperty("svgUrl").GetString()!, 160, 48, scale: 3);
    }

    private static async Task TakeAsync(
        IBrowser browser, string name, string address, int width, int height, bool scrollToEnd = false, bool dark = false, float scale = 1)
    {
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = "zh-CN",
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            DeviceScaleFactor = scale,
        });
        var page = await context.NewPageAsync();
        await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.NetworkIdle });
        if (scrollToEnd)
            await page.EvaluateAsync("scrollTo(0, document.body.scrollHeight)");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder, name + ".png") });
    }

    private static Process Start()
    {
        var program = Path.Combine(FormatsDocument.RepositoryRoot, "src", "ELicense.Cli", "bin", "Release", "net10.0", "elicense.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, "demo", "--json"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException("elicense did not start.");
        process.ErrorDataReceived += (_, _) => { }; // drained, so that the tour never waits for a reader
        process.BeginErrorReadLine();
        return process;
    }
}
