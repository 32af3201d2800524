using ELicense.IntegrationTests.Portal;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>An enterprise at the portal in Chromium: with the certificate on its token, as on a phone.</summary>
public sealed class PortalTests(PortalVisit visit) : IClassFixture<PortalVisit>
{
    private static readonly string[] Rooms = ["/", "/certificates", "/filings", "/filings/amendment", "/filings/annual-report", "/filings/loss-report", "/present", "/sites"];

    [Fact]
    public async Task An_enterprise_logs_in_sees_its_license_files_an_amendment_and_sees_it_submitted()
    {
        var page = await visit.VisitorAsync(visit.Station.Shop);
        await page.GotoAsync("/");
        await Assertions.Expect(page.Locator("#standing")).ToContainTextAsync("有效");
        await Assertions.Expect(page.Locator(".face .name")).ToContainTextAsync(PortalStation.ShopName);

        await page.GetByRole(AriaRole.Link, new() { Name = "申报", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "变更登记" }).ClickAsync();
        await page.GetByLabel("住所").FillAsync("福建省福州市鼓楼区五四路158号环球广场16层");
        await page.GetByRole(AriaRole.Button, new() { Name = "提交" }).ClickAsync();

        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/filings$"));
        await Assertions.Expect(page.Locator(".entries .standing").First).ToHaveTextAsync("已提交");
    }

    [Fact]
    public async Task Who_lost_a_token_comes_in_with_another_and_reports_the_lost_one_from_the_list()
    {
        var (lost, other) = await visit.Station.CertifyTwiceAsync(PortalStation.RevokedCode, "深圳市示范电子科技有限公司");
        var serial = lost.SerialNumber.ToLowerInvariant();
        var page = await visit.VisitorAsync(other);
        await page.GotoAsync("/certificates");
        await page.Locator(".entries li").Filter(new() { HasText = serial }).GetByRole(AriaRole.Link, new() { Name = "挂失这张证书" }).ClickAsync();

        await Assertions.Expect(page.GetByLabel("序列号")).ToHaveValueAsync(serial);
        await page.GetByRole(AriaRole.Button, new() { Name = "提交" }).ClickAsync();
        await Assertions.Expect(page.Locator(".entries .name").First).ToHaveTextAsync("证书挂失");

        visit.Station.ReportLost(PortalStation.RevokedCode, lost);
        await visit.Station.PublishAsync();
        await page.GotoAsync("/certificates");
        await Assertions.Expect(page.Locator(".entries .standing")).ToHaveTextAsync(["有效", "已挂失"]);
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        await Barriers.AssertNoneAsync(page);
    }

    [Fact]
    public async Task A_browser_without_a_certificate_is_told_what_to_do()
    {
        var page = await visit.VisitorAsync(certificate: null);
        var answer = await page.GotoAsync("/filings");
        Assert.Equal(401, answer!.Status);
        await Assertions.Expect(page.Locator("#standing")).ToHaveTextAsync("请用企业证书登录");
        await Barriers.AssertNoneAsync(page);
    }

    [Fact]
    public async Task A_refusal_says_what_to_do_and_keeps_no_reader_out()
    {
        var page = await visit.VisitorAsync(visit.Station.Shop);
        Assert.Equal(404, (await page.GotoAsync("/sites/aaaaaaaaaaaaaaaaaaaaaaaaaa"))!.Status);
        await Assertions.Expect(page.Locator("#standing")).ToHaveTextAsync("没有办理");
        await Barriers.AssertNoneAsync(page);
    }

    [Fact]
    public async Task A_page_alone_is_proven_by_its_own_head_and_by_no_file_or_record()
    {
        var page = await visit.VisitorAsync(visit.Station.Shop);
        await page.GotoAsync(visit.Sites["proof"]);
        await Assertions.Expect(page.Locator(".site-name")).ToHaveTextAsync("mall.example.cn/shop/88");
        await Assertions.Expect(page.GetByText("<meta name=\"elicense-site-proof\"")).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByText("elicense-site-proof.txt").Or(page.GetByText("_elicense-challenge")).CountAsync());
    }

    [Fact]
    public async Task No_room_keeps_a_reader_out_or_is_wider_than_a_phone()
    {
        var page = await visit.VisitorAsync(visit.Station.Shop);
        foreach (var room in Rooms.Concat(visit.Sites.Values))
        {
            Assert.Equal(200, (await page.GotoAsync(room))!.Status);
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), room);
            await Barriers.AssertNoneAsync(page);
        }
    }

    [Fact]
    public async Task Every_room_speaks_English_throughout()
    {
        var page = await visit.VisitorAsync(visit.Station.Shop, locale: "en");
        foreach (var room in Rooms.Concat(visit.Sites.Values))
        {
            await page.GotoAsync(room);
            Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", await WordsAsync(page));
        }
    }

    [Fact(Explicit = true)]
    [Trait("Category", "OnRequest")]
    public async Task Screenshots_of_the_rooms()
    {
        var (lost, other) = await visit.Station.CertifyTwiceAsync(PortalStation.SuspendedCode, "北京示范信息科技有限公司");
        visit.Station.ReportLost(PortalStation.SuspendedCode, lost);
        await visit.Station.PublishAsync();
        (string, string)[] rooms = [("licenses", "/"), ("certificates", "/certificates"), ("filings", "/filings"), ("amendment", "/filings/amendment"), ("present", "/present"), ("entry", "/"), ("sites", "/sites")];
        foreach (var (name, path) in rooms.Concat(visit.Sites.Select(site => ("site-" + site.Key, site.Value))))
        {
            foreach (var (language, width, colours) in ((string, int, ColorScheme)[])[("zh", 390, ColorScheme.Light), ("en", 390, ColorScheme.Dark), ("zh", 1280, ColorScheme.Light)])
            {
                var page = await visit.VisitorAsync(name switch { "entry" => null, "certificates" => other, _ => visit.Station.Shop }, language == "en" ? "en" : "zh-CN", width, colours);
                await page.GotoAsync(path);
                await page.ScreenshotAsync(new()
                {
                    Path = Path.Combine(UnitTests.Docs.FormatsDocument.RepositoryRoot, "docs", "screenshots", $"portal-{name}-{(width < 800 ? "phone" : "desktop")}-{language}{(colours == ColorScheme.Dark ? "-dark" : "")}.png"),
                    FullPage = name.StartsWith("site", StringComparison.Ordinal),
                });
                await page.Context.CloseAsync();
            }
        }
    }

    /// <summary>Without what the register or the reader wrote: the enterprise's name, what fields hold.</summary>
    private static async Task<string> WordsAsync(IPage page)
    {
        await page.EvaluateAsync("document.querySelectorAll('.visitor b').forEach(e => e.remove())");
        return await Barriers.WordsAsync(page);
    }
}
