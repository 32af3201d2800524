using System.Net;
using ELicense.Core.Tokens;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class VerificationPagesTests(PublicStation station) : IClassFixture<PublicStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Token(string code) => Base32.Encode(station.Licenses[code].Token.Span);

    [Theory]
    [InlineData("/", 200, "核验电子营业执照")]
    [InlineData("/l/" + PublicStation.ValidCode, 200, "该营业执照真实有效")]
    [InlineData("/l/" + PublicStation.RevokedCode, 200, "已被登记机关吊销")]
    [InlineData("/l/" + PublicStation.SuspendedCode, 200, "暂停使用")]
    [InlineData("/l/" + PublicStation.UnlicensedCode, 404, "没有找到这份执照")]
    [InlineData("/l/91350100M000100Y44", 400, "校验位不符")]
    [InlineData("/q/NOTHING", 400, "二维码中的文字")]
    [InlineData("/?artefact=nonsense", 400, "无法识别这段内容")]
    public async Task Has_an_honest_page_for_each_outcome(string path, int status, string says)
    {
        using var response = await station.Http.GetAsync(path, Cancelled);
        var page = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal((status, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Contains(says, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/q/")]
    [InlineData("/Q/")]
    public async Task Lands_a_scanned_QR_code_on_its_verdict(string prefix)
    {
        var page = await station.Http.GetStringAsync(prefix + Token(PublicStation.ValidCode), Cancelled);
        Assert.Contains("该营业执照真实有效", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Does_not_repeat_what_a_forged_token_says()
    {
        var token = station.Licenses[PublicStation.ValidCode].Token.ToArray();
        token[^1] ^= 1;
        var page = await station.Http.GetStringAsync("/q/" + Base32.Encode(token), Cancelled);
        Assert.Contains("不是真实的营业执照", page, StringComparison.Ordinal);
        Assert.DoesNotContain("闽江源", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_QR_text_of_a_foreign_host_is_not_genuine()
    {
        var text = "HTTPS://EVIL.EXAMPLE/Q/" + Token(PublicStation.ValidCode);
        var page = await station.Http.GetStringAsync("/?artefact=" + Uri.EscapeDataString(text), Cancelled);
        Assert.Contains("不是真实的营业执照", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_sends_a_code_to_its_license_page()
    {
        using var form = new MultipartFormDataContent { { new StringContent(" 91350100m000100y43 "), "artefact" } };
        using var response = await station.Http.PostAsync("/", form, Cancelled);
        Assert.Equal((HttpStatusCode.SeeOther, "/l/" + PublicStation.ValidCode), (response.StatusCode, response.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task The_form_takes_a_file()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(station.Licenses[PublicStation.ValidCode].File.ToArray()), "file", "license.elic" } };
        using var response = await station.Http.PostAsync("/", form, Cancelled);
        Assert.Contains("该营业执照真实有效", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_says_of_a_broken_file_that_it_cannot_be_read()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent([0xD9, 0xD9, 0xF7, 0xFF]), "file", "license.elic" } };
        using var response = await station.Http.PostAsync("/", form, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("text/plain")]
    public async Task A_malformed_form_is_refused_without_a_fault(string contentType)
    {
        using var content = new ByteArrayContent([.. "--x\r\nContent-Disposition: nonsense\r\n\r\n%FF%00"u8]);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await station.Http.PostAsync("/", content, Cancelled);
        Assert.InRange((int)response.StatusCode, 400, 499);
    }

    [Fact]
    public async Task Shows_markup_in_a_name_as_text()
    {
        var page = await station.Http.GetStringAsync("/l/" + PublicStation.HostileCode, Cancelled);
        Assert.DoesNotContain("<script>", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(WebUtility.HtmlEncode("<script>"), page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", null, "zh-CN")]
    [InlineData("/", "en-US,en;q=0.9", "en")]
    [InlineData("/", "en-US,zh-CN;q=0.5", "zh-CN")]
    [InlineData("/?lang=en", "zh-CN", "en")]
    [InlineData("/?lang=zh", "en-US", "zh-CN")]
    public async Task Chooses_the_language(string path, string? accepted, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accepted is not null)
            request.Headers.AcceptLanguage.ParseAdd(accepted);
        using var response = await station.Http.SendAsync(request, Cancelled);
        Assert.Contains($"<html lang=\"{tag}\"", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remembers_a_chosen_language()
    {
        using var response = await station.Http.GetAsync("/?lang=en", Cancelled);
        Assert.Contains("lang=en", response.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("svg")]
    public async Task The_QR_picture_reads_to_exactly_the_QR_text(string format)
    {
        var file = Path.Combine(station.Folder, "qr." + format);
        var bytes = await station.Http.GetByteArrayAsync($"/l/{PublicStation.ValidCode}/qr.{format}", Cancelled);
        await File.WriteAllBytesAsync(file, bytes, Cancelled);
        if (format == "svg")
        {
            // zbarimg reads no SVG: a renderer of somebody else's first.
            Programs.Run("/usr/bin/chromium", ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                $"--user-data-dir={Path.Combine(station.Folder, "chromium")}", "--window-size=800,800", $"--screenshot={file}.png", "file://" + file]);
            file += ".png";
        }

        var text = QrText.For(new Uri("https://" + PublicStation.PublicHost), station.Licenses[PublicStation.ValidCode].Token.Span);
        Assert.Equal(text, Programs.Run("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file]).TrimEnd('\n'));
    }

    [Fact]
    public async Task Allows_own_scripts_alone_and_no_frames()
    {
        using var response = await station.Http.GetAsync("/", Cancelled);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            response.Headers.GetValues("Content-Security-Policy").Single());
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("///evil.example")]
    public async Task No_address_of_ours_makes_a_link_that_leads_elsewhere(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(station.Address.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await station.Http.SendAsync(request, Cancelled);
        var page = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("/evil.example", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"//", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_address_has_a_page_for_readers()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing/here");
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await station.Http.SendAsync(request, Cancelled);
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }
}
