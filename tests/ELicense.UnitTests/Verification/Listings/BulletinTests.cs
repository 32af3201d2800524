using ELicense.Core.Licenses;
using ELicense.Verification.Listings;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification.Listings;

public sealed class BulletinTests : FollowedPublication
{
    private const string OtherCode = "91440300708461136T";

    [Fact]
    public async Task Lists_the_newest_first_with_reason_and_present_verdict()
    {
        var first = Publication.Issue(0);
        var second = Publication.Issue(1, OtherCode, name: "深圳示范有限公司");
        Publication.Change(first, Standing.Revoked, reason: 40);
        var issued = await ReadAsync("issued");
        Assert.Equal(
            [(second.Claims.CreditCode, "深圳示范有限公司", 1, VerdictValue.Valid), (first.Claims.CreditCode, "福州示例有限公司", 1, VerdictValue.Revoked)],
            issued.Entries.Select(entry => (entry.CreditCode, entry.Name, entry.Version, entry.Verdict)));
        var revoked = Assert.Single((await ReadAsync("revoked")).Entries);
        Assert.Equal((first.Claims.CreditCode, "false-registration", TestAuthority.Now), (revoked.CreditCode, revoked.Reason, revoked.At));
    }

    [Theory]
    [InlineData(Standing.Suspended, "suspended")]
    [InlineData(Standing.Cancelled, "cancelled")]
    [InlineData(Standing.Revoked, "revoked")]
    public async Task Lists_an_act_under_its_kind_and_no_other(Standing standing, string kind)
    {
        Publication.Change(Publication.Issue(0), standing);
        foreach (var other in (string[])["revoked", "cancelled", "suspended", "resumed"])
            Assert.Equal(other == kind ? 1 : 0, (await ReadAsync(other)).Entries.Count);
    }

    [Fact]
    public async Task A_lifted_suspension_is_announced_and_a_superseded_version_by_the_newer_one()
    {
        var first = Publication.Issue(0);
        Publication.Change(first, Standing.Suspended);
        Publication.Change(first, Standing.Valid);
        Publication.Change(first, Standing.Superseded);
        Publication.Issue(1, version: 2, name: "福州新名有限公司");
        Assert.Single((await ReadAsync("resumed")).Entries);
        Assert.Equal([("福州新名有限公司", 2), ("福州示例有限公司", 1)], (await ReadAsync(null)).Entries.Select(entry => (entry.Name, entry.Version!.Value)));
    }

    [Fact]
    public async Task Of_a_withdrawn_face_the_code_is_left()
    {
        var license = Publication.Issue(0);
        Publication.Withdraw(0);
        var entry = Assert.Single((await ReadAsync(null)).Entries);
        Assert.Equal((license.Claims.CreditCode, null, null, VerdictValue.Unknown), (entry.CreditCode, entry.Name, entry.Version, entry.Verdict));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_gaps_while_more_is_issued()
    {
        for (var i = 0; i < 45; i++)
            Publication.Issue(i, name: $"第{i:d2}店");
        var follower = Follower();
        Publication.Publish();
        var view = await FollowAsync(follower);
        Assert.True(Bulletin.TryRead([view], null, null, Clock.Now, out var page, out _));
        var all = page.Entries.ToList();
        Publication.Issue(45, OtherCode, name: "新店");
        Publication.Publish();
        view = await FollowAsync(follower);
        while (page.Cursor is not null)
        {
            Assert.True(Bulletin.TryRead([view], null, page.Cursor, Clock.Now, out page, out _));
            all.AddRange(page.Entries);
        }

        Assert.Equal(Enumerable.Range(0, 45).Reverse().Select(i => $"第{i:d2}店"), all.Select(entry => entry.Name));
    }

    [Theory]
    [InlineData("all", null)]
    [InlineData("Issued", null)]
    [InlineData("", null)]
    [InlineData("issued", "x")]
    public async Task Refuses_what_it_does_not_know(string kind, string? cursor)
    {
        Publication.Issue(0);
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.False(Bulletin.TryRead([view], kind, cursor, Clock.Now, out _, out var refusal));
        Assert.Equal("malformed", refusal.Code);
    }

    private async Task<Announcements> ReadAsync(string? kind)
    {
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.True(Bulletin.TryRead([view], kind, cursor: null, Clock.Now, out var page, out _));
        Assert.Null(page.Cursor);
        return page;
    }
}
