using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.Display.Sites;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

public sealed class SitesCommandTests
{
    private static readonly DateTimeOffset First = DateTimeOffset.UnixEpoch;

    [Fact]
    public async Task Writes_what_the_watch_found_as_a_table_and_since_when()
    {
        var data = Directory.CreateTempSubdirectory("elicense-sites-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(data, "display"));
            Assert.True(CreditCode.TryParse("91350100M000100Y43", out var code, out _));
            var store = BadgeStore.Open(Path.Combine(data, "display", "display.db"));
            var badge = store.Register(code, new Uri("https://shop.example.cn/"), First);
            Look(days: 1, seen: true, trouble: null);
            Look(days: 2, seen: true, trouble: null);
            Look(days: 3, seen: null, trouble: "site-tls");
            Look(days: 4, seen: null, trouble: "site-tls");

            Assert.Equal(
                $"""
                uscc,badge,site,page,state,method,proven,confirmed,checked,badge_seen,statement_current,trouble,pictures_30_days
                91350100M000100Y43,{badge.Id},shop.example.cn,https://shop.example.cn/,proven,operator,1970-01-01T00:00:00Z,,1970-01-05T00:00:00Z,,yes,site-tls,0

                """.ReplaceLineEndings("\r\n"),
                (await Elicense.RunAsync("sites", "--data", data)).Output);
            Assert.Equal(
                $"""
                uscc,badge,since,page,state,badge_seen,statement_current,trouble
                91350100M000100Y43,{badge.Id},1970-01-04T00:00:00Z,https://shop.example.cn/,proven,,yes,site-tls
                91350100M000100Y43,{badge.Id},1970-01-02T00:00:00Z,https://shop.example.cn/,proven,yes,yes,

                """.ReplaceLineEndings("\r\n"),
                (await Elicense.RunAsync("sites", "--data", data, "--history")).Output);

            void Look(int days, bool? seen, string? trouble)
            {
                var (site, at) = (store.FindSite(badge.Id)!, First.AddDays(days));
                store.Record(new SiteRecord(site, site.Badge.State, site.Method, site.Proven, null, at, at.AddDays(1), 0, seen, StatementCurrent: true, trouble));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
