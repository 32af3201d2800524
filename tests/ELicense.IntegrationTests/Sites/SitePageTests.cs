using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Web;
using ELicense.UnitTests;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>Badges of shops that are pages of a platform, on a loopback port that the operator named.</summary>
public sealed class SitePageTests : IAsyncLifetime
{
    private readonly StrangerSite _mall = new();
    private PublicStation _station = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static CreditCode Own => Code(PublicStation.ValidCode);

    private static CreditCode Other => Code(PublicStation.HostileCode);

    private string Host => $"127.0.0.1:{_mall.Port}";

    private string Origin => "http://" + Host;

    public async ValueTask InitializeAsync()
    {
        _station = new PublicStation { SiteSettings = new SiteSettings { Loopback = [new Uri(Origin)], Pause = TimeSpan.Zero } };
        await _station.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _mall.DisposeAsync();
        await _station.DisposeAsync();
    }

    [Fact]
    public async Task A_page_is_proven_by_the_meta_element_in_it_and_by_nothing_else()
    {
        var site = Register("/shop/88");
        _mall.Answer(SiteProof.FilePath, site.Challenge);
        foreach (var method in (SiteMethod[])[SiteMethod.File, SiteMethod.Dns])
            Assert.Equal(Codes.SiteMethod, (await ProveAsync(site, method))?.Code);
        Assert.Equal(0, _mall.Connections);

        _mall.Answer("/", Meta(site));
        _mall.Answer("/shop/", Meta(site));
        _mall.Answer("/shop/88/", Meta(site));
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site))?.Code);
        _mall.Answer("/shop/88", "<title>t</title><p>" + Meta(site));
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site))?.Code);
        Assert.False(Now(site).Badge.IsInUse);

        _mall.Answer("/shop/88", Meta(site));
        Assert.Null(await ProveAsync(site));
        Assert.Equal((SiteState.Proven, SiteMethod.Meta, "/shop/88"), (Now(site).Badge.State, Now(site).Method!.Value, Now(site).Badge.Path));
    }

    [Theory]
    [InlineData("/shop/88/")]
    [InlineData("/shop/88?x=1")]
    [InlineData("/Shop/88")]
    [InlineData("/shop/99")]
    public async Task A_page_that_leads_to_another_one_proves_nothing(string other)
    {
        var site = Register("/shop/88");
        _mall.Redirect("/shop/88", other);
        _mall.Answer(other, Meta(site));
        Assert.Equal(Codes.SiteRedirect, (await ProveAsync(site))?.Code);
        Assert.Equal((SiteState.Pending, Codes.SiteRedirect), (Now(site).Badge.State, Now(site).Trouble));
    }

    [Fact]
    public async Task Shops_of_one_platform_and_the_platform_itself_have_badges_of_their_own()
    {
        var (own, foreign) = (Register("/shop/88"), Register("/shop/99", Other));
        Assert.True(_station.Sites.TryRegister(Other, Origin + "/shop/88", SiteScope.Origin, out var platform, out _));
        Assert.Equal(4, new[] { own, foreign, platform, Register("/shop/88", Other) }.Select(site => site.Challenge).Distinct().Count());
        Assert.Equal(own.Badge, Register("/shop/88").Badge);

        // The text of a page proves neither another page nor the site, and the site's no page.
        foreach (var path in (string[])["/", SiteProof.FilePath])
            _mall.Answer(path, path == "/" ? Meta(own) : own.Challenge);
        _mall.Answer("/shop/99", Meta(own));
        foreach (var (site, method) in ((Site, SiteMethod)[])[(platform, SiteMethod.Meta), (platform, SiteMethod.File), (foreign, SiteMethod.Meta)])
            Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site, method))?.Code);
        _mall.Answer("/shop/88", Meta(platform));
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(own))?.Code);

        _mall.Answer("/shop/88", Meta(own));
        Assert.Null(await ProveAsync(own));
        Assert.Equal([true, false, false], new[] { own, foreign, platform }.Select(site => Now(site).Badge.IsInUse));
        _mall.Answer(SiteProof.FilePath, platform.Challenge);
        Assert.Null(await ProveAsync(platform, SiteMethod.File));
        Assert.Equal([true, false, true], new[] { own, foreign, platform }.Select(site => Now(site).Badge.IsInUse));
        Assert.Equal((Host + "/shop/88", Host), (Now(own).Badge.Site, Now(platform).Badge.Site));
    }

    [Fact]
    public async Task Another_page_is_to_be_proven_anew_and_the_same_one_is_not()
    {
        var site = await ProvenAsync("/shop/88");
        Assert.True(_station.Sites.TryMove(Own, site.Badge.Id, Origin + "/shop/88", out var same, out _));
        Assert.True(same.Badge.IsInUse);
        var second = Register("/shop/89");
        Assert.False(_station.Sites.TryMove(Own, second.Badge.Id, Origin + "/shop/88", out _, out var refusal));
        Assert.Equal(Codes.StateConflict, refusal.Code);
        Assert.False(_station.Sites.TryMove(Own, site.Badge.Id, Origin, out _, out refusal));
        Assert.Equal(Codes.SiteAddress, refusal.Code);

        Assert.True(_station.Sites.TryMove(Own, site.Badge.Id, Origin + "/shop/90", out var moved, out _));
        Assert.Equal((SiteState.Pending, "/shop/90", null), (moved.Badge.State, moved.Badge.Path, moved.Proven));
        Assert.NotEqual(site.Challenge, moved.Challenge);
    }

    [Fact]
    public async Task Document_statement_picture_and_editors_name_the_page()
    {
        var badge = (await ProvenAsync("/茶铺/88")).Badge;
        const string Wire = "/%E8%8C%B6%E9%93%BA/88";
        var document = await _station.Http.GetFromJsonAsync<JsonElement>("/api/v1/badges/" + badge.Id, Cancelled);
        Assert.Equal((Origin, Wire), (Text(document, "origin"), Text(document, "path")));
        Assert.Contains($"{Host}/茶铺/88", System.Net.WebUtility.HtmlDecode(Text(document, "snippet")), StringComparison.Ordinal);
        var jwks = await _station.Http.GetFromJsonAsync<JsonElement>("/badge/keys.json", Cancelled);
        var said = (await Peers.RunAsync("badge-verify.mjs", new { statements = new[] { Text(document, "statement") }, jwks }, Cancelled))[0].GetProperty("payload");
        // Scripts of the first version take the origin for the whole: they refuse this one.
        Assert.Equal((2, Origin, Wire), (said.GetProperty("version").GetInt32(), Text(said, "origin"), Text(said, "path")));

        foreach (var size in (string[])["wide", "square"])
        {
            var svg = XDocument.Parse(await _station.Http.GetStringAsync($"/badge/{badge.Id}.svg?size={size}", Cancelled)).Root!;
            Assert.Contains($", {Host}/茶铺/88, 有效", svg.Attribute("aria-label")!.Value, StringComparison.Ordinal);
            Assert.Contains(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value.Contains($":{_mall.Port}/", StringComparison.Ordinal) && e.Value.EndsWith("铺/88", StringComparison.Ordinal));
        }

        var embedded = await _station.Http.GetFromJsonAsync<JsonElement>($"/api/v1/oembed?url=https://gs.example.cn/badge/{badge.Id}", Cancelled);
        Assert.Contains($", {Host}/茶铺/88, ", Text(embedded, "title"), StringComparison.Ordinal);
        Assert.Contains($"\"url\":\"{Origin}{Wire}\"", await _station.Http.GetStringAsync("/badge/" + badge.Id, Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_address_in_the_picture_keeps_the_hosts_end_and_the_pages_end()
    {
        var badge = (await ProvenAsync("/shops.other-mall.example.cn/department/tea/0088")).Badge;
        var svg = XDocument.Parse(await _station.Http.GetStringAsync($"/badge/{badge.Id}.svg", Cancelled)).Root!;
        var line = Assert.Single(svg.Descendants(), e => e.Name.LocalName == "text" && e.Value.Contains('…', StringComparison.Ordinal) && e.Value.EndsWith("/0088", StringComparison.Ordinal)).Value;
        Assert.Matches($"^(127[.]0[.]0[.]1|….*):{_mall.Port}/…", line);
        Assert.Contains(badge.Site, svg.Attribute("aria-label")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "上还有别人的网页", null)] // as most browsers say it
    [InlineData(null, "上还有别人的网页", null)]
    [InlineData("/shop/88", "与登记的网页一致", null)]
    [InlineData("/shop/88?id=99", "上还有别人的网页", "与登记的网页一致")]
    [InlineData("/shop/88/", "上还有别人的网页", "与登记的网页一致")]
    [InlineData("/shop/99", "您来自另一个网页", "上还有别人的网页")]
    [InlineData("/shop/88/99", "您来自另一个网页", "上还有别人的网页")]
    [InlineData("/Shop/88", "您来自另一个网页", "上还有别人的网页")]
    [InlineData("@thief.example.com/shop/88", "您来自另一个网站", "上还有别人的网页")]
    public async Task The_confirmation_page_compares_as_much_as_the_browser_says(string? from, string says, string? not)
    {
        var badge = (await ProvenAsync("/shop/88")).Badge;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/badge/" + badge.Id);
        if (from is not null)
            request.Headers.Referrer = new Uri(from[0] == '@' ? "http://" + from[1..] : Origin + from);
        using var response = await _station.Http.SendAsync(request, Cancelled);
        var page = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains(Host + "/shop/88", page, StringComparison.Ordinal);
        Assert.Contains(says, page, StringComparison.Ordinal);
        if (not is not null)
            Assert.DoesNotContain(not, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_warning_about_a_page_survives_a_change_of_language_and_an_address_claims_no_match()
    {
        var badge = (await ProvenAsync("/shop/88")).Badge;
        Assert.Contains("You came from another page", await From("/shop/99"), StringComparison.Ordinal);
        Assert.DoesNotContain("from exactly that one", await From("/shop/88"), StringComparison.Ordinal);

        Task<string> From(string path) => _station.Http.GetStringAsync($"/badge/{badge.Id}?lang=en&from={Uri.EscapeDataString(Origin + path)}", Cancelled);
    }

    [Fact]
    public async Task The_watch_looks_at_the_page_and_a_badge_whose_page_lost_the_proof_is_lost()
    {
        var site = await ProvenAsync("/shop/88");
        var document = await _station.Http.GetFromJsonAsync<JsonElement>("/api/v1/badges/" + site.Badge.Id, Cancelled);
        _mall.Answer("/shop/88", Meta(site) + "<body>" + Text(document, "snippet"));
        _station.Clock.Ahead += TimeSpan.FromHours(27);
        var before = _mall.Connections;
        Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
        Assert.Equal((SiteState.Proven, true, before + 1), (Now(site).Badge.State, Now(site).BadgeSeen, _mall.Connections));

        // A whole site's proof, and another page's, do not keep it.
        _mall.Answer(SiteProof.FilePath, site.Challenge);
        _mall.Answer("/", Meta(site));
        _mall.Answer("/shop/88", "<title>茶铺</title>");
        foreach (var hours in (int[])[27, 2])
        {
            _station.Clock.Ahead += TimeSpan.FromHours(hours);
            Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
        }

        Assert.Equal((SiteState.Lost, Codes.SiteProofMissing), (Now(site).Badge.State, Now(site).Trouble));
        Assert.Contains("登记的网页", await _station.Http.GetStringAsync("/badge/" + site.Badge.Id, Cancelled), StringComparison.Ordinal);
    }

    private static string Meta(Site site) => $"<!doctype html><title>茶铺</title><meta name=elicense-site-proof content={site.Challenge}>";

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static CreditCode Code(string text) => CreditCode.TryParse(text, out var code, out var refusal) ? code : throw new InvalidOperationException(refusal.ToString());

    private Site Now(Site site) => _station.Badges.FindSite(site.Badge.Id)!;

    private Site Register(string path, CreditCode? enterprise = null)
    {
        Assert.True(_station.Sites.TryRegister(enterprise ?? Own, Origin + path, SiteScope.Page, out var site, out var refusal), refusal.ToString());
        return site;
    }

    private Task<Refusal?> ProveAsync(Site site, SiteMethod method = SiteMethod.Meta)
    {
        _station.Clock.Ahead += TimeSpan.FromSeconds(10);
        return _station.Sites.ProveAsync(site.Badge.CreditCode, site.Badge.Id, method, Cancelled);
    }

    private async Task<Site> ProvenAsync(string path)
    {
        var site = Register(path);
        _mall.Answer(site.Badge.Path!, Meta(site));
        Assert.Null(await ProveAsync(site));
        return Now(site);
    }
}
