using System.Globalization;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.Display.Sites;
using ELicense.IntegrationTests.Web;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

public sealed class SiteRegistryTests : IAsyncLifetime
{
    private const string Host = "shop.example.cn";

    private readonly string _folder = Directory.CreateTempSubdirectory("elicense-sites-").FullName;
    private readonly TestNames _names = new();
    private readonly StrangerSite _shop = new();
    private readonly StationClock _clock = new(DateTimeOffset.UtcNow);
    private BadgeStore _store = null!;
    private SiteRegistry _sites = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static CreditCode Own => Code(PublicStation.ValidCode);

    private static CreditCode Other => Code(PublicStation.HostileCode);

    private string Address => $"http://{Host}:{_shop.Port}/";

    public ValueTask InitializeAsync()
    {
        _names.Name(Host, ["127.0.0.1"]);
        _store = BadgeStore.Open(Path.Combine(_folder, "display.db"));
        _sites = Registry(_store);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        await _names.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(SiteMethod.File)]
    [InlineData(SiteMethod.Dns)]
    [InlineData(SiteMethod.Meta)]
    public async Task A_site_that_shows_control_is_in_use(SiteMethod method)
    {
        var site = Register();
        Assert.Equal((SiteState.Pending, null), (site.Badge.State, site.Method));
        Assert.Matches("^[a-z2-7]{32}$", site.Challenge);
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site, method))?.Code);

        Show(method, "  " + site.Challenge + "\r\n");

        Assert.Null(await ProveAsync(site, method));
        var proven = _sites.Find(Own, site.Badge.Id)!;
        Assert.Equal((SiteState.Proven, method, _clock.GetUtcNow().ToUnixTimeMilliseconds()), (proven.Badge.State, proven.Method!.Value, proven.Proven!.Value.ToUnixTimeMilliseconds()));
        Assert.True(_store.Find(site.Badge.Id)!.IsInUse);
    }

    [Theory]
    [InlineData(SiteMethod.File)]
    [InlineData(SiteMethod.Dns)]
    [InlineData(SiteMethod.Meta)]
    public async Task The_text_of_another_enterprise_or_an_empty_one_proves_nothing(SiteMethod method)
    {
        var (own, foreign) = (Register(), Register(Other));
        Assert.NotEqual(own.Challenge, foreign.Challenge);
        foreach (var text in (string[])[foreign.Challenge, "", own.Challenge[1..], own.Challenge + "x", own.Challenge.ToUpperInvariant()])
        {
            Show(method, text);
            Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(own, method))?.Code);
        }
    }

    [Fact]
    public async Task A_meta_element_that_a_visitor_could_have_written_proves_nothing()
    {
        var site = Register();
        _shop.Answer("/", $"<title>t</title><p><meta name=elicense-site-proof content={site.Challenge}>");
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site, SiteMethod.Meta))?.Code);
    }

    [Fact]
    public async Task Name_servers_that_answer_nonsense_or_that_they_cannot_answer_prove_and_deny_nothing()
    {
        var site = Register();
        Show(SiteMethod.Dns, site.Challenge);
        Func<byte[], byte[]>[] faults =
        [
            answer => [.. answer[..3], 0x82, .. answer[4..6], 0, 0, .. answer[8..]], // SERVFAIL (RFC 1035 4.1.1)
            answer => answer[..^1], // the last string ends early
            answer => answer[..10], // no whole header
            answer => [.. answer[..12], 0xC0, 12, .. answer[14..]], // a name that points at itself
        ];
        foreach (var fault in faults)
        {
            _names.Sent = fault;
            Assert.Equal(Codes.SiteUnreachable, (await ProveAsync(site, SiteMethod.Dns))?.Code);
            Assert.Equal(Codes.SiteName, (await ProveAsync(site, SiteMethod.File))?.Code);
        }

        _names.Sent = answer => answer;
        Assert.Null(await ProveAsync(site, SiteMethod.Dns));
    }

    [Fact]
    public async Task A_host_that_has_no_room_for_the_label_before_it_is_not_proven_by_the_DNS()
    {
        // 249 characters; RFC 1035 3.1 allows a name 253.
        Assert.True(_sites.TryRegister(Own, $"https://{string.Join('.', Enumerable.Repeat(new string('a', 60), 4))}.shop.cn", SiteScope.Origin, out var site, out _));
        Assert.Equal(Codes.SiteUnreachable, (await ProveAsync(site, SiteMethod.Dns))?.Code);
    }

    [Fact]
    public void Registering_again_gives_the_same_site_and_another_enterprise_does_not_see_it()
    {
        var site = Register();
        Assert.Equal(site, Register());
        Assert.Equal([site], _sites.Of(Own));
        Assert.Empty(_sites.Of(Other));
        Assert.Null(_sites.Find(Other, site.Badge.Id));
    }

    [Fact]
    public async Task Nobody_but_its_enterprise_changes_a_site()
    {
        var site = Register();
        Show(SiteMethod.File, site.Challenge);
        Assert.Equal(Codes.NotFound, (await _sites.ProveAsync(Other, site.Badge.Id, SiteMethod.File, Cancelled))?.Code);
        Assert.Equal(Codes.NotFound, _sites.Pause(Other, site.Badge.Id)?.Code);
        Assert.Equal(Codes.NotFound, _sites.Delete(Other, site.Badge.Id)?.Code);
        Assert.False(_sites.TryMove(Other, site.Badge.Id, Address + "tea", out _, out var refusal));
        Assert.Equal(Codes.NotFound, refusal.Code);
        Assert.Equal(site, _sites.Find(Own, site.Badge.Id));
        Assert.Empty(_shop.Requests);
    }

    [Fact]
    public async Task A_text_that_was_not_found_within_seven_days_ends_and_registering_again_makes_another()
    {
        var site = Register();
        Show(SiteMethod.File, site.Challenge);
        _clock.Ahead = TimeSpan.FromDays(7);
        Assert.Equal(Codes.SiteProofExpired, (await ProveAsync(site, SiteMethod.File))?.Code);

        var again = Register();

        Assert.Equal(site.Badge.Id, again.Badge.Id);
        Assert.NotEqual(site.Challenge, again.Challenge);
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(again, SiteMethod.File))?.Code);
    }

    [Fact]
    public async Task A_site_is_not_looked_at_again_within_ten_seconds()
    {
        var site = Register();
        Assert.Equal(Codes.SiteProofMissing, (await _sites.ProveAsync(Own, site.Badge.Id, SiteMethod.File, Cancelled))?.Code);
        Assert.Equal(Codes.SiteTooSoon, (await _sites.ProveAsync(Own, site.Badge.Id, SiteMethod.File, Cancelled))?.Code);
        Assert.Equal(1, _shop.Connections);
    }

    [Fact]
    public async Task A_paused_badge_is_in_use_again_only_when_control_is_shown()
    {
        var site = await ProvenAsync();
        Assert.Null(_sites.Pause(Own, site.Badge.Id));
        Assert.Equal(Codes.StateConflict, _sites.Pause(Own, site.Badge.Id)?.Code);
        Show(SiteMethod.File, "something else");
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site, SiteMethod.File))?.Code);
        Assert.Equal(SiteState.Paused, _store.Find(site.Badge.Id)!.State);
        Show(SiteMethod.File, site.Challenge);
        Assert.Null(await ProveAsync(site, SiteMethod.File));
        Assert.Equal(SiteState.Proven, _store.Find(site.Badge.Id)!.State);
    }

    [Fact]
    public async Task A_check_by_another_method_takes_nothing_away()
    {
        var site = await ProvenAsync();
        _clock.Ahead += TimeSpan.FromDays(3);
        for (var i = 0; i < 3; i++)
            Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site, SiteMethod.Dns))?.Code);
        Assert.Equal((SiteState.Proven, SiteMethod.File), (_sites.Find(Own, site.Badge.Id)!.Badge.State, _sites.Find(Own, site.Badge.Id)!.Method));
    }

    [Fact]
    public async Task A_deleted_badge_stays_deleted_and_the_site_gets_another()
    {
        var site = await ProvenAsync();
        Assert.Null(_sites.Delete(Own, site.Badge.Id));
        Assert.Equal(SiteState.Deleted, _store.Find(site.Badge.Id)!.State);
        Assert.Equal(Codes.NotFound, (await ProveAsync(site, SiteMethod.File))?.Code);
        Assert.Equal(Codes.NotFound, _sites.Delete(Own, site.Badge.Id)?.Code);
        var other = Register();
        Assert.NotEqual((site.Badge.Id, site.Challenge), (other.Badge.Id, other.Challenge));
    }

    [Fact]
    public async Task Another_page_keeps_the_badge_in_use_and_another_origin_is_to_be_proven()
    {
        var site = await ProvenAsync();
        Assert.True(_sites.TryMove(Own, site.Badge.Id, Address + "tea", out var turned, out _));
        Assert.Equal((SiteState.Proven, Address + "tea", site.Badge.Origin), (turned.Badge.State, turned.Page.AbsoluteUri, turned.Badge.Origin));

        Assert.True(_sites.TryMove(Own, site.Badge.Id, "https://other.example.cn/", out var moved, out _));
        Assert.Equal((site.Badge.Id, SiteState.Pending, new Uri("https://other.example.cn/"), null), (moved.Badge.Id, moved.Badge.State, moved.Badge.Origin, moved.Proven));
        Assert.NotEqual(site.Challenge, moved.Challenge);

        var second = Register();
        Assert.False(_sites.TryMove(Own, second.Badge.Id, "https://other.example.cn/tea", out _, out var refusal));
        Assert.Equal(Codes.StateConflict, refusal.Code);
    }

    [Fact]
    public void An_enterprise_has_fifty_sites_at_most()
    {
        for (var i = 0; i < 50; i++)
            Assert.True(_sites.TryRegister(Own, string.Create(CultureInfo.InvariantCulture, $"https://s{i}.example.cn"), SiteScope.Origin, out _, out _));
        Assert.False(_sites.TryRegister(Own, "https://s50.example.cn", SiteScope.Origin, out _, out var refusal));
        Assert.Equal(Codes.SiteLimit, refusal.Code);
        Assert.True(_sites.TryRegister(Own, "https://s7.example.cn", SiteScope.Origin, out _, out _));
        Assert.True(_sites.TryRegister(Other, "https://s50.example.cn", SiteScope.Origin, out _, out _));
    }

    [Fact]
    public async Task What_changed_while_a_site_was_looked_at_stays_changed()
    {
        var site = Register();
        _shop.Answers[SiteProof.FilePath] = async (stream, cancellation) =>
        {
            Assert.Null(_sites.Delete(Own, site.Badge.Id));
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {site.Challenge.Length}\r\n\r\n{site.Challenge}"), cancellation);
        };
        Assert.Null(await ProveAsync(site, SiteMethod.File));
        Assert.Equal(SiteState.Deleted, _store.Find(site.Badge.Id)!.State);
    }

    [Fact]
    public void Badges_from_before_there_were_sites_are_the_operators_word()
    {
        var path = Path.Combine(_folder, "old.db");
        using (var database = new SqliteConnection($"Data Source={path}"))
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE badge (id TEXT PRIMARY KEY, credit_code TEXT NOT NULL, origin TEXT NOT NULL, created BIGINT NOT NULL, UNIQUE (credit_code, origin)) WITHOUT ROWID;
                INSERT INTO badge VALUES ('abcdefghijklmnopqrstuvwxyz', '91350100M000100Y43', 'https://shop.example.cn', 1700000000000);
                """;
            command.ExecuteNonQuery();
        }

        var badge = BadgeStore.Open(path).Find("abcdefghijklmnopqrstuvwxyz")!;

        Assert.Equal(new Badge("abcdefghijklmnopqrstuvwxyz", Own, new Uri("https://shop.example.cn"), Path: null, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), SiteState.Proven), badge);
        var site = Assert.Single(BadgeStore.Open(path).AllSites());
        Assert.Equal((SiteMethod.Operator, "https://shop.example.cn/"), (site.Method!.Value, site.Page.AbsoluteUri));
        Assert.NotEmpty(site.Challenge);
    }

    [Fact]
    public void Sites_from_before_there_were_pages_are_whole_sites()
    {
        var path = Path.Combine(_folder, "sites.db");
        using (var database = new SqliteConnection($"Data Source={path}"))
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE site (
                    id TEXT PRIMARY KEY, credit_code TEXT NOT NULL, origin TEXT NOT NULL, page TEXT NOT NULL, created BIGINT NOT NULL, state TEXT NOT NULL, method TEXT, challenge TEXT NOT NULL,
                    challenge_until BIGINT NOT NULL, proven BIGINT, confirmed BIGINT, checked BIGINT, next_check BIGINT NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
                    badge_seen INTEGER, statement_current INTEGER, trouble TEXT) WITHOUT ROWID;
                CREATE UNIQUE INDEX site_of_enterprise ON site (credit_code, origin) WHERE state <> 'deleted';
                CREATE TABLE view (badge TEXT NOT NULL, day INTEGER NOT NULL, pictures BIGINT NOT NULL, PRIMARY KEY (badge, day)) WITHOUT ROWID;
                INSERT INTO site (id, credit_code, origin, page, created, state, method, challenge, challenge_until)
                    VALUES ('abcdefghijklmnopqrstuvwxyz', '91350100M000100Y43', 'https://shop.example.cn', 'https://shop.example.cn/tea', 1700000000000, 'proven', 'file', 'x', 1700000000000);
                PRAGMA user_version = 1;
                """;
            command.ExecuteNonQuery();
        }

        var store = BadgeStore.Open(path);
        Assert.Equal((null, "https://shop.example.cn/tea", SiteMethod.File), Assert.Single(store.AllSites()) is var site ? (site.Badge.Path, site.Page.AbsoluteUri, site.Method!.Value) : default);
        Assert.True(Registry(store).TryRegister(Own, "https://shop.example.cn/tea", SiteScope.Page, out var page, out _));
        Assert.Equal(["/tea", null], BadgeStore.Open(path).SitesOf(Own).Select(one => one.Badge.Path).OrderDescending());
        Assert.Equal(SiteState.Pending, page.Badge.State);
    }

    private Site Register(CreditCode? enterprise = null)
    {
        Assert.True(_sites.TryRegister(enterprise ?? Own, Address, SiteScope.Origin, out var site, out var refusal), refusal.ToString());
        return site;
    }

    private async Task<Site> ProvenAsync()
    {
        var site = Register();
        Show(SiteMethod.File, site.Challenge);
        Assert.Null(await ProveAsync(site, SiteMethod.File));
        return site;
    }

    private Task<Refusal?> ProveAsync(Site site, SiteMethod method)
    {
        _clock.Ahead += TimeSpan.FromSeconds(10);
        return _sites.ProveAsync(site.Badge.CreditCode, site.Badge.Id, method, Cancelled);
    }

    private void Show(SiteMethod method, string text)
    {
        switch (method)
        {
            case SiteMethod.File:
                _shop.Answer("/.well-known/elicense-site-proof.txt", "first line\n" + text);
                break;
            case SiteMethod.Dns:
                // One record of several, in several strings (RFC 1035 3.3.14).
                _names.Texts["_elicense-challenge." + Host] = [["v=spf1 -all"], text.Length == 0 ? [""] : [.. text.Chunk(20).Select(part => new string(part))]];
                break;
            default:
                _shop.Answer("/", $"<!doctype html><title>t</title><meta name=\"elicense-site-proof\" content=\"{text}\"><p>");
                break;
        }
    }

    private SiteRegistry Registry(BadgeStore store) => new(
        store, new SiteSettings { Resolvers = [_names.Address], Loopback = [new Uri(Address)], Pause = TimeSpan.Zero }, new Uri("https://gs.example.cn/"), _clock);

    private static CreditCode Code(string text) => CreditCode.TryParse(text, out var code, out var refusal) ? code : throw new InvalidOperationException(refusal.ToString());
}
