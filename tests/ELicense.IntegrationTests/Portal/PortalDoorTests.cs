using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Portal;

/// <summary>Who comes in, with real certificates over real TLS.</summary>
public sealed class PortalDoorTests(PortalStation station) : IClassFixture<PortalStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_holder_of_a_certificate_sees_its_own_license_and_nobody_keeps_the_page()
    {
        using var answer = await station.Client(station.Shop).GetAsync("/", Cancelled);
        var page = await answer.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(PortalStation.ShopName, page, StringComparison.Ordinal);
        Assert.Contains("该营业执照真实有效", page, StringComparison.Ordinal);
        Assert.DoesNotContain("深圳市示范电子有限公司", page, StringComparison.Ordinal);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_with_a_form_are_kept_by_nobody_and_leave_no_warning_in_the_log()
    {
        var client = station.Client(station.Shop);
        var before = station.Log.Lines.Count;
        foreach (var path in (string[])["/filings", "/filings/amendment", "/present", "/sites"])
        {
            using var answer = await client.GetAsync(path, Cancelled);
            Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, answer.Headers.CacheControl!.NoStore));
        }

        Assert.Empty(station.Log.Lines.Skip(before));
    }

    [Theory]
    [InlineData("zh-CN", "把电子营业执照令牌插入电脑")]
    [InlineData("en", "Plug in the token of your electronic license")]
    public async Task Who_shows_no_certificate_reads_what_to_do(string language, string says)
    {
        var client = station.Client(certificate: null);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        using var answer = await client.GetAsync("/certificates", Cancelled);
        var page = await answer.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains(says, page, StringComparison.Ordinal);
        Assert.Contains("certificate-missing", page, StringComparison.Ordinal);
        Assert.DoesNotContain(PortalStation.ShopName, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_reads_a_problem_instead()
    {
        var client = station.Client(certificate: null);
        client.DefaultRequestHeaders.Accept.Clear();
        using var answer = await client.GetAsync("/", Cancelled);
        Assert.Equal("certificate-missing", (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_certificate_that_somebody_else_issued_opens_nothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(station.Shop.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var forged = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Assert.Equal((HttpStatusCode.Unauthorized, "certificate-untrusted"), await CodeAsync(forged));
    }

    [Fact]
    public async Task A_lost_certificate_opens_nothing_from_the_publication_on()
    {
        var certificate = station.Certify(PortalStation.SuspendedCode);
        Assert.Equal((HttpStatusCode.Forbidden, "not-logged"), await CodeAsync(certificate));
        await station.PublishAsync();
        Assert.Equal(HttpStatusCode.OK, (await CodeAsync(certificate)).Status);

        station.ReportLost(PortalStation.SuspendedCode, certificate);
        await station.PublishAsync();

        Assert.Equal((HttpStatusCode.Forbidden, "certificate-withdrawn"), await CodeAsync(certificate));
    }

    [Fact]
    public async Task An_enterprise_whose_license_was_revoked_may_still_look()
    {
        var certificate = station.Certify(PortalStation.RevokedCode);
        station.Change(MatterType.Revocation, PortalStation.RevokedCode);
        await station.PublishAsync();

        using var answer = await station.Client(certificate).GetAsync("/", Cancelled);
        var page = await answer.Content.ReadAsStringAsync(Cancelled);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("已吊销", page, StringComparison.Ordinal);
        Assert.Contains("目前只能查看，不能办理", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_never_filed_reads_so() =>
        Assert.Contains("还没有在本平台申报过", await station.Client(station.Shop).GetStringAsync("/filings", Cancelled), StringComparison.Ordinal);

    [Fact]
    public async Task Its_own_file_comes_and_is_the_one_that_was_issued()
    {
        using var answer = await station.Client(station.Shop).GetAsync("/license/license.elic", Cancelled);
        Assert.Equal(station.Licenses[PortalStation.ShopCode].File.ToArray(), await answer.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal($"{PortalStation.ShopCode}.elic", answer.Content.Headers.ContentDisposition!.FileName);
    }

    /// <summary>As a program asks for its licenses.</summary>
    private async Task<(HttpStatusCode Status, string? Code)> CodeAsync(X509Certificate2 certificate)
    {
        var client = station.Client(certificate);
        client.DefaultRequestHeaders.Accept.Clear();
        using var answer = await client.GetAsync("/", Cancelled);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString());
    }
}
