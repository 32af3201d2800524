using ELicense.Core.Tokens;
using ELicense.IntegrationTests;
using ELicense.IntegrationTests.Web;
using ELicense.Web.Http;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>Each way into the verify page, in a real browser.</summary>
public sealed class VerifyFormTests(ShopStreet street) : IClassFixture<ShopStreet>
{
    /// <summary>What is no license's QR code, with its code; TOKEN is a right one in Base32.</summary>
    private static readonly (string Text, string Code)[] Hostile =
    [
        ("javascript:alert(document.domain)//HTTPS://GS.EXAMPLE.CN/Q/TOKEN", "qr-scheme"),
        ("data:text/html,<script>alert(1)</script>", "qr-scheme"),
        ("HTTPS://GS.EXAMPLE.CN@EVIL.EXAMPLE/Q/TOKEN", "qr-user-info"),
        ("HTTPS://user:secret@GS.EXAMPLE.CN/Q/TOKEN", "qr-user-info"),
        ("https://gs.ехаmple.cn/Q/TOKEN", "qr-letters"), // four Cyrillic letters
        ("https://gs.example。cn/Q/TOKEN", "qr-letters"),
        ("HTTPS://GS.EXAMPLE.CN/Q/TOKEN/Q/TOKEN", "qr-tokens"),
        ("HTTPS://GS.EXAMPLE.CN/Q/TOKEN HTTPS://GS.EXAMPLE.CN/Q/TOKEN", "qr-tokens"),
        ("HTTPS://GS.EXAMPLE.CN/Q/TOKEN?next=evil", "qr-format"),
        ("https://gs.example.cn/elsewhere", "qr-format"),
    ];

    private string Token => Base32.Encode(street.Station.Licenses[PublicStation.ValidCode].Token.Span);

    private string Site => street.Station.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task Camera_picture_dropped_file_typed_code_and_typed_name_give_the_same_verdict()
    {
        var text = QrText.For(new Uri("https://" + PublicStation.PublicHost), street.Station.Licenses[PublicStation.SuspendedCode].Token.Span);
        var seen = new List<string>
        {
            await CameraAsync(text),
            await VerdictAsync(page => page.SetInputFilesAsync("#file", new FilePayload { Name = "photo.png", MimeType = "image/png", Buffer = QrPicture.Png(text) })),
            await VerdictAsync(page => DropAsync(page, street.Station.Licenses[PublicStation.SuspendedCode].File.ToArray(), "license.elic", "application/octet-stream")),
            await VerdictAsync(page => DropAsync(page, QrPicture.Png(text), "photo.png", "image/png")),
            await VerdictAsync(async page =>
            {
                await page.FillAsync("#artefact", PublicStation.SuspendedCode);
                await page.ClickAsync("button[type=submit]");
            }),
        };
        seen.Add(await VerdictAsync(async page =>
        {
            await page.FillAsync("#artefact", "示范信息");
            await page.ClickAsync("button[type=submit]");
            await page.ClickAsync(".entries a");
        }));
        Assert.All(seen, verdict => Assert.Equal("已冻结 北京示范信息技术有限公司", verdict));
    }

    [Fact]
    public async Task A_browser_that_reads_QR_codes_itself_is_asked_and_no_decoder_is_loaded()
    {
        // Chromium on Linux has no BarcodeDetector: here is one (W3C Shape Detection API 2.3), and zbar reads for it.
        var page = await street.ReaderAsync(scripts: true);
        await page.ExposeFunctionAsync("readByZbar", (string picture) => ReadByZbarAsync(Convert.FromBase64String(picture)));
        await page.AddInitScriptAsync("""
            globalThis.BarcodeDetector = class {
              static async getSupportedFormats() { return ['ean_13', 'qr_code']; }
              constructor({ formats }) { if (formats.join() !== 'qr_code') throw new TypeError(formats); }
              async detect(picture) {
                const canvas = new OffscreenCanvas(picture.width, picture.height);
                canvas.getContext('2d').drawImage(picture, 0, 0);
                const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
                const text = await readByZbar(btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join('')));
                return text ? [{ format: 'qr_code', rawValue: text }] : [];
              }
            };
            """);
        var paths = new List<string>();
        page.Request += (_, request) => paths.Add(new Uri(request.Url).AbsolutePath);
        var text = QrText.For(new Uri("https://" + PublicStation.PublicHost), street.Station.Licenses[PublicStation.SuspendedCode].Token.Span);
        await page.GotoAsync(Site);
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "photo.png", MimeType = "image/png", Buffer = QrPicture.Png(text) });
        Assert.Equal("已冻结 北京示范信息技术有限公司", await ReadAsync(page));
        Assert.DoesNotContain(paths, path => path.Contains("decoder", StringComparison.Ordinal) || path.Contains("zxing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_and_browser_refuse_hostile_codes_for_the_same_reasons()
    {
        var page = await street.ReaderAsync(scripts: true);
        await page.GotoAsync(Site);
        foreach (var (pattern, code) in Hostile)
        {
            var text = pattern.Replace("TOKEN", Token, StringComparison.Ordinal);
            await page.SetInputFilesAsync("#file", new FilePayload { Name = "photo.png", MimeType = "image/png", Buffer = QrPicture.Png(text) });
            await Assertions.Expect(page.Locator("#artefact")).ToHaveValueAsync(text);
            await Assertions.Expect(page.Locator("#artefact-error code")).ToHaveTextAsync(code);
            var sentence = await page.Locator("#artefact-error > span").InnerTextAsync();
            Assert.Equal(Site + "/", page.Url);

            using var answer = await street.Station.Http.GetAsync("/?artefact=" + Uri.EscapeDataString(text), TestContext.Current.CancellationToken);
            var html = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Contains($"<code>{code}</code>", html, StringComparison.Ordinal);
            Assert.Contains(sentence, html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_foreign_host_is_not_genuine_and_is_named_and_never_visited()
    {
        var page = await street.ReaderAsync(scripts: true);
        await page.GotoAsync(Site);
        await page.SetInputFilesAsync("#file", new FilePayload { Name = "photo.png", MimeType = "image/png", Buffer = QrPicture.Png("HTTPS://GS-EXAMPLE.CN/Q/" + Token) });
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("不是真实的营业执照");
        await Assertions.Expect(page.Locator(".banner")).ToContainTextAsync("gs-example.cn");
        Assert.StartsWith(Site, page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_load_is_small_and_brings_no_decoder()
    {
        var page = await street.ReaderAsync(scripts: true);
        var loads = new List<Task<byte[]>>();
        var paths = new List<string>();
        page.Response += (_, response) =>
        {
            paths.Add(new Uri(response.Url).AbsolutePath);
            if (response.Status == 200)
                loads.Add(response.BodyAsync());
        };
        await page.GotoAsync(Site, new() { WaitUntil = WaitUntilState.NetworkIdle });
        var bytes = (await Task.WhenAll(loads)).Sum(body => body.Length);
        Assert.InRange(bytes, 5_000, 100_000);
        Assert.DoesNotContain(paths, path => path.Contains("decoder", StringComparison.Ordinal) || path.Contains("zxing", StringComparison.Ordinal));
    }

    private async Task<string> VerdictAsync(Func<IPage, Task> give)
    {
        var page = await street.ReaderAsync(scripts: true);
        await page.GotoAsync(Site);
        await give(page);
        return await ReadAsync(page);
    }

    private static async Task<string> ReadAsync(IPage page)
    {
        await page.Locator(".face .name dd").WaitForAsync();
        return await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync() + " " + await page.Locator(".face .name dd").InnerTextAsync();
    }

    private static async Task DropAsync(IPage page, byte[] content, string name, string type)
    {
        var transfer = await page.EvaluateHandleAsync(
            "([base64, name, type]) => { const t = new DataTransfer(); t.items.add(new File([Uint8Array.from(atob(base64), c => c.charCodeAt(0))], name, { type })); return t; }",
            new[] { Convert.ToBase64String(content), name, type });
        await page.DispatchEventAsync("body", "drop", new { dataTransfer = transfer });
    }

    private async Task<string> ReadByZbarAsync(byte[] picture)
    {
        var file = Path.Combine(street.Station.Folder, "seen.png");
        await File.WriteAllBytesAsync(file, picture);
        return Programs.Run("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file]).TrimEnd('\n');
    }

    private async Task<string> CameraAsync(string text)
    {
        var video = Path.Combine(street.Station.Folder, "camera.y4m");
        QrVideo.Write(video, text);
        await using var browser = await street.LaunchAsync(
            "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--use-file-for-fake-video-capture=" + video);
        var page = await ShopStreet.PageAsync(await browser.NewContextAsync(new() { Locale = "zh-CN", ViewportSize = new() { Width = 390, Height = 844 } }));
        await page.GotoAsync(Site);
        await page.ClickAsync("#camera");
        return await ReadAsync(page);
    }
}
