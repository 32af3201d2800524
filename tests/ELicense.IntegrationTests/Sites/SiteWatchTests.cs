using System.Text.Json.Nodes;
using Dapper;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Web;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>The watch over a station with a shop on a loopback port that the operator named.</summary>
public sealed class SiteWatchTests : IAsyncLifetime
{
    private readonly StrangerSite _shop = new();
    private PublicStation _station = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static CreditCode Own => CreditCode.TryParse(PublicStation.ValidCode, out var code, out _) ? code : throw new InvalidOperationException();

    private Uri Address => new($"http://127.0.0.1:{_shop.Port}/");

    public async ValueTask InitializeAsync()
    {
        _station = new PublicStation { SiteSettings = new SiteSettings { Loopback = [Address], Pause = TimeSpan.Zero } };
        await _station.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _station.DisposeAsync();
    }

    [Fact]
    public async Task A_site_is_looked_at_once_a_day_and_what_is_there_is_told()
    {
        var site = await ProveAsync();
        Assert.Equal(0, await _station.Watch.RunOnceAsync(Cancelled));
        Assert.False(Now(site).BadgeSeen);

        var snippet = JsonNode.Parse(await _station.Http.GetStringAsync("/api/v1/badges/" + site.Badge.Id, Cancelled))!["snippet"]!.GetValue<string>();
        _shop.Answer("/", $"<title>茶铺</title><body><footer>{snippet}</footer>");
        _station.Clock.Ahead += TimeSpan.FromHours(27);
        Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
        Assert.Equal(0, await _station.Watch.RunOnceAsync(Cancelled));

        var looked = Now(site);
        Assert.Equal((true, true, null, 0), (looked.BadgeSeen, looked.StatementCurrent, looked.Trouble, looked.Failures));
        Assert.Equal(_station.Clock.GetUtcNow().ToUnixTimeMilliseconds(), looked.Confirmed!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task A_badge_whose_site_no_longer_shows_the_proof_is_in_use_for_a_day_and_no_longer()
    {
        var site = await ProveAsync();
        _shop.Answers.TryRemove(SiteProof.FilePath, out _);
        // The first look is past the day already: one failure alone takes nothing away.
        _station.Clock.Ahead += TimeSpan.FromHours(27);
        Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
        Assert.Equal((SiteState.Proven, Codes.SiteProofMissing, 1), (Now(site).Badge.State, Now(site).Trouble, Now(site).Failures));

        _station.Clock.Ahead += TimeSpan.FromHours(2);
        Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));

        Assert.Equal(SiteState.Lost, Now(site).Badge.State);
        Assert.Contains("未启用", await _station.Http.GetStringAsync($"/badge/{site.Badge.Id}.svg", Cancelled), StringComparison.Ordinal);
        _station.Clock.Ahead += TimeSpan.FromDays(30);
        Assert.Equal(0, await _station.Watch.RunOnceAsync(Cancelled));
    }

    [Fact]
    public async Task The_history_says_since_when_something_is_wrong_and_is_bounded()
    {
        var site = await ProveAsync();
        var first = _station.Clock.GetUtcNow();
        var badge = $"<a href='https://{PublicStation.PublicHost}/badge/{site.Badge.Id}'>亮照</a>";
        // Alike: only the first of these looks is in the history.
        await LookAsync("");
        await LookAsync("");
        Assert.Equal(2, History().Count); // at registration nobody asked for the statement
        Assert.InRange((SiteLook.WrongSince(History())!.Value - first).TotalSeconds, -5, 0);

        await LookAsync(badge);
        Assert.Null(SiteLook.WrongSince(History()));
        _shop.Answers.TryRemove(SiteProof.FilePath, out _);
        await LookAsync(badge);
        var wrong = _station.Clock.GetUtcNow();
        _station.Clock.Ahead += TimeSpan.FromMinutes(10);
        Assert.Equal(0, await _station.Watch.RunOnceAsync(Cancelled));
        Assert.InRange((SiteLook.WrongSince(History())!.Value - wrong).TotalSeconds, -5, 0);
        Assert.Equal((SiteState.Proven, Codes.SiteProofMissing), (History()[0].State, History()[0].Trouble));

        _shop.Answer(SiteProof.FilePath, site.Challenge);
        for (var i = 0; i < 15; i++)
        {
            await LookAsync(badge);
            await LookAsync("");
        }

        Assert.Equal(30, History().Count);
        Assert.Equal([false, true, false, true], History().Take(4).Select(look => look.BadgeSeen));
        Assert.DoesNotContain(History(), look => look.Trouble is not null);

        IReadOnlyList<SiteLook> History() => _station.Badges.History(site.Badge.Id);

        async Task LookAsync(string footer)
        {
            _shop.Answer("/", $"<title>茶铺</title><body>{footer}");
            _station.Clock.Ahead += TimeSpan.FromHours(27);
            Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
        }
    }

    [Fact]
    public async Task A_site_that_is_away_is_asked_more_and_more_rarely_and_loses_its_badge_after_seven_days()
    {
        var site = await ProveAsync();
        var begun = _station.Clock.Ahead;
        foreach (var path in (string[])["/", SiteProof.FilePath])
            _shop.Answer(path, "", "HTTP/1.1 503 Service Unavailable");
        var looks = new List<double>();
        while (Now(site).Badge.State == SiteState.Proven)
        {
            _station.Clock.Ahead += TimeSpan.FromMinutes(15);
            if (await _station.Watch.RunOnceAsync(Cancelled) == 1)
                looks.Add((_station.Clock.Ahead - begun).TotalHours);
        }

        Assert.Equal((SiteState.Lost, Codes.SiteAnswer), (Now(site).Badge.State, Now(site).Trouble));
        // A day, then 1, 2, 4, 8, 16, 24, 24, … hours later, each a tenth more or less, until seven days are over.
        double[] pauses = [24, 1, 2, 4, 8, 16];
        for (var i = 0; i < pauses.Length; i++)
            Assert.InRange(looks[i] - (i == 0 ? 0 : looks[i - 1]), pauses[i] * 0.9, (pauses[i] * 1.1) + 0.5);
        Assert.InRange(looks[^1], 7 * 24, 8.2 * 24);
        Assert.Equal(looks.Count + 1, _shop.Requests.Count(request => request.StartsWith($"GET {SiteProof.FilePath} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Name_servers_that_are_away_for_two_days_take_no_badge_away()
    {
        await using var names = new TestNames();
        var host = new UriBuilder(Address) { Host = "shop.example.cn" }.Uri;
        names.Name(host.Host, ["127.0.0.1"]);
        await using var station = new PublicStation { SiteSettings = new SiteSettings { Loopback = [host], Resolvers = [names.Address], Pause = TimeSpan.Zero } };
        await station.InitializeAsync();
        Assert.True(station.Sites.TryRegister(Own, host.AbsoluteUri, SiteScope.Origin, out var site, out _));
        names.Texts[SiteProof.DnsLabel + host.Host] = [[site.Challenge]];
        Assert.Null(await station.Sites.ProveAsync(Own, site.Badge.Id, SiteMethod.Dns, Cancelled));

        names.Sent = answer => [.. answer[..3], 0x82, .. answer[4..6], 0, 0, .. answer[8..12]]; // SERVFAIL (RFC 1035 4.1.1)
        for (var look = 0; look < 2; look++)
        {
            station.Clock.Ahead += TimeSpan.FromHours(27);
            Assert.Equal(1, await station.Watch.RunOnceAsync(Cancelled));
        }

        Assert.Equal((SiteState.Proven, 2, Codes.SiteUnreachable), (station.Sites.Find(Own, site.Badge.Id) is { } now ? (now.Badge.State, now.Failures, now.Trouble!) : default));
    }

    [Fact]
    public async Task A_turn_that_another_process_took_is_not_taken_again_and_comes_back_when_that_one_died()
    {
        var site = await ProveAsync();
        _station.Clock.Ahead += TimeSpan.FromHours(27);
        var now = _station.Clock.GetUtcNow();
        Assert.True(_station.Badges.TryClaim(site, now, now + TimeSpan.FromHours(1)));
        Assert.False(_station.Badges.TryClaim(site, now, now + TimeSpan.FromHours(1)));
        Assert.Equal(0, await _station.Watch.RunOnceAsync(Cancelled));
        _station.Clock.Ahead += TimeSpan.FromHours(1);
        Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
    }

    [Fact]
    public async Task A_badge_of_the_operators_word_is_looked_for_and_never_lost()
    {
        var badge = _station.Badges.Register(Own, Address, _station.Clock.GetUtcNow());
        Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
        Assert.Equal((SiteState.Proven, Codes.SiteProofMissing), (_station.Badges.FindSite(badge.Id)!.Badge.State, _station.Badges.FindSite(badge.Id)!.Trouble));
        Assert.DoesNotContain(_shop.Requests, request => request.Contains(SiteProof.FilePath, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pictures_are_counted_by_badge_and_day_and_nothing_of_who_asked()
    {
        var badge = _station.Badges.Register(Own, Address, _station.Clock.GetUtcNow());
        var today = DateOnly.FromDateTime(_station.Clock.GetUtcNow().UtcDateTime);
        for (var i = 0; i < 3; i++)
            await _station.Http.GetStringAsync($"/badge/{badge.Id}.svg", Cancelled);
        using var unknown = await _station.Http.GetAsync("/badge/aaaaaaaaaaaaaaaaaaaaaaaaaa.svg", Cancelled);
        await _station.Watch.RunOnceAsync(Cancelled);
        _station.Clock.Ahead += TimeSpan.FromDays(1);
        await _station.Http.GetStringAsync($"/badge/{badge.Id}.svg?theme=dark", Cancelled);
        await _station.Watch.RunOnceAsync(Cancelled);

        Assert.Equal(new Dictionary<string, long> { [badge.Id] = 4 }, _station.Badges.Views(today));
        Assert.Equal(new Dictionary<string, long> { [badge.Id] = 1 }, _station.Badges.Views(today.AddDays(1)));
    }

    [Theory]
    [InlineData(SiteState.Pending, "尚未证明")]
    [InlineData(SiteState.Paused, "暂停")]
    [InlineData(SiteState.Deleted, "停用")]
    public async Task A_badge_that_is_not_in_use_says_so_everywhere(SiteState state, string says)
    {
        Site site;
        if (state == SiteState.Pending)
            Assert.True(_station.Sites.TryRegister(Own, Address.AbsoluteUri, SiteScope.Origin, out site!, out _));
        else
            site = await ProveAsync();
        Assert.Null(state switch { SiteState.Paused => _station.Sites.Pause(Own, site.Badge.Id), SiteState.Deleted => _station.Sites.Delete(Own, site.Badge.Id), _ => null });

        // As text of the picture, not in its title alone; the square one has room for one language.
        foreach (var (look, word) in ((string, string)[])[("", "未启用 Not in use"), ("?lang=en", "Not in use"), ("?size=square", "未启用")])
        {
            var picture = await _station.Http.GetStringAsync($"/badge/{site.Badge.Id}.svg{look}", Cancelled);
            Assert.Contains($">{word}</text>", picture, StringComparison.Ordinal);
            Assert.Contains(site.Badge.Site, picture, StringComparison.Ordinal);
            Assert.DoesNotContain("有效", picture, StringComparison.Ordinal);
        }

        var page = await _station.Http.GetStringAsync($"/badge/{site.Badge.Id}", Cancelled);
        Assert.Contains(says, page, StringComparison.Ordinal);
        Assert.DoesNotContain("有效", page, StringComparison.Ordinal);
        var document = JsonNode.Parse(await _station.Http.GetStringAsync($"/api/v1/badges/{site.Badge.Id}", Cancelled))!;
        Assert.Equal((state.ToString().ToLowerInvariant(), null, null), (document["state"]!.GetValue<string>(), document["statement"], document["standing"]));
    }

    [Fact]
    public async Task A_statement_names_the_origin_of_today()
    {
        var site = await ProveAsync();
        var before = JsonNode.Parse(await _station.Http.GetStringAsync($"/api/v1/badges/{site.Badge.Id}", Cancelled))!;
        Assert.NotNull(before["statement"]);
        await using var other = new StrangerSite();
        var elsewhere = new Uri($"http://127.0.0.1:{other.Port}/");
        var registry = new SiteRegistry(
            _station.Badges, new SiteSettings { Loopback = [elsewhere], Pause = TimeSpan.Zero }, new Uri("https://" + PublicStation.PublicHost), _station.Clock);
        Assert.True(registry.TryMove(Own, site.Badge.Id, elsewhere.AbsoluteUri, out var moved, out _));
        other.Answer(SiteProof.FilePath, moved.Challenge);
        _station.Clock.Ahead += TimeSpan.FromSeconds(20);
        Assert.Null(await registry.ProveAsync(Own, site.Badge.Id, SiteMethod.File, Cancelled));

        var after = JsonNode.Parse(await _station.Http.GetStringAsync($"/api/v1/badges/{site.Badge.Id}", Cancelled))!;

        var payload = after["statement"]!.GetValue<string>().Split('.')[1];
        var said = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(payload))!;
        Assert.Equal($"http://127.0.0.1:{other.Port}", said["origin"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_look_that_fails_ends_no_round_and_comes_again()
    {
        var site = await ProveAsync();
        await using var database = new SqliteConnection($"Data Source={Path.Combine(_station.Folder, "display.db")}");
        await database.ExecuteAsync("CREATE TRIGGER no_more BEFORE UPDATE OF confirmed ON site BEGIN SELECT RAISE(ABORT, 'refused'); END");
        _station.Clock.Ahead += TimeSpan.FromHours(27);
        Assert.Equal(0, await _station.Watch.RunOnceAsync(Cancelled));

        await database.ExecuteAsync("DROP TRIGGER no_more");
        _station.Clock.Ahead += TimeSpan.FromHours(2);
        Assert.Equal(1, await _station.Watch.RunOnceAsync(Cancelled));
        Assert.True(Now(site).Confirmed > site.Confirmed);
    }

    private async Task<Site> ProveAsync()
    {
        _shop.Answer("/", "<title>茶铺</title><body>茶");
        Assert.True(_station.Sites.TryRegister(Own, Address.AbsoluteUri, SiteScope.Origin, out var site, out var refusal), refusal.ToString());
        _shop.Answer(SiteProof.FilePath, site.Challenge);
        Assert.Null(await _station.Sites.ProveAsync(Own, site.Badge.Id, SiteMethod.File, Cancelled));
        return Now(site);
    }

    private Site Now(Site site) => _station.Badges.FindSite(site.Badge.Id)!;
}
