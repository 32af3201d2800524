using ELicense.Display;
using ELicense.Display.Sites;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ELicense.IntegrationTests.Sites;

/// <summary>Databases of earlier releases.</summary>
public sealed class OlderBadgeStoreTests : SiteRegistryStation
{
    [Fact]
    public void Badges_from_before_there_were_sites_are_the_operators_word()
    {
        var path = Written(
            "old.db",
            """
            CREATE TABLE badge (id TEXT PRIMARY KEY, credit_code TEXT NOT NULL, origin TEXT NOT NULL, created BIGINT NOT NULL, UNIQUE (credit_code, origin)) WITHOUT ROWID;
            INSERT INTO badge VALUES ('abcdefghijklmnopqrstuvwxyz', '91350100M000100Y43', 'https://shop.example.cn', 1700000000000);
            """);

        var badge = BadgeStore.Open(path).Find("abcdefghijklmnopqrstuvwxyz")!;

        Assert.Equal(new Badge("abcdefghijklmnopqrstuvwxyz", Own, new Uri("https://shop.example.cn"), Path: null, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), SiteState.Proven, Confirmed: null), badge);
        var site = Assert.Single(BadgeStore.Open(path).AllSites());
        Assert.Equal((SiteMethod.Operator, "https://shop.example.cn/"), (site.Method!.Value, site.Page.AbsoluteUri));
        Assert.NotEmpty(site.Challenge);
    }

    [Fact]
    public void Sites_from_before_there_were_pages_are_whole_sites()
    {
        var path = Written(
            "sites.db",
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
            """);

        var store = BadgeStore.Open(path);
        Assert.Equal((null, "https://shop.example.cn/tea", SiteMethod.File), Assert.Single(store.AllSites()) is var site ? (site.Badge.Path, site.Page.AbsoluteUri, site.Method!.Value) : default);
        Assert.True(Registry(store).TryRegister(Own, "https://shop.example.cn/tea", SiteScope.Page, out var page, out _));
        Assert.Equal(["/tea", null], BadgeStore.Open(path).SitesOf(Own).Select(one => one.Badge.Path).OrderDescending());
        Assert.Equal(SiteState.Pending, page.Badge.State);
    }

    /// <returns>Path of a database that these statements made.</returns>
    private string Written(string name, string statements)
    {
        var path = Path.Combine(Folder, name);
        using var database = new SqliteConnection($"Data Source={path}");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
        return path;
    }
}
