using System.Net;
using System.Xml.Linq;
using Dapper;
using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.Issuance.Matters;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class BadgeTests(PublicStation station) : IClassFixture<PublicStation>
{
    private static readonly Uri Shop = new("https://shop.example.cn/tea?x=1");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PublicStation.ValidCode, "有效")]
    [InlineData(PublicStation.RevokedCode, "已吊销")]
    [InlineData(PublicStation.SuspendedCode, "已冻结")]
    public async Task Names_the_registered_site_and_the_live_standing(string code, string word)
    {
        var text = Words(await SvgAsync(Register(code)));
        Assert.Contains("shop.example.cn", text, StringComparison.Ordinal);
        Assert.Contains(word, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "160", "48")]
    [InlineData("?size=square", "96", "96")]
    [InlineData("?theme=dark", "160", "48")]
    public async Task Has_two_shapes(string query, string width, string height)
    {
        var svg = XDocument.Parse(await station.Http.GetStringAsync($"/badge/{Register(PublicStation.ValidCode).Id}.svg{query}", Cancelled)).Root!;
        Assert.Equal((width, height), (svg.Attribute("width")!.Value, svg.Attribute("height")!.Value));
    }

    [Theory]
    [InlineData("", "电子营业执照 Licensed business", "已吊销 Revoked")]
    [InlineData("zh", "电子营业执照", "已吊销")]
    [InlineData("en", "Licensed business", "Revoked")]
    [InlineData("xx", "电子营业执照 Licensed business", "已吊销 Revoked")]
    public async Task Speaks_the_language_that_its_address_asks_for(string language, string heading, string word)
    {
        foreach (var size in (string[])["wide", "square"])
        {
            var svg = XDocument.Parse(await station.Http.GetStringAsync($"/badge/{Register(PublicStation.RevokedCode).Id}.svg?size={size}&lang={language}", Cancelled)).Root!;
            Assert.StartsWith($"{heading}: 深圳市示范电子有限公司, shop.example.cn, {word}, 20", svg.Attribute("aria-label")!.Value, StringComparison.Ordinal);
            var lines = Words(svg).TrimEnd('\n').Split('\n');
            Assert.Equal(heading, size == "wide" ? lines[0] : string.Join(' ', lines.Take(heading.Contains(' ', StringComparison.Ordinal) && heading[0] > 'z' ? 2 : 1)));
            Assert.Contains(word, lines);
        }
    }

    [Fact]
    public async Task Shows_markup_in_a_name_as_text()
    {
        var svg = await SvgAsync(Register(PublicStation.HostileCode));
        Assert.DoesNotContain(svg.Descendants(), e => e.Name.LocalName == "script");
        Assert.Contains("<script>", Words(svg), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Never_varies_by_who_asks()
    {
        var path = $"/badge/{Register(PublicStation.ValidCode).Id}.svg";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Referrer = new Uri("https://thief.example.com/");
        request.Headers.AcceptLanguage.ParseAdd("en");
        using var copied = await station.Http.SendAsync(request, Cancelled);
        Assert.Equal(await station.Http.GetByteArrayAsync(path, Cancelled), await copied.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Empty(copied.Headers.Vary);
    }

    [Fact]
    public async Task Is_cached_for_a_minute_at_most()
    {
        using var response = await station.Http.GetAsync($"/badge/{Register(PublicStation.ValidCode).Id}.svg", Cancelled);
        Assert.Equal(TimeSpan.FromSeconds(60), response.Headers.CacheControl!.MaxAge);
    }

    [Fact]
    public async Task A_kept_picture_is_the_one_that_was_drawn()
    {
        var path = $"/badge/{Register(PublicStation.ValidCode).Id}.svg?size=square&theme=dark";
        station.Clock.Ahead += TimeSpan.FromSeconds(2);
        using var drawn = await station.Http.GetAsync(path, Cancelled);
        using var kept = await station.Http.GetAsync(path, Cancelled);
        Assert.Equal(Headers(drawn), Headers(kept));
        Assert.Equal(await drawn.Content.ReadAsByteArrayAsync(Cancelled), await kept.Content.ReadAsByteArrayAsync(Cancelled));
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(drawn.Headers.ETag!);
        using var known = await station.Http.SendAsync(again, Cancelled);
        Assert.Equal((HttpStatusCode.NotModified, drawn.Headers.ETag), (known.StatusCode, known.Headers.ETag));

        static string[] Headers(HttpResponseMessage answer) =>
            [.. answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task A_picture_is_kept_for_a_second_or_until_a_badge_is_registered()
    {
        var path = $"/badge/{Register(PublicStation.SuspendedCode).Id}.svg";
        await Shows("shop.example.cn");
        await Move("https://two.example.cn");
        await Shows("shop.example.cn");
        station.Clock.Ahead += TimeSpan.FromSeconds(1);
        await Shows("two.example.cn");
        await Move("https://three.example.cn");
        Register(PublicStation.HostileCode);
        await Shows("three.example.cn");

        async Task Shows(string site) => Assert.Contains(site, await station.Http.GetStringAsync(path, Cancelled), StringComparison.Ordinal);

        // As another process might.
        async Task Move(string origin)
        {
            await using var store = new SqliteConnection($"Data Source={Path.Combine(station.Folder, "display.db")};Pooling=False");
            await store.ExecuteAsync("UPDATE site SET origin = @origin WHERE credit_code = @code", new { origin, code = PublicStation.SuspendedCode });
        }
    }

    [Theory]
    [InlineData("/badge/aaaaaaaaaaaaaaaaaaaaaaaaaa.svg")]
    [InlineData("/badge/aaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("/badge/..%2f.svg")]
    [InlineData("/badge/'; DROP TABLE badge.svg")]
    public async Task An_unknown_badge_is_not_found(string path)
    {
        using var response = await station.Http.GetAsync(path, Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("https://shop.example.cn/", "与登记的网站一致")]
    [InlineData("https://thief.example.com/x", "您来自另一个网站")]
    [InlineData("https://shop.example.cn.evil.com/", "您来自另一个网站")]
    [InlineData("http://shop.example.cn/", "您来自另一个网站")]
    [InlineData(null, "请核对")]
    public async Task The_confirmation_page_compares_where_the_reader_came_from(string? referrer, string says)
    {
        var page = await ConfirmAsync(Register(PublicStation.ValidCode).Id, referrer);
        Assert.Contains(says, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_confirmation_page_leads_machines_to_the_document()
    {
        using var page = await station.Http.GetAsync("/badge/" + Register(PublicStation.ValidCode).Id, Cancelled);
        var link = Assert.Single(page.Headers.GetValues("Link"));
        Assert.EndsWith(">; rel=\"alternate\"; type=\"application/json\"", link, StringComparison.Ordinal);
        using var document = await station.Http.GetAsync(link.Split('>')[0].TrimStart('<'), Cancelled);
        Assert.Equal("application/json", document.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task The_warning_survives_a_change_of_language()
    {
        var badge = Register(PublicStation.ValidCode);
        var page = await station.Http.GetStringAsync($"/badge/{badge.Id}?from=https%3A%2F%2Fthief.example.com&lang=en", Cancelled);
        Assert.Contains("You came from another site", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_cannot_claim_a_match()
    {
        var badge = Register(PublicStation.ValidCode);
        var page = await station.Http.GetStringAsync($"/badge/{badge.Id}?from=https%3A%2F%2Fshop.example.cn", Cancelled);
        Assert.DoesNotContain("与登记的网站一致", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turns_when_the_license_is_revoked()
    {
        await using var own = new PublicStation();
        await own.InitializeAsync();
        Assert.True(CreditCode.TryParse(PublicStation.ValidCode, out var code, out _));
        var badge = own.Badges.Register(code, Shop, own.Clock.GetUtcNow());
        Assert.Contains("有效", await own.Http.GetStringAsync($"/badge/{badge.Id}.svg", Cancelled), StringComparison.Ordinal);
        own.Change(MatterType.Revocation, PublicStation.ValidCode);
        await own.PublishAsync();
        Assert.Contains("已吊销", await own.Http.GetStringAsync($"/badge/{badge.Id}.svg", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public void Registering_again_gives_the_same_badge_of_128_bits()
    {
        var first = Register(PublicStation.ValidCode);
        var second = Register(PublicStation.ValidCode);
        Assert.Equal(first, second);
        Assert.Matches("^[a-z2-7]{26}$", first.Id);
    }

    [Fact]
    public void A_badge_belongs_to_the_origin_alone() => Assert.Equal(new Uri("https://shop.example.cn"), Register(PublicStation.ValidCode).Origin);

    [Fact]
    public void Refuses_an_address_that_is_no_web_site()
    {
        Assert.True(CreditCode.TryParse(PublicStation.ValidCode, out var code, out _));
        Assert.Throws<ArgumentException>(() => station.Badges.Register(code, new Uri("javascript:alert(1)"), station.Clock.GetUtcNow()));
    }

    private static string Words(XElement svg) => string.Concat(svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value + "\n"));

    private Badge Register(string text)
    {
        Assert.True(CreditCode.TryParse(text, out var code, out _));
        return station.Badges.Register(code, Shop, station.Clock.GetUtcNow());
    }

    private async Task<XElement> SvgAsync(Badge badge) => XDocument.Parse(await station.Http.GetStringAsync($"/badge/{badge.Id}.svg", Cancelled)).Root!;

    private async Task<string> ConfirmAsync(string id, string? referrer)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/badge/" + id);
        if (referrer is not null)
            request.Headers.Referrer = new Uri(referrer);
        using var response = await station.Http.SendAsync(request, Cancelled);
        return await response.Content.ReadAsStringAsync(Cancelled);
    }
}
