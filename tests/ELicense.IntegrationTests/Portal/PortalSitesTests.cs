using System.Net;
using System.Text.RegularExpressions;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Portal;

/// <summary>A portal, and a web shop on a loopback port that its operator named.</summary>
public sealed class PortalAndShop : IAsyncLifetime
{
    internal StrangerSite Shop { get; } = new();

    internal PortalStation Portal { get; private set; } = null!;

    internal string Address => $"http://127.0.0.1:{Shop.Port}/";

    public async ValueTask InitializeAsync()
    {
        Portal = new PortalStation { SiteSettings = new SiteSettings { Loopback = [new Uri(Address)], Pause = TimeSpan.Zero } };
        await Portal.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        await Shop.DisposeAsync();
    }
}

public sealed partial class PortalSitesTests(PortalAndShop both) : IClassFixture<PortalAndShop>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_enterprise_registers_its_shop_proves_it_gets_the_snippet_pauses_and_gives_it_up()
    {
        using var own = both.Portal.Client(both.Portal.Shop);
        var site = await PostAsync(own, "/sites", "/sites", ("address", both.Address));
        var page = await own.GetStringAsync(site, Cancelled);
        Assert.Contains("等待证明", page, StringComparison.Ordinal);
        Assert.DoesNotContain("&lt;img", page, StringComparison.Ordinal);

        both.Shop.Answer("/", "<p>");
        both.Shop.Answer("/.well-known/elicense-site-proof.txt", Challenge().Match(page).Groups[1].Value);
        Assert.Equal(site, await PostAsync(own, site, site + "/prove", ("method", "file")));
        using (var again = await SendAsync(own, site, site + "/prove", [("method", "file")]))
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(10)), (again.StatusCode, again.Headers.RetryAfter!.Delta));
        page = await own.GetStringAsync(site, Cancelled);
        Assert.Contains("使用中", page, StringComparison.Ordinal);
        Assert.Contains("页面上没有找到标识", page, StringComparison.Ordinal);
        Assert.Contains("问题持续，始于", page, StringComparison.Ordinal);
        Assert.Contains($"&lt;a href=&quot;https://gs.example.cn/badge/{site.Split('/')[^1]}&quot;&gt;&lt;img", page, StringComparison.Ordinal);

        // Nobody else sees it or acts on it, with a form of its own.
        using var other = both.Portal.Client(both.Portal.Certify(PortalStation.SuspendedCode));
        await both.Portal.PublishAsync();
        using var hidden = await other.GetAsync(site, Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        Assert.DoesNotContain("/sites/", await other.GetStringAsync("/sites", Cancelled), StringComparison.Ordinal);
        foreach (var act in (string[])["/prove", "/move", "/pause", "/delete"])
            Assert.Equal((HttpStatusCode.NotFound, "not-found"), await RefusedAsync(other, "/sites", site + act, ("method", "file"), ("address", both.Address)));

        Assert.Equal(site, await PostAsync(own, site, site + "/pause"));
        Assert.Contains("已暂停", await own.GetStringAsync(site, Cancelled), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Conflict, "state-conflict"), await RefusedAsync(own, site, site + "/pause"));
        Assert.Equal("/sites", await PostAsync(own, site, site + "/delete"));
        using var gone = await own.GetAsync(site, Cancelled);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task A_shop_on_a_platform_registers_its_page_alone_and_proves_it_there()
    {
        using var own = both.Portal.Client(both.Portal.Shop);
        Assert.Equal((HttpStatusCode.BadRequest, "site-address"), await RefusedAsync(own, "/sites", "/sites", ("address", both.Address + "shop?id=88"), ("scope", "page")));
        var site = await PostAsync(own, "/sites", "/sites", ("address", both.Address + "shop/88"), ("scope", "page"));
        var page = await own.GetStringAsync(site, Cancelled);
        Assert.DoesNotContain("elicense-site-proof.txt", page, StringComparison.Ordinal);
        foreach (var method in (string[])["file", "dns"])
            Assert.Equal((HttpStatusCode.BadRequest, "site-method"), await RefusedAsync(own, site, site + "/prove", ("method", method)));

        both.Shop.Answer("/shop/88", $"<meta name=elicense-site-proof content={Meta().Match(page).Groups[1].Value}>");
        Assert.Equal(site, await PostAsync(own, site, site + "/prove", ("method", "meta")));
        page = await own.GetStringAsync(site, Cancelled);
        Assert.Contains("使用中", page, StringComparison.Ordinal);
        Assert.Contains($"{new Uri(both.Address).Authority}/shop/88", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://localhost/")]
    [InlineData("javascript:alert(1)")]
    public async Task An_address_that_is_no_public_site_is_refused(string address)
    {
        using var own = both.Portal.Client(both.Portal.Shop);
        Assert.Equal((HttpStatusCode.BadRequest, "site-address"), await RefusedAsync(own, "/sites", "/sites", ("address", address)));
    }

    [Theory]
    [InlineData("/sites")]
    [InlineData("/sites/aaaaaaaaaaaaaaaaaaaaaaaaaa/prove")]
    [InlineData("/sites/aaaaaaaaaaaaaaaaaaaaaaaaaa/move")]
    [InlineData("/sites/aaaaaaaaaaaaaaaaaaaaaaaaaa/pause")]
    [InlineData("/sites/aaaaaaaaaaaaaaaaaaaaaaaaaa/delete")]
    public async Task A_form_that_another_site_made_does_nothing(string path)
    {
        using var own = both.Portal.Client(both.Portal.Shop);
        using var forged = await own.PostAsync(path, new FormUrlEncodedContent([new("address", both.Address)]), Cancelled);
        Assert.Contains("form-token", await forged.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        own.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        Assert.Equal((HttpStatusCode.Forbidden, "form-origin"), await RefusedAsync(own, "/sites", path, ("address", both.Address)));
    }

    /// <returns>Where the browser is sent to.</returns>
    private static async Task<string> PostAsync(HttpClient client, string page, string path, params (string Name, string Value)[] fields)
    {
        using var answer = await SendAsync(client, page, path, fields);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync(Cancelled));
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<(HttpStatusCode Status, string Code)> RefusedAsync(HttpClient client, string page, string path, params (string Name, string Value)[] fields)
    {
        using var answer = await SendAsync(client, page, path, fields);
        return (answer.StatusCode, Code().Match(await answer.Content.ReadAsStringAsync(Cancelled)).Groups[1].Value);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string page, string path, (string Name, string Value)[] fields)
    {
        var form = Form().Match(await client.GetStringAsync(page, Cancelled)).Groups[1].Value;
        return await client.PostAsync(path, new FormUrlEncodedContent([new("form", form), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]), Cancelled);
    }

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    private static partial Regex Form();

    [GeneratedRegex("id=\"challenge\"[^>]* value=\"([a-z2-7]{32})\"")]
    private static partial Regex Challenge();

    [GeneratedRegex("elicense-site-proof&quot; content=&quot;([a-z2-7]{32})&quot;")]
    private static partial Regex Meta();

    [GeneratedRegex("<code>([a-z-]+)</code>")]
    private static partial Regex Code();
}
