using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Verification.Listings;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification.Listings;

public sealed class NameSearchTests : FollowedPublication
{
    private static readonly string[] Codes = [.. Enumerable.Range(0, 45).Select(CodeOf)];

    [Fact]
    public async Task Equal_names_come_first_then_those_that_begin_so_then_those_that_have_it_further_on()
    {
        Issue(0, "厦门茶叶贸易有限公司");
        Issue(1, "茶叶贸易行");
        Issue(2, "茶叶");
        Issue(3, "福州咖啡店");
        Issue(4, "茶 叶（福州）店");
        Assert.Equal(["茶叶", "茶 叶（福州）店", "茶叶贸易行", "厦门茶叶贸易有限公司"], await NamesAsync("茶叶"));
    }

    [Theory]
    [InlineData("岚茶", "闽江源岚茶ABC店")] // two characters, further on
    [InlineData("abc店", "闽江源岚茶ABC店")]
    [InlineData("ＡＢＣ", "闽江源岚茶ABC店")]
    [InlineData("源 岚", "闽江源岚茶ABC店")]
    [InlineData("闽江源岚茶abc店", "闽江源岚茶ABC店")]
    [InlineData("茶岚", null)]
    [InlineData("岚茶岚茶", null)] // every pair of it is in no name: 茶岚
    [InlineData("店店", null)]
    [InlineData("\" OR pairs : \"岚茶", null)]
    public async Task Finds_a_part_of_a_name_and_nothing_else(string searched, string? name)
    {
        Issue(0, "闽江源岚茶ABC店");
        Issue(1, "岚山茶叶店");
        Assert.Equal(name is null ? [] : [name], await NamesAsync(searched));
    }

    [Fact]
    public async Task Pairs_that_do_not_follow_each_other_are_not_the_text()
    {
        // It has 甲乙, 乙丙 and 丙丁, but nowhere 甲乙丙丁.
        Issue(0, "乙丙丁甲乙丙甲乙");
        Assert.Empty(await NamesAsync("甲乙丙丁"));
        Assert.Single(await NamesAsync("丙丁甲乙"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("茶")]
    [InlineData("（茶）")]
    public async Task Refuses_less_than_two_characters(string? searched)
    {
        Issue(0, "茶叶");
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.False(NameSearch.TryFind([view], searched, cursor: null, Clock.Now, out _, out var refusal));
        Assert.Equal("name-length", refusal.Code);
    }

    [Fact]
    public async Task Refuses_more_than_64_characters()
    {
        Issue(0, "茶叶");
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.False(NameSearch.TryFind([view], new string('茶', 65), cursor: null, Clock.Now, out _, out var refusal));
        Assert.Equal("name-length", refusal.Code);
        Assert.True(NameSearch.TryFind([view], new string('茶', 64), cursor: null, Clock.Now, out _, out _));
    }

    [Fact]
    public async Task A_former_name_leads_to_the_newest_version()
    {
        var first = Issue(0, "旧名茶行");
        Publication.Change(first, Standing.Superseded);
        Publication.Issue(1, Codes[0], version: 2, name: "新名咖啡行");
        var found = Assert.Single(await FindAsync("旧名"));
        Assert.Equal(("新名咖啡行", "旧名茶行", VerdictValue.Valid), (found.Name, found.FormerName, found.Verdict));
        Assert.Equal(("新名咖啡行", null), Assert.Single((await FindAsync("新名")).Select(one => (one.Name, one.FormerName))));
    }

    [Fact]
    public async Task An_enterprise_is_found_once_by_its_latest_name_that_fits()
    {
        Publication.Change(Issue(0, "茶叶老店"), Standing.Superseded);
        Publication.Issue(1, Codes[0], version: 2, name: "福州茶叶新店");
        Issue(2, "茶叶中店");
        // By its newest name it has the text further on only.
        Assert.Equal(["茶叶中店", "福州茶叶新店"], await NamesAsync("茶叶"));
    }

    [Theory]
    [InlineData(Standing.Revoked, VerdictValue.Revoked)]
    [InlineData(Standing.Suspended, VerdictValue.Suspended)]
    [InlineData(Standing.Cancelled, VerdictValue.Cancelled)]
    public async Task Says_the_present_standing(Standing standing, VerdictValue verdict)
    {
        Publication.Change(Issue(0, "岚山茶叶店"), standing);
        Assert.Equal(verdict, Assert.Single(await FindAsync("茶叶")).Verdict);
    }

    [Fact]
    public async Task A_withdrawn_face_is_not_found_any_more_when_the_look_up_is_built_anew()
    {
        Issue(0, "岚山茶叶店");
        Issue(1, "岚海茶叶店");
        Assert.Equal(2, (await NamesAsync("茶叶")).Count);
        Publication.Withdraw(0);
        Publication.Publish();
        var view = await FollowAsync(Follower(deleteState: true));
        Assert.True(NameSearch.TryFind([view], "茶叶", cursor: null, Clock.Now, out var found, out _));
        Assert.Equal("岚海茶叶店", Assert.Single(found.Enterprises).Name);
    }

    [Fact]
    public async Task Pages_have_everything_once_and_keep_their_place_when_more_is_issued()
    {
        for (var i = 0; i < 44; i++)
            Issue(i, i < 25 ? $"茶叶{i:d2}店" : $"第{i:d2}茶叶店");
        var follower = Follower();
        Publication.Publish();
        var view = await FollowAsync(follower);
        var (first, cursor) = Page(view, null);
        Assert.Equal(NameSearch.PageSize, first.Count);

        // One that sorts before the cursor, one after it.
        Issue(44, "茶叶00店");
        Publication.Publish();
        view = await FollowAsync(follower);
        var all = new List<string>(first);
        while (cursor is not null)
        {
            var (page, next) = Page(view, cursor);
            all.AddRange(page);
            cursor = next;
        }

        Assert.Equal([.. Enumerable.Range(0, 25).Select(i => $"茶叶{i:d2}店"), .. Enumerable.Range(25, 19).Select(i => $"第{i:d2}茶叶店")], all);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("!")]
    [InlineData("MC42MjAx")] // 0.6201
    [InlineData("My42MjAxLjE")] // 3.6201.1: no such step
    [InlineData("MC43Nzc3LjE")] // 0.7777.1: no such authority
    public async Task Refuses_a_cursor_of_its_own_making(string cursor)
    {
        Issue(0, "岚山茶叶店");
        Publication.Publish();
        var view = await FollowAsync(Follower());
        Assert.False(NameSearch.TryFind([view], "茶叶", cursor, Clock.Now, out _, out var refusal));
        Assert.Equal("malformed", refusal.Code);
    }

    [Fact]
    public async Task Finds_the_same_after_a_restart_from_the_state_folder_and_in_memory()
    {
        Issue(0, "岚山茶叶店");
        Assert.Single(await NamesAsync("山茶"));
        Assert.Single(await NamesAsync("山茶"));
        using var inMemory = new PublicationFollower(
            PublicationSource.Open(Publication.Folder),
            new FollowerSettings(ELicense.Verification.Trust.TrustAnchor.Fingerprint(Publication.Authority.RootFingerprint), null, null), Clock);
        Assert.True(NameSearch.TryFind([await FollowAsync(inMemory)], "山茶", cursor: null, Clock.Now, out var found, out _));
        Assert.Single(found.Enterprises);
    }

    private TestLicense Issue(int number, string name) => Publication.Issue(number, Codes[number], name: name);

    private async Task<List<string>> NamesAsync(string searched) => [.. (await FindAsync(searched)).Select(one => one.Name)];

    private async Task<List<FoundEnterprise>> FindAsync(string searched)
    {
        Publication.Publish();
        var view = await FollowAsync(Follower());
        var all = new List<FoundEnterprise>();
        string? cursor = null;
        do
        {
            // On a busy machine a page may end early, where its time is over.
            Assert.True(NameSearch.TryFind([view], searched, cursor, Clock.Now, out var found, out _));
            all.AddRange(found.Enterprises);
            cursor = found.Cursor;
        }
        while (cursor is not null);
        return all;
    }

    private (List<string> Names, string? Cursor) Page(PublicationView view, string? cursor)
    {
        Assert.True(NameSearch.TryFind([view], "茶叶", cursor, Clock.Now, out var found, out _));
        return ([.. found.Enterprises.Select(one => one.Name)], found.Cursor);
    }

    /// <summary>The one right code of its body, found by trying all check characters.</summary>
    private static string CodeOf(int number)
    {
        const string Characters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        var codes = from inner in Characters from outer in Characters select $"91620100{number:d8}{inner}{outer}";
        return codes.First(code => CreditCode.TryParse(code, out _, out _));
    }
}
