using System.Text.Json.Nodes;
using ELicense.Cli.Demo;
using ELicense.Core.Enterprises;
using ELicense.IntegrationTests.Web;
using ELicense.Issuance.Matters;
using Microsoft.Playwright;
using Xunit;

namespace ELicense.BrowserTests;

/// <summary>The badge's script on two sites under default-src 'none', and what attackers do with it.</summary>
public sealed class BadgeScriptTests(ShopStreet street) : IClassFixture<ShopStreet>
{
    private const string NewCode = "91110000600037341L";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_the_registered_site_it_says_match_and_the_policy_blocks_nothing()
    {
        var (page, said) = await OpenAsync();
        await page.GotoAsync(street.Shop.ToString());
        var note = page.Locator("[data-elicense]");
        await Assertions.Expect(note).ToHaveAttributeAsync("data-elicense", "match");
        await Assertions.Expect(note).ToContainTextAsync(street.Shop.Authority);
        await Assertions.Expect(note).ToContainTextAsync("福州市闽江源茶叶贸易有限公司");
        Assert.Empty(said);
        await Barriers.AssertNoneAsync(page);
    }

    [Fact]
    public async Task On_a_copy_of_the_site_it_warns_and_names_both_sites()
    {
        var (page, _) = await OpenAsync();
        await page.GotoAsync(street.Copy.ToString());
        var alert = page.GetByRole(AriaRole.Alert);
        await Assertions.Expect(alert).ToHaveAttributeAsync("data-elicense", "mismatch");
        await Assertions.Expect(alert).ToContainTextAsync(street.Copy.Authority);
        await Assertions.Expect(alert).ToContainTextAsync(street.Shop.Authority);
    }

    [Theory]
    [InlineData("standing withheld")]
    [InlineData("standing of another badge")]
    [InlineData("standing as statement")]
    [InlineData("statement of another badge")]
    [InlineData("statement altered")]
    [InlineData("service away")]
    [InlineData("keys withheld")]
    [InlineData("standing of ten minutes ago")]
    public async Task What_is_not_proven_is_not_confirmed(string attack)
    {
        var (page, _) = await OpenAsync();
        var badge = JsonNode.Parse(await street.Station.Http.GetStringAsync("/api/v1/badges/" + street.Badge.Id, Cancelled))!;
        Assert.True(CreditCode.TryParse(PublicStation.SuspendedCode, out var code, out _));
        var other = JsonNode.Parse(await street.Station.Http.GetStringAsync("/api/v1/badges/" + street.Station.Badges.Register(code, street.Shop, DateTimeOffset.UtcNow).Id, Cancelled))!;
        var statement = badge["statement"]!.GetValue<string>();
        (badge["statement"], badge["standing"]) = attack switch
        {
            "standing withheld" => (statement, null),
            "standing of another badge" => (statement, other["standing"]!.GetValue<string>()),
            "standing as statement" => (badge["standing"]!.GetValue<string>(), badge["standing"]!.GetValue<string>()),
            "statement of another badge" => (other["statement"]!.GetValue<string>(), other["standing"]!.GetValue<string>()),
            "statement altered" => (statement[..^9] + (statement[^9] == 'A' ? 'B' : 'A') + statement[^8..], badge["standing"]!.GetValue<string>()),
            _ => ((string?)statement, badge["standing"]!.GetValue<string>()),
        };
        if (attack == "service away")
            await page.RouteAsync("**/api/v1/badges/*", route => route.AbortAsync());
        else
            await page.RouteAsync("**/api/v1/badges/*", route => FulfilAsync(route, badge.ToJsonString()));
        if (attack == "keys withheld")
            await page.RouteAsync("**/badge/keys.json", route => FulfilAsync(route, """{"keys":[]}"""));
        if (attack == "standing of ten minutes ago")
            await page.Clock.SetFixedTimeAsync(street.Station.Clock.GetUtcNow().AddMinutes(10).UtcDateTime);

        await page.GotoAsync(street.Shop.ToString());

        var note = page.Locator("[data-elicense]");
        await Assertions.Expect(note).ToHaveAttributeAsync("data-elicense", "unconfirmed");
        await Assertions.Expect(note).ToContainTextAsync("请点击标识核对");
    }

    [Fact]
    public async Task A_script_that_was_altered_on_the_way_does_not_run()
    {
        var (page, said) = await OpenAsync();
        var script = await street.Station.Http.GetStringAsync("/badge.js", Cancelled);
        await page.RouteAsync("**/badge/*.js", route => FulfilAsync(route, script + " ", "text/javascript"));
        await page.GotoAsync(street.Shop.ToString());
        await page.WaitForLoadStateAsync(LoadState.Load);
        Assert.Contains(said, text => text.Contains("integrity", StringComparison.Ordinal));
        Assert.Equal(0, await page.Locator("[data-elicense]").CountAsync());
    }

    [Fact]
    public async Task Revocation_shows_on_picture_script_and_page_and_markup_in_a_name_is_text()
    {
        const string Name = "<img src=x onerror=alert(1)>\"&'有限公司";
        street.Station.Issue(NewCode, Name);
        await street.Station.PublishAsync();
        Assert.True(CreditCode.TryParse(NewCode, out var code, out _));
        var address = ShopStreet.FreeAddress();
        var badge = street.Station.Badges.Register(code, address, DateTimeOffset.UtcNow);
        await using var shop = SampleShop.Create(address, street.Station.Address, badge, Name);
        await shop.StartAsync(Cancelled);
        var (page, _) = await OpenAsync();
        await page.GotoAsync(address.ToString());
        var note = page.Locator("[data-elicense]");
        await Assertions.Expect(note).ToHaveAttributeAsync("data-elicense", "match");
        await Assertions.Expect(note).ToContainTextAsync(Name);
        Assert.Equal(0, await page.Locator("[data-elicense] img").CountAsync());

        street.Station.Change(MatterType.Revocation, NewCode);
        await street.Station.PublishAsync();

        await page.ReloadAsync();
        await Assertions.Expect(note).ToHaveAttributeAsync("data-elicense", "ended");
        await Assertions.Expect(note).ToContainTextAsync("已吊销");
        await page.ClickAsync("footer a");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("已吊销");
        // A browser keeps the picture for a minute (BadgeTests); then it asks anew, as on reload.
        await page.GotoAsync(new Uri(street.Station.Address, $"/badge/{badge.Id}.svg").ToString());
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("title")).ToContainTextAsync("已吊销");
    }

    private static Task FulfilAsync(IRoute route, string body, string type = "application/json") => route.FulfillAsync(new RouteFulfillOptions
    {
        Body = body,
        ContentType = type,
        Headers = new Dictionary<string, string> { ["Access-Control-Allow-Origin"] = "*" },
    });

    /// <summary>A reader's page, and the errors that the browser will tell of it: what a policy blocks is one.</summary>
    private async Task<(IPage Page, List<string> Said)> OpenAsync()
    {
        var page = await street.ReaderAsync(scripts: true);
        var said = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                said.Add(message.Text);
        };
        return (page, said);
    }
}
