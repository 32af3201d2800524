using ELicense.Core.Tokens;
using ELicense.IntegrationTests.Web;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

public sealed class PageTests(ShopStreet street) : IClassFixture<ShopStreet>
{
    /// <summary>Pages that are no state of a license (those: StatePagesTests), and one with a hostile name; BADGE stands for a badge's identifier.</summary>
    public static TheoryData<string> Pages =>
    [
        "/?artefact=nonsense", "/l/" + PublicStation.HostileCode, "/badge/BADGE", "/badge/BADGE?from=https://thief.example.com", "/badge/aaaaaaaaaaaaaaaaaaaaaaaaaa", "/nothing",
        "/search?name=有限公司", "/search?name=x", "/bulletin?kind=revoked",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Has_no_serious_barriers(string path)
    {
        var page = await street.ReaderAsync(scripts: true);
        await page.GotoAsync(Address(path));
        await Barriers.AssertNoneAsync(page);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Fits_a_phone(string path)
    {
        var page = await street.ReaderAsync(scripts: true, width: 390, height: 844);
        await page.GotoAsync(Address(path));
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Is_wholly_English_but_for_names(string path)
    {
        var page = await street.ReaderAsync(locale: "zh-CN", scripts: true);
        await page.GotoAsync(Address(path));
        await page.ClickAsync("a.language");
        // What the register wrote stays as it is: the values of the face, the badge, the way back to Chinese.
        var words = await Barriers.WordsAsync(page);
        Assert.Equal("en", await page.EvaluateAsync<string>("document.documentElement.lang"));
        Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", words);
    }

    [Fact]
    public async Task The_form_gives_a_verdict_without_scripts()
    {
        var page = await street.ReaderAsync();
        await page.GotoAsync(Address("/"));
        await page.GetByLabel("统一社会信用代码、企业名称或二维码文字").FillAsync(PublicStation.ValidCode);
        await page.GetByRole(AriaRole.Button, new() { Name = "核验" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("有效");
    }

    [Fact]
    public async Task The_form_judges_a_file_without_scripts()
    {
        var page = await street.ReaderAsync();
        await page.GotoAsync(Address("/"));
        await page.GetByLabel("或者选择文件").SetInputFilesAsync(new FilePayload
        {
            Name = "license.elic",
            MimeType = "application/octet-stream",
            Buffer = street.Station.Licenses[PublicStation.RevokedCode].File.ToArray(),
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "核验" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("已吊销");
    }

    [Fact]
    public async Task A_scanned_QR_code_shows_banner_name_and_code_on_the_first_screen()
    {
        var page = await street.ReaderAsync(width: 390, height: 844);
        await page.GotoAsync(Address("/Q/TOKEN"));
        foreach (var part in (ILocator[])[page.Locator(".banner"), page.Locator(".face .name"), page.Locator(".face .code")])
        {
            var box = await part.BoundingBoxAsync();
            Assert.InRange(box!.Y + box.Height, 0, 844);
        }
    }

    [Fact]
    public async Task A_chosen_language_stays_on_the_next_page()
    {
        var page = await street.ReaderAsync();
        await page.GotoAsync(Address("/"));
        await page.ClickAsync("a.language");
        await page.GotoAsync(Address("/l/" + PublicStation.ValidCode));
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Valid");
    }

    [Fact]
    public async Task A_credit_code_copies_without_spaces()
    {
        var page = await street.ReaderAsync(scripts: true);
        await page.GotoAsync(Address("/l/" + PublicStation.ValidCode));
        Assert.Equal(PublicStation.ValidCode, await page.EvaluateAsync<string>(
            "() => { getSelection().selectAllChildren(document.querySelector('.credit-code')); return getSelection().toString(); }"));
    }

    [Fact]
    public async Task What_is_there_for_machines_is_read_and_never_run()
    {
        var page = await street.ReaderAsync(scripts: true);
        var said = new List<string>();
        page.Console += (_, message) => said.Add(message.Text);
        page.Dialog += (_, dialog) => said.Add(dialog.Message);
        await page.GotoAsync(Address("/l/" + PublicStation.HostileCode));
        Assert.Equal(PublicStation.HostileName, await page.EvaluateAsync<string>("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent).legalName"));
        Assert.Empty(said);
    }

    [Fact]
    public async Task The_shop_shows_its_badge_and_the_confirmation_page_agrees()
    {
        var page = await street.ReaderAsync();
        await page.GotoAsync(street.Shop.ToString());
        await AssertBadgeIsDrawnAsync(street.Shop);
        await page.Locator("footer a").ClickAsync();
        await Assertions.Expect(page.Locator(".registered")).ToContainTextAsync("与登记的网站一致");
    }

    [Fact]
    public async Task The_copy_shows_the_registered_site_and_the_confirmation_page_warns()
    {
        var page = await street.ReaderAsync();
        await page.GotoAsync(street.Copy.ToString());
        await AssertBadgeIsDrawnAsync(street.Copy);
        await page.Locator("footer a").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(street.Copy.Authority);
        await Assertions.Expect(page.Locator(".site-name.large")).ToHaveTextAsync(street.Shop.Authority);
    }

    [Fact]
    public async Task A_confirmation_page_cannot_be_framed()
    {
        await using var context = await street.Browser.NewContextAsync();
        var page = await ShopStreet.PageAsync(context);
        await page.GotoAsync(street.Copy.ToString());
        await page.EvaluateAsync("address => { const f = document.createElement('iframe'); f.src = address; document.body.append(f); }", Address("/badge/BADGE"));
        await page.WaitForFunctionAsync("() => document.querySelector('iframe')");
        var frame = page.Frames[^1];
        await frame.WaitForLoadStateAsync();
        Assert.Equal(0, await frame.Locator(".registered").CountAsync());
    }

    private async Task AssertBadgeIsDrawnAsync(Uri site)
    {
        var page = await street.ReaderAsync(scripts: true);
        await page.GotoAsync(site.ToString());
        var picture = page.Locator("footer img");
        Assert.Equal(160, await picture.EvaluateAsync<int>("i => i.complete ? i.naturalWidth : 0"));
    }

    private string Address(string path)
    {
        var token = street.Station.Licenses[PublicStation.ValidCode].Token.ToArray();
        var valid = Base32.Encode(token);
        token[^1] ^= 1;
        path = path.Replace("TOKEN", valid, StringComparison.Ordinal).Replace("FORGED", Base32.Encode(token), StringComparison.Ordinal)
            .Replace("BADGE", street.Badge.Id, StringComparison.Ordinal);
        return street.Station.Address.GetLeftPart(UriPartial.Authority) + path;
    }
}
