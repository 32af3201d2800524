using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.IntegrationTests.Portal;

/// <summary>Filings made in the portal's forms and by the token, where they go, and what comes back. Forms are read from the pages, as a browser does.</summary>
public sealed partial class PortalFilingTests(PortalStation station) : IClassFixture<PortalStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_amendment_lies_in_the_inbox_as_the_formats_say_and_its_answers_show()
    {
        using var client = station.Client(station.Shop);
        var form = await FormAsync(client, "/filings/amendment");
        Assert.Equal(PortalStation.ShopName, form["Name"]);
        form["Address"] = "福建省福州市鼓楼区五四路158号环球广场15层";
        var before = Inbox();

        using (var posted = await PostAsync(client, "/filings/amendment", form))
            Assert.Equal((HttpStatusCode.SeeOther, "/filings"), (posted.StatusCode, posted.Headers.Location?.OriginalString));

        var name = Assert.Single(Inbox().Except(before));
        var file = await File.ReadAllBytesAsync(Path.Combine(station.Inbox, name), Cancelled);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file)), name);
        Assert.True(CertifiedCoseSign1.TryDecode(file, Filing.MaxBytes, out var message, out _));
        Assert.Equal(Filing.PortalType, message.Type);
        using (var signer = X509CertificateLoader.LoadCertificate(message.Certificate.Span))
        {
            using var key = signer.GetECDsaPublicKey()!;
            Assert.True(key.VerifyData(message.SigStructure(), message.Signature.Span, HashAlgorithmName.SHA256));
        }

        Assert.True(Filing.TryDecodeClaims(message.Payload, out var filing, out _));
        Assert.Equal((3501, "amendment"), (filing.Authority, filing.Matter));
        Assert.Equal(station.Shop.RawData, filing.Holder!.Value.ToArray());
        var content = JsonDocument.Parse(filing.Content).RootElement;
        Assert.Equal(("amendment", station.Licenses[PortalStation.ShopCode].Number.ToString(), 1),
            (content.GetProperty("type").GetString(), content.GetProperty("licenseNumber").GetString(), content.GetProperty("version").GetInt32()));
        Assert.Equal("福建省福州市鼓楼区五四路158号环球广场15层", content.GetProperty("enterprise").GetProperty("address").GetString());
        Assert.Equal("林晓岚", content.GetProperty("enterprise").GetProperty("legalRepresentative").GetString());

        Assert.Contains("已提交", await client.GetStringAsync("/filings", Cancelled), StringComparison.Ordinal);
        var digest = Digest.Of(file);
        station.Answer(new FilingAnswer(3501, digest, FilingState.Accepted, Seconds(-20)));
        Assert.Contains("受理", await StandingsAsync(client), StringComparison.Ordinal);

        // What another key signed, and what was said before, changes nothing.
        using var stranger = SoftwareSigningKey.Generate(Suite.Es256);
        station.Answer(new FilingAnswer(3501, digest, FilingState.Approved, Seconds(-10)), stranger);
        Assert.Contains("受理", await StandingsAsync(client), StringComparison.Ordinal);
        station.Answer(new FilingAnswer(3501, digest, FilingState.Returned, Seconds(-10)) { Reason = "地址缺少门牌号" });
        Assert.Contains("退回", await StandingsAsync(client), StringComparison.Ordinal);
        Assert.Contains("地址缺少门牌号", await client.GetStringAsync("/filings", Cancelled), StringComparison.Ordinal);
        File.Delete(Path.Combine(station.Publication, "answers", $"{digest}.jws"));
        Assert.Contains("退回", await StandingsAsync(client), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_amendment_crosses_the_gap_is_decided_by_two_officers_and_its_result_shows()
    {
        var certificate = station.Certify(PortalStation.RevokedCode);
        await station.PublishAsync();
        using var client = station.Client(certificate);
        var form = await FormAsync(client, "/filings/amendment");
        form["Address"] = "广东省深圳市福田区示例路9号";
        using (var posted = await PostAsync(client, "/filings/amendment", form))
            Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        Assert.Equal("已提交", await StandingsAsync(client));

        await station.DecideAsync(PortalStation.RevokedCode);
        await station.PublishAsync();

        Assert.Equal("核准", await StandingsAsync(client));
        Assert.Contains("查看第 2 版执照", await client.GetStringAsync("/filings", Cancelled), StringComparison.Ordinal);
        Assert.Contains("广东省深圳市福田区示例路9号", await client.GetStringAsync("/", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public void A_portal_that_starts_removes_what_was_cut_off() => Assert.False(File.Exists(station.CutOff));

    [Fact]
    public async Task A_report_and_a_loss_report_say_what_was_entered()
    {
        using var client = station.Client(station.Shop);
        var form = await FormAsync(client, "/filings/annual-report");
        (form["contact"], form["employees"], form["assets"]) = ("示例路1号 0591-1234567", "12", "530000.25");
        var report = (await FiledAsync(client, "/filings/annual-report", form)).GetProperty("annualReport");
        Assert.Equal((DateTimeOffset.UtcNow.Year - 1, 12, 53_000_025L), (report.GetProperty("year").GetInt32(), report.GetProperty("employees").GetInt32(), report.GetProperty("totalAssets").GetInt64()));

        form = await FormAsync(client, "/filings/loss-report");
        form["serial"] = station.Shop.SerialNumber;
        var loss = (await FiledAsync(client, "/filings/loss-report", form)).GetProperty("certificate");
        Assert.Equal(Convert.ToHexStringLower(station.Shop.SerialNumberBytes.Span).TrimStart('0').PadLeft(2, '0'), loss.GetProperty("serial").GetString()!.TrimStart('0'));
    }

    [Theory]
    [InlineData("/filings/amendment", "Name", "=SUM(A1)", "formula")]
    [InlineData("/filings/amendment", "Capital", "很多", "capital-format")]
    [InlineData("/filings/amendment", "Name", PortalStation.ShopName, "filing-unchanged")]
    [InlineData("/filings/annual-report", "employees", "-1", "number-out-of-range")]
    [InlineData("/filings/loss-report", "serial", "12345678901234567890", "not-logged")]
    public async Task What_the_authority_would_refuse_is_refused_in_the_form_and_what_was_entered_stays(string path, string field, string value, string code)
    {
        using var client = station.Client(station.Shop);
        var form = await FormAsync(client, path);
        if (path.EndsWith("report", StringComparison.Ordinal) && field != "serial")
            form["contact"] = "示例路1号";
        form[field] = value;
        var before = Inbox();
        using var answer = await PostAsync(client, path, form);
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains($"<code>{code}</code>", page, StringComparison.Ordinal);
        Assert.Contains(value, page, StringComparison.Ordinal);
        Assert.Equal(before, Inbox());
    }

    [Fact]
    public async Task A_form_of_another_site_or_another_certificate_does_nothing()
    {
        using var client = station.Client(station.Shop);
        var form = await FormAsync(client, "/filings/loss-report");
        form["serial"] = station.Shop.SerialNumber;
        var before = Inbox();

        Assert.Equal((HttpStatusCode.Forbidden, "form-origin"), await RefusedAsync(client, form, ("Origin", "https://evil.example")));
        Assert.Equal((HttpStatusCode.Forbidden, "form-origin"), await RefusedAsync(client, form, ("Origin", "null")));
        Assert.Equal((HttpStatusCode.Forbidden, "form-origin"), await RefusedAsync(client, form, ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal((HttpStatusCode.Forbidden, "form-origin"), await RefusedAsync(client, form, ("Sec-Fetch-Site", "same-site")));
        using var withoutCookie = station.Client(station.Shop);
        Assert.Equal((HttpStatusCode.BadRequest, "form-token"), await RefusedAsync(withoutCookie, form));
        form.Remove("form");
        Assert.Equal((HttpStatusCode.BadRequest, "form-token"), await RefusedAsync(client, form));
        Assert.Equal(before, Inbox());
    }

    [Fact]
    public async Task What_the_token_signed_is_taken_once_and_only_from_its_own_enterprise()
    {
        using var client = station.Client(station.Shop);
        var signed = Sign(station.Shop, 3501);
        var before = Inbox();
        using (var taken = await UploadAsync(client, signed))
            Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(signed)), Assert.Single(Inbox().Except(before)));
        Assert.Contains("令牌签名", await client.GetStringAsync("/filings", Cancelled), StringComparison.Ordinal);

        Assert.Equal("filing-repeated", await UploadRefusedAsync(client, signed));
        Assert.Equal("filing-authority", await UploadRefusedAsync(client, Sign(station.Shop, 4401)));
        var forged = Sign(station.Shop, 3501);
        forged[^1] ^= 1;
        Assert.Equal("filing-signature", await UploadRefusedAsync(client, forged));
        var other = station.Certify(PortalStation.SuspendedCode);
        await station.PublishAsync();
        Assert.Equal("filing-holder", await UploadRefusedAsync(client, Sign(other, 3501)));
        Assert.Equal("malformed", await UploadRefusedAsync(client, "{}"u8.ToArray()));
    }

    [Fact]
    public async Task A_presentation_that_the_token_signed_becomes_a_qr_code_and_no_other()
    {
        using var client = station.Client(station.Shop);
        var page = await PresentAsync(client, "https://gs.example.cn");
        Assert.Contains("请对方扫码", page, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", page, StringComparison.Ordinal);
        Assert.Contains("presentation-audience", await PresentAsync(client, "https://bank.example.cn"), StringComparison.Ordinal);
    }

    private static long Seconds(int fromNow) => DateTimeOffset.UtcNow.AddSeconds(fromNow).ToUnixTimeSeconds();

    private List<string> Inbox() => [.. Directory.EnumerateFiles(station.Inbox).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Fields of the page's form with what is in them.</summary>
    private static async Task<Dictionary<string, string>> FormAsync(HttpClient client, string path)
    {
        var page = await client.GetStringAsync(path, Cancelled);
        var form = Field().Matches(page).ToDictionary(match => match.Groups["name"].Value, match => WebUtility.HtmlDecode(Value().Match(match.Value).Groups["value"].Value), StringComparer.Ordinal);
        foreach (Match area in Area().Matches(page))
            form[area.Groups["name"].Value] = WebUtility.HtmlDecode(area.Groups["value"].Value);
        return form;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, Dictionary<string, string> form) => client.PostAsync(path, new FormUrlEncodedContent(form), Cancelled);

    private async Task<JsonElement> FiledAsync(HttpClient client, string path, Dictionary<string, string> form)
    {
        var before = Inbox();
        using var posted = await PostAsync(client, path, form);
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        var file = await File.ReadAllBytesAsync(Path.Combine(station.Inbox, Assert.Single(Inbox().Except(before))), Cancelled);
        Assert.True(CertifiedCoseSign1.TryDecode(file, Filing.MaxBytes, out var message, out _));
        Assert.True(Filing.TryDecodeClaims(message.Payload, out var filing, out _));
        return JsonDocument.Parse(filing.Content).RootElement.Clone();
    }

    private static async Task<(HttpStatusCode Status, string Code)> RefusedAsync(HttpClient client, Dictionary<string, string> form, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/filings/loss-report") { Content = new FormUrlEncodedContent(form) };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await client.SendAsync(request, Cancelled);
        return (answer.StatusCode, CodeIn(await answer.Content.ReadAsStringAsync(Cancelled)));
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, byte[] file, string path = "/filings")
    {
        var token = (await FormAsync(client, path))["form"];
        using var body = new MultipartFormDataContent { { new StringContent(token), "form" }, { new ByteArrayContent(file), "file", "signed.cose" } };
        return await client.PostAsync(path, body, Cancelled);
    }

    private static async Task<string> UploadRefusedAsync(HttpClient client, byte[] file)
    {
        using var answer = await UploadAsync(client, file);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return CodeIn(await answer.Content.ReadAsStringAsync(Cancelled));
    }

    private async Task<string> PresentAsync(HttpClient client, string audience)
    {
        var claims = new Presentation(audience, Seconds(-1), Seconds(60), RandomNumberGenerator.GetBytes(16), station.Licenses[PortalStation.ShopCode].Token).EncodeClaims();
        using var answer = await UploadAsync(client, Sign(station.Shop, Presentation.Type, claims), "/present");
        return await answer.Content.ReadAsStringAsync(Cancelled);
    }

    private static byte[] Sign(X509Certificate2 certificate, int authority) => Sign(
        certificate, Filing.Type, new Filing(authority, "annual-report", Seconds(-1), RandomNumberGenerator.GetBytes(16), Encoding.UTF8.GetBytes("{\"type\":\"annual-report\"}")).EncodeClaims());

    /// <summary>As a token does: ECDSA by .NET, in the house's envelope.</summary>
    private static byte[] Sign(X509Certificate2 certificate, string type, byte[] claims)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        var signature = key.SignData(CertifiedCoseSign1.SigStructure(type, certificate.RawData, claims), HashAlgorithmName.SHA256);
        return new CertifiedCoseSign1(type, certificate.RawData, claims, signature).Encode();
    }

    /// <summary>The words of the list.</summary>
    private static async Task<string> StandingsAsync(HttpClient client) =>
        string.Join(" ", Standing().Matches(await client.GetStringAsync("/filings", Cancelled)).Select(match => match.Groups[1].Value));

    private static string CodeIn(string page) => Code().Match(page).Groups[1].Value;

    [GeneratedRegex("<input [^>]*name=\"(?<name>[^\"]+)\"[^>]*>")]
    private static partial Regex Field();

    [GeneratedRegex(" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Value();

    [GeneratedRegex("<textarea [^>]*name=\"(?<name>[^\"]+)\"[^>]*>(?<value>[^<]*)</textarea>")]
    private static partial Regex Area();

    [GeneratedRegex("<p class=\"standing\">([^<]*)</p>")]
    private static partial Regex Standing();

    [GeneratedRegex("<code>([a-z-]+)</code>")]
    private static partial Regex Code();
}
