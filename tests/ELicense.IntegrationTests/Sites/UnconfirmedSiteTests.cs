using System.Text.Json.Nodes;
using ELicense.Core.Enterprises;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Web;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>A site that gives no answer to the watch, be it out of order or another's: its badge says so before it is lost.</summary>
public sealed class UnconfirmedSiteTests : IAsyncLifetime
{
    private readonly StrangerSite _shop = new();
    private PublicStation _station = null!;
    private Site _site = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var address = new Uri($"http://127.0.0.1:{_shop.Port}/");
        _station = new PublicStation { SiteSettings = new SiteSettings { Loopback = [address], Pause = TimeSpan.Zero } };
        await _station.InitializeAsync();
        Assert.True(CreditCode.TryParse(PublicStation.ValidCode, out var code, out _));
        Assert.True(_station.Sites.TryRegister(code, address.AbsoluteUri, SiteScope.Origin, out var site, out _));
        _site = site;
        Show();
        Assert.Null(await _station.Sites.ProveAsync(code, site.Badge.Id, SiteMethod.File, Cancelled));
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _station.DisposeAsync();
    }

    [Fact]
    public async Task After_thirty_hours_without_an_answer_every_part_says_so_until_control_is_shown_again()
    {
        var shown = _station.Clock.GetUtcNow();
        _shop.Answer(SiteProof.FilePath, "", "HTTP/1.1 503 Service Unavailable");
        await LookAsync(TimeSpan.FromHours(27));
        await AssertSaysAsync(">有效 Valid</text>", "有效", standing: true);

        await LookAsync(TimeSpan.FromHours(4));
        await AssertSaysAsync(">网站待确认 Site unconfirmed</text>", shown.ToOffset(TimeSpan.FromHours(8)).ToString("最近一次确认是在 yyyy-MM-dd", null), standing: false);
        Assert.DoesNotContain("有效", await PictureAsync("?size=square"), StringComparison.Ordinal);
        Assert.Contains(">Site unconfirmed</text>", await PictureAsync("?lang=en"), StringComparison.Ordinal);
        Assert.Contains("have another owner", await _station.Http.GetStringAsync($"/badge/{_site.Badge.Id}?lang=en", Cancelled), StringComparison.Ordinal);

        Show();
        await LookAsync(TimeSpan.FromHours(5));
        await AssertSaysAsync(">有效 Valid</text>", "最近一次确认由该企业控制", standing: true);
    }

    [Fact]
    public async Task A_license_that_was_revoked_is_said_to_be_whatever_the_site_is()
    {
        _shop.Answer(SiteProof.FilePath, "", "HTTP/1.1 503 Service Unavailable");
        await LookAsync(TimeSpan.FromHours(40));
        _station.Change(MatterType.Revocation, PublicStation.ValidCode);
        await _station.PublishAsync();
        await AssertSaysAsync(">已吊销 Revoked</text>", "已吊销", standing: true);
    }

    private void Show()
    {
        _shop.Answer(SiteProof.FilePath, _site.Challenge);
        _shop.Answer("/", "<title>茶铺</title>");
    }

    private async Task LookAsync(TimeSpan later)
    {
        _station.Clock.Ahead += later;
        await _station.PublishAsync();
        Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
    }

    /// <param name="standing">Whether the document has a signed one.</param>
    private async Task AssertSaysAsync(string picture, string page, bool standing)
    {
        Assert.Contains(picture, await PictureAsync(""), StringComparison.Ordinal);
        var confirmation = await _station.Http.GetStringAsync($"/badge/{_site.Badge.Id}", Cancelled);
        Assert.Contains(page, confirmation, StringComparison.Ordinal);
        var document = JsonNode.Parse(await _station.Http.GetStringAsync($"/api/v1/badges/{_site.Badge.Id}", Cancelled))!;
        Assert.Equal(("proven", true, standing), (document["state"]!.GetValue<string>(), document["statement"] is not null, document["standing"] is not null));
        Assert.Equal(_station.Badges.FindSite(_site.Badge.Id)!.Confirmed, document["confirmed"]!.GetValue<DateTimeOffset>());
    }

    private Task<string> PictureAsync(string look) => _station.Http.GetStringAsync($"/badge/{_site.Badge.Id}.svg{look}", Cancelled);
}
