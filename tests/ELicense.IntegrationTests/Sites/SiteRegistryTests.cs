using ELicense.Core;
using ELicense.Display.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

public sealed class SiteRegistryTests : SiteRegistryStation
{
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
        var proven = Sites.Find(Own, site.Badge.Id)!;
        Assert.Equal((SiteState.Proven, method, Clock.GetUtcNow().ToUnixTimeMilliseconds()), (proven.Badge.State, proven.Method!.Value, proven.Proven!.Value.ToUnixTimeMilliseconds()));
        Assert.True(Store.Find(site.Badge.Id)!.IsInUse);
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
        Shop.Answer("/", $"<title>t</title><p><meta name=elicense-site-proof content={site.Challenge}>");
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
            Names.Sent = fault;
            Assert.Equal(Codes.SiteUnreachable, (await ProveAsync(site, SiteMethod.Dns))?.Code);
            Assert.Equal(Codes.SiteName, (await ProveAsync(site, SiteMethod.File))?.Code);
        }

        Names.Sent = answer => answer;
        Assert.Null(await ProveAsync(site, SiteMethod.Dns));
    }

    [Fact]
    public async Task A_host_that_has_no_room_for_the_label_before_it_is_not_proven_by_the_DNS()
    {
        // 249 characters; RFC 1035 3.1 allows a name 253.
        Assert.True(Sites.TryRegister(Own, $"https://{string.Join('.', Enumerable.Repeat(new string('a', 60), 4))}.shop.cn", SiteScope.Origin, out var site, out _));
        Assert.Equal(Codes.SiteUnreachable, (await ProveAsync(site, SiteMethod.Dns))?.Code);
    }

    [Fact]
    public void Registering_again_gives_the_same_site_and_another_enterprise_does_not_see_it()
    {
        var site = Register();
        Assert.Equal(site, Register());
        Assert.Equal([site], Sites.Of(Own));
        Assert.Empty(Sites.Of(Other));
        Assert.Null(Sites.Find(Other, site.Badge.Id));
    }

    [Fact]
    public async Task Nobody_but_its_enterprise_changes_a_site()
    {
        var site = Register();
        Show(SiteMethod.File, site.Challenge);
        Assert.Equal(Codes.NotFound, (await Sites.ProveAsync(Other, site.Badge.Id, SiteMethod.File, Cancelled))?.Code);
        Assert.Equal(Codes.NotFound, Sites.Pause(Other, site.Badge.Id)?.Code);
        Assert.Equal(Codes.NotFound, Sites.Delete(Other, site.Badge.Id)?.Code);
        Assert.False(Sites.TryMove(Other, site.Badge.Id, Address + "tea", out _, out var refusal));
        Assert.Equal(Codes.NotFound, refusal.Code);
        Assert.Equal(site, Sites.Find(Own, site.Badge.Id));
        Assert.Empty(Shop.Requests);
    }

    [Fact]
    public async Task A_text_that_was_not_found_within_seven_days_ends_and_registering_again_makes_another()
    {
        var site = Register();
        Show(SiteMethod.File, site.Challenge);
        Clock.Ahead = TimeSpan.FromDays(7);
        Assert.Equal(Codes.SiteProofExpired, (await ProveAsync(site, SiteMethod.File))?.Code);

        var again = Register();

        Assert.Equal(site.Badge.Id, again.Badge.Id);
        Assert.NotEqual(site.Challenge, again.Challenge);
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(again, SiteMethod.File))?.Code);
    }

    [Fact]
    public async Task A_paused_badge_is_in_use_again_only_when_control_is_shown()
    {
        var site = await ProvenAsync();
        Assert.Null(Sites.Pause(Own, site.Badge.Id));
        Assert.Equal(Codes.StateConflict, Sites.Pause(Own, site.Badge.Id)?.Code);
        Show(SiteMethod.File, "something else");
        Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site, SiteMethod.File))?.Code);
        Assert.Equal(SiteState.Paused, Store.Find(site.Badge.Id)!.State);
        Show(SiteMethod.File, site.Challenge);
        Assert.Null(await ProveAsync(site, SiteMethod.File));
        Assert.Equal(SiteState.Proven, Store.Find(site.Badge.Id)!.State);
    }

    [Fact]
    public async Task A_check_by_another_method_takes_nothing_away()
    {
        var site = await ProvenAsync();
        Clock.Ahead += TimeSpan.FromDays(3);
        for (var i = 0; i < 3; i++)
            Assert.Equal(Codes.SiteProofMissing, (await ProveAsync(site, SiteMethod.Dns))?.Code);
        Assert.Equal((SiteState.Proven, SiteMethod.File), (Sites.Find(Own, site.Badge.Id)!.Badge.State, Sites.Find(Own, site.Badge.Id)!.Method));
    }

    [Fact]
    public async Task A_deleted_badge_stays_deleted_and_the_site_gets_another()
    {
        var site = await ProvenAsync();
        Assert.Null(Sites.Delete(Own, site.Badge.Id));
        Assert.Equal(SiteState.Deleted, Store.Find(site.Badge.Id)!.State);
        Assert.Equal(Codes.NotFound, (await ProveAsync(site, SiteMethod.File))?.Code);
        Assert.Equal(Codes.NotFound, Sites.Delete(Own, site.Badge.Id)?.Code);
        var other = Register();
        Assert.NotEqual((site.Badge.Id, site.Challenge), (other.Badge.Id, other.Challenge));
    }

    [Fact]
    public async Task Another_page_keeps_the_badge_in_use_and_another_origin_is_to_be_proven()
    {
        var site = await ProvenAsync();
        Assert.True(Sites.TryMove(Own, site.Badge.Id, Address + "tea", out var turned, out _));
        Assert.Equal((SiteState.Proven, Address + "tea", site.Badge.Origin), (turned.Badge.State, turned.Page.AbsoluteUri, turned.Badge.Origin));

        Assert.True(Sites.TryMove(Own, site.Badge.Id, "https://other.example.cn/", out var moved, out _));
        Assert.Equal((site.Badge.Id, SiteState.Pending, new Uri("https://other.example.cn/"), null), (moved.Badge.Id, moved.Badge.State, moved.Badge.Origin, moved.Proven));
        Assert.NotEqual(site.Challenge, moved.Challenge);

        var second = Register();
        Assert.False(Sites.TryMove(Own, second.Badge.Id, "https://other.example.cn/tea", out _, out var refusal));
        Assert.Equal(Codes.StateConflict, refusal.Code);
    }

    [Fact]
    public async Task What_changed_while_a_site_was_looked_at_stays_changed()
    {
        var site = Register();
        Shop.Answers[SiteProof.FilePath] = async (stream, cancellation) =>
        {
            Assert.Null(Sites.Delete(Own, site.Badge.Id));
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {site.Challenge.Length}\r\n\r\n{site.Challenge}"), cancellation);
        };
        Assert.Null(await ProveAsync(site, SiteMethod.File));
        Assert.Equal(SiteState.Deleted, Store.Find(site.Badge.Id)!.State);
    }
}
