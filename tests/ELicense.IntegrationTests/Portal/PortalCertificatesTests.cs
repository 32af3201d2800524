using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Xunit;

namespace ELicense.IntegrationTests.Portal;

/// <summary>What an enterprise sees of its certificates, with whichever of them it came in.</summary>
public sealed partial class PortalCertificatesTests(PortalStation station) : IClassFixture<PortalStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_of_its_own_show_the_newest_first_and_the_lost_one_with_why_and_since_when()
    {
        var (first, second) = await station.CertifyTwiceAsync(PortalStation.SuspendedCode, "北京示范信息科技有限公司");
        var before = await EntriesAsync(second);
        Assert.Equal([SerialOf(second), SerialOf(first)], before.Select(entry => entry.Serial));
        Assert.Equal(["有效", "有效"], before.Select(entry => entry.Standing));
        Assert.Equal([$"/filings/loss-report?serial={SerialOf(second)}", $"/filings/loss-report?serial={SerialOf(first)}"], before.Select(entry => entry.LossReport));
        Assert.Equal([true, false], before.Select(entry => entry.IsLogin));
        Assert.Equal([false, true], (await EntriesAsync(first)).Select(entry => entry.IsLogin));

        var reported = DateTimeOffset.UtcNow;
        station.ReportLost(PortalStation.SuspendedCode, first);
        await station.PublishAsync();

        var after = await EntriesAsync(second);
        Assert.Equal([SerialOf(second), SerialOf(first)], after.Select(entry => entry.Serial));
        Assert.Equal(["有效", "已挂失"], after.Select(entry => entry.Standing));
        Assert.Null(after[1].LossReport);
        Assert.Equal(["Valid", "On hold"], (await EntriesAsync(second, "en")).Select(entry => entry.Standing));
        Assert.Contains("Reason: Reported lost", await PageAsync(second, "en"), StringComparison.Ordinal);
        Assert.InRange(after[1].Since, reported.AddSeconds(-1), DateTimeOffset.UtcNow); // whole seconds
        Assert.Contains("P-256 密钥，由企业自行生成", after[1].Text, StringComparison.Ordinal);
        Assert.Contains(first.NotAfter.ToUniversalTime().AddHours(8).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), after[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_others_nothing_shows_and_what_cannot_be_read_is_said_to_be_missing()
    {
        var (first, second) = await station.CertifyTwiceAsync(PortalStation.RevokedCode, "深圳市示范电子科技有限公司");
        Assert.Equal([SerialOf(station.Shop)], (await EntriesAsync(station.Shop)).Select(entry => entry.Serial));
        Assert.DoesNotContain("可能没有列全", await PageAsync(second), StringComparison.Ordinal);

        File.Delete(FileOf(first));

        Assert.Contains("可能没有列全", await PageAsync(second), StringComparison.Ordinal);
        Assert.Equal([SerialOf(second)], (await EntriesAsync(second)).Select(entry => entry.Serial));
        // Who comes in with it sees it all the same.
        Assert.Contains(SerialOf(first), (await EntriesAsync(first)).Select(entry => entry.Serial));
    }

    [Fact]
    public async Task A_portal_far_from_the_publication_reads_them_over_HTTP()
    {
        await using var remote = new PortalStation { IsRemote = true };
        await remote.InitializeAsync();
        var (first, second) = await remote.CertifyTwiceAsync(PortalStation.SuspendedCode, "北京示范信息科技有限公司");
        Assert.Equal([SerialOf(second), SerialOf(first)], (await EntriesAsync(second, "zh", remote)).Select(entry => entry.Serial));
    }

    [Fact]
    public async Task The_certificate_chosen_in_the_list_stays_filled_in_when_the_language_is_switched()
    {
        var form = await station.Client(station.Shop).GetStringAsync("/filings/loss-report?serial=0123&lang=en", Cancelled);
        Assert.Contains("value=\"0123\"", form, StringComparison.Ordinal);
        Assert.Contains("href=\"/filings/loss-report?serial=0123&lang=zh\"", WebUtility.HtmlDecode(form), StringComparison.Ordinal);
    }

    private sealed record Entry(string Serial, string Standing, bool IsLogin, string? LossReport, DateTimeOffset Since, string Text);

    private async Task<List<Entry>> EntriesAsync(X509Certificate2 login, string language = "zh", PortalStation? at = null) =>
        Item().Matches(await PageAsync(login, language, at)).Select(match => match.Value).Select(item => new Entry(
            Serial().Match(item).Groups[1].Value,
            Standing().Match(item).Groups[1].Value,
            item.Contains("您现在登录所用的证书", StringComparison.Ordinal),
            LossReport().Match(item) is { Success: true } link ? link.Groups[1].Value : null,
            DateTimeOffset.Parse(Time().Match(item).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
            item)).ToList();

    private async Task<string> PageAsync(X509Certificate2 login, string language = "zh", PortalStation? at = null)
    {
        var client = (at ?? station).Client(login);
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        return WebUtility.HtmlDecode(await client.GetStringAsync("/certificates", Cancelled));
    }

    private string FileOf(X509Certificate2 certificate) =>
        Directory.EnumerateFiles(Path.Combine(station.Publication, "certificates"), "*.cer", SearchOption.AllDirectories).Single(file => File.ReadAllBytes(file).AsSpan().SequenceEqual(certificate.RawData));

    private static string SerialOf(X509Certificate2 certificate) => certificate.SerialNumber.ToLowerInvariant();

    [GeneratedRegex("<li class=\"(good|warn|bad|grey)\">.*?</li>", RegexOptions.Singleline)]
    private static partial Regex Item();

    [GeneratedRegex("<code id=\"serial-[0-9a-f]+\">([0-9a-f]+)</code>")]
    private static partial Regex Serial();

    [GeneratedRegex("<p class=\"standing\">([^<]*)</p>")]
    private static partial Regex Standing();

    [GeneratedRegex("href=\"(/filings/loss-report[^\"]*)\"")]
    private static partial Regex LossReport();

    [GeneratedRegex("datetime=\"([^\"]+)\"")]
    private static partial Regex Time();
}
