using System.Globalization;
using ELicense.Core;
using ELicense.Display;
using ELicense.Display.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>What one enterprise may have, and how often it may ask.</summary>
public sealed class SiteBoundsTests : SiteRegistryStation
{
    [Fact]
    public async Task A_site_is_not_looked_at_again_within_ten_seconds()
    {
        var site = Register();
        Assert.Equal(Codes.SiteProofMissing, (await Sites.ProveAsync(Own, site.Badge.Id, SiteMethod.File, Cancelled))?.Code);
        Assert.Equal(Codes.SiteTooSoon, (await Sites.ProveAsync(Own, site.Badge.Id, SiteMethod.File, Cancelled))?.Code);
        Assert.Equal(1, Shop.Connections);
    }

    [Fact]
    public void An_enterprise_has_fifty_sites_at_most()
    {
        for (var i = 0; i < 50; i++)
            Assert.True(Sites.TryRegister(Own, string.Create(CultureInfo.InvariantCulture, $"https://s{i}.example.cn"), SiteScope.Origin, out _, out _));
        Assert.False(Sites.TryRegister(Own, "https://s50.example.cn", SiteScope.Origin, out _, out var refusal));
        Assert.Equal(Codes.SiteLimit, refusal.Code);
        Assert.True(Sites.TryRegister(Own, "https://s7.example.cn", SiteScope.Origin, out _, out _));
        Assert.True(Sites.TryRegister(Other, "https://s50.example.cn", SiteScope.Origin, out _, out _));
    }

    [Fact]
    public void However_many_register_at_a_time_there_are_fifty()
    {
        for (var i = 0; i < 45; i++)
            Assert.True(Sites.TryRegister(Own, string.Create(CultureInfo.InvariantCulture, $"https://s{i}.example.cn"), SiteScope.Origin, out _, out _));
        using var start = new Barrier(8);
        var registering = Enumerable.Range(0, 8).Select(one => new Thread(() =>
        {
            // As another process over the same database would.
            var sites = Registry(BadgeStore.Open(Path.Combine(Folder, "display.db")));
            start.SignalAndWait(Cancelled);
            for (var i = 0; i < 5; i++)
                _ = sites.TryRegister(Own, string.Create(CultureInfo.InvariantCulture, $"https://t{one}-{i}.example.cn"), SiteScope.Origin, out _, out _);
        })).ToList();
        registering.ForEach(thread => thread.Start());
        registering.ForEach(thread => thread.Join());
        Assert.Equal(50, Sites.Of(Own).Count);
    }

    [Fact]
    public void Who_registers_and_deletes_without_end_gets_a_hundred_and_then_one_in_a_quarter_of_an_hour()
    {
        for (var i = 0; i < 100; i++)
            Assert.Null(Sites.Delete(Own, Register().Badge.Id));
        Assert.False(Sites.TryRegister(Own, Address, SiteScope.Origin, out _, out var refusal));
        Assert.Equal((Codes.SiteRegistrations, TimeSpan.FromMinutes(15)), (refusal.Code, SiteRegistry.RetryAfter(refusal.Code)));
        Register(Other);

        Clock.Ahead += TimeSpan.FromMinutes(15);
        Register();
        Assert.False(Sites.TryRegister(Own, Address + "tea", SiteScope.Page, out _, out _));
    }

    [Fact]
    public async Task An_enterprise_has_its_sites_checked_a_hundred_times_and_then_once_a_minute()
    {
        // No name server knows them: each look ends with its name.
        var sites = Enumerable.Range(0, 34).Select(i => Register(string.Create(CultureInfo.InvariantCulture, $"https://s{i}.example.cn"))).ToList();
        for (var check = 0; check < 100; check++)
        {
            Clock.Ahead = TimeSpan.FromSeconds(10 * (check / sites.Count));
            Assert.Equal(Codes.SiteName, (await Sites.ProveAsync(Own, sites[check % sites.Count].Badge.Id, SiteMethod.File, Cancelled))?.Code);
        }

        Assert.Equal(Codes.SiteChecks, (await Sites.ProveAsync(Own, sites[^1].Badge.Id, SiteMethod.File, Cancelled))?.Code);
        Clock.Ahead += TimeSpan.FromMinutes(1);
        Assert.Equal(Codes.SiteName, (await Sites.ProveAsync(Own, sites[^1].Badge.Id, SiteMethod.File, Cancelled))?.Code);
    }
}
