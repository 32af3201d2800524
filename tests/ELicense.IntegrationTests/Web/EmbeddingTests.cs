using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>What sites, editors and search engines take of a badge or a license: frame, oEmbed, scripts by their hash, JSON-LD.</summary>
public sealed class EmbeddingTests(PublicStation station) : IClassFixture<PublicStation>
{
    private const string Service = "https://" + PublicStation.PublicHost;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_frame_is_for_the_registered_site_alone_and_is_the_same_to_all()
    {
        var badge = Register(PublicStation.ValidCode);
        using var response = await station.Http.GetAsync($"/badge/{badge.Id}/frame?size=square&theme=dark&lang=en", Cancelled);
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("; frame-ancestors https://shop.example.cn;", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.Equal(("public, max-age=60, must-revalidate", 0), (response.Headers.NonValidated["Cache-Control"].ToString(), response.Headers.Vary.Count));
        var page = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains($"""<a href="/badge/{badge.Id}" target="_blank" rel="noopener"><img src="/badge/{badge.Id}.svg?size=square&amp;theme=dark&amp;lang=en" width="96" height="96" """, page, StringComparison.Ordinal);
        using var unknown = await station.Http.GetAsync("/badge/aaaaaaaaaaaaaaaaaaaaaaaaaa/frame", Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("frame-ancestors 'none'", unknown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "rich", 160, 48)]
    [InlineData("&maxwidth=159&maxheight=200", "rich", 96, 96)]
    [InlineData("&maxwidth=160&maxheight=47", "link", null, null)]
    public async Task An_editor_finds_by_the_page_what_to_embed(string room, string type, int? width, int? height)
    {
        var badge = Register(PublicStation.ValidCode);
        var page = await station.Http.GetStringAsync("/badge/" + badge.Id, Cancelled);
        const string Discovery = "type=\"application/json+oembed\" href=\"";
        var from = page.IndexOf(Discovery, StringComparison.Ordinal) + Discovery.Length;
        var address = new Uri(WebUtility.HtmlDecode(page[from..page.IndexOf('"', from)]));
        var said = await station.Http.GetFromJsonAsync<JsonElement>(address.PathAndQuery + room, Cancelled);
        // oembed.com 2.3.4: version is 1.0; rich has html, width and height.
        Assert.Equal(("1.0", type), (said.GetProperty("version").GetString(), said.GetProperty("type").GetString()));
        Assert.Equal((width, height), (Number(said, "width"), Number(said, "height")));
        Assert.Equal((Service + "/", 60), (said.GetProperty("provider_url").GetString(), said.GetProperty("cache_age").GetInt32()));
        Assert.Contains("福州市闽江源茶叶贸易有限公司, shop.example.cn, 有效", said.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal(type == "rich", said.TryGetProperty("html", out var html));
        if (type == "rich")
            Assert.StartsWith($"""<a href="{Service}/badge/{badge.Id}"><img src="{Service}/badge/{badge.Id}.svg{(width == 96 ? "?size=square" : "")}" """, html.GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://elsewhere.example.cn/badge/BADGE", "json", 404)]
    [InlineData("https://gs.example.cn/l/91350100M000100Y43", "json", 404)]
    [InlineData("https://gs.example.cn/badge/aaaaaaaaaaaaaaaaaaaaaaaaaa", "json", 404)]
    [InlineData("nonsense", "json", 404)]
    [InlineData("https://gs.example.cn/badge/BADGE", "xml", 501)]
    public async Task Of_other_addresses_and_in_other_formats_there_is_nothing_to_embed(string url, string format, int status)
    {
        var badge = Register(PublicStation.ValidCode);
        using var response = await station.Http.GetAsync($"/api/v1/oembed?format={format}&url={Uri.EscapeDataString(url.Replace("BADGE", badge.Id, StringComparison.Ordinal))}", Cancelled);
        await VerificationApiTests.AssertProblemAsync(response, (HttpStatusCode)status, status == 404 ? "not-found" : "unsupported-media-type");
    }

    [Fact]
    public async Task Scripts_that_snippets_name_are_kept_at_their_addresses_and_the_newest_is_at_the_plain_one()
    {
        // A row of docs/badges.md: | 1 | `/badge/0123456789ab.js` | `sha384-…` | … |. A script that was released is in the table for good, as it was.
        var text = await File.ReadAllTextAsync(Path.Combine(FormatsDocument.RepositoryRoot, "docs", "badges.md"), Cancelled);
        var rows = text.Split('\n').Where(line => line.Contains("`sha384-", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.Equal(Enumerable.Range(1, rows.Count).Select(number => $"{number}"), rows.Select(row => row[1]));
        foreach (var (path, integrity) in rows.Select(row => (row[2].Trim('`'), row[3].Trim('`'))))
        {
            using var response = await station.Http.GetAsync(path, Cancelled);
            Assert.Equal((path, "*", "public, max-age=31536000, immutable"), (path, response.Headers.GetValues("Access-Control-Allow-Origin").Single(), response.Headers.NonValidated["Cache-Control"].ToString()));
            Assert.Equal(integrity, "sha384-" + Convert.ToBase64String(SHA384.HashData(await response.Content.ReadAsByteArrayAsync(Cancelled))));
        }

        Assert.Equal(await station.Http.GetByteArrayAsync(rows[^1][2].Trim('`'), Cancelled), await station.Http.GetByteArrayAsync("/badge.js", Cancelled));
        var badge = await station.Http.GetFromJsonAsync<JsonElement>("/api/v1/badges/" + Register(PublicStation.ValidCode).Id, Cancelled);
        Assert.Contains($"<script src=\"{Service}{rows[^1][2].Trim('`')}\" integrity=\"{rows[^1][3].Trim('`')}\"", badge.GetProperty("snippet").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PublicStation.ValidCode, "福州市闽江源茶叶贸易有限公司", "https://schema.org/CertificationActive")]
    [InlineData(PublicStation.SuspendedCode, "北京示范信息技术有限公司", "https://schema.org/CertificationInactive")]
    [InlineData(PublicStation.RevokedCode, "深圳市示范电子有限公司", "https://schema.org/CertificationInactive")]
    [InlineData(PublicStation.HostileCode, PublicStation.HostileName, "https://schema.org/CertificationActive")]
    public async Task License_and_confirmation_page_say_to_machines_what_they_say_to_readers(string code, string name, string status)
    {
        foreach (var path in (string[])["/l/" + code, "/badge/" + Register(code).Id])
        {
            var page = await station.Http.GetStringAsync(path, Cancelled);
            const string Begin = "<script type=\"application/ld+json\">";
            var from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
            var json = page[from..page.IndexOf("</script>", from, StringComparison.Ordinal)];
            var enterprise = JsonElement.Parse(json);
            Assert.Equal(("https://schema.org", "Organization", name), (Text(enterprise, "@context"), Text(enterprise, "@type"), Text(enterprise, "legalName")));
            Assert.Equal(code, Text(enterprise.GetProperty("identifier"), "value"));
            Assert.Equal("2019-03-18", Text(enterprise, "foundingDate"));
            Assert.Equal(path[1] == 'b' ? "https://shop.example.cn/" : null, enterprise.TryGetProperty("url", out var site) ? site.GetString() : null);
            var license = enterprise.GetProperty("hasCertification");
            Assert.Equal(("Certification", status, $"{Service}/l/{code}"), (Text(license, "@type"), Text(license, "certificationStatus"), Text(license, "url")));
            Assert.Equal(PublicStation.Office, Text(license.GetProperty("issuedBy"), "name"));
            // The person is on the page, for those who read it, and not in what machines collect.
            Assert.Contains("林晓岚", page, StringComparison.Ordinal);
            Assert.DoesNotContain("林晓岚", json, StringComparison.Ordinal);
        }
    }

    private static int? Number(JsonElement of, string name) => of.TryGetProperty(name, out var number) ? number.GetInt32() : null;

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private Badge Register(string text)
    {
        Assert.True(CreditCode.TryParse(text, out var code, out _));
        return station.Badges.Register(code, new Uri("https://shop.example.cn"), station.Clock.GetUtcNow());
    }
}
