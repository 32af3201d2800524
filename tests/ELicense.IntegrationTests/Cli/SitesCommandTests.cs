using ELicense.Core.Enterprises;
using ELicense.Display;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

public sealed class SitesCommandTests
{
    [Fact]
    public async Task Writes_what_the_watch_found_as_a_table()
    {
        var data = Directory.CreateTempSubdirectory("elicense-sites-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(data, "display"));
            Assert.True(CreditCode.TryParse("91350100M000100Y43", out var code, out _));
            var badge = BadgeStore.Open(Path.Combine(data, "display", "display.db")).Register(code, new Uri("https://shop.example.cn/"), DateTimeOffset.UnixEpoch);

            var finished = await Elicense.RunAsync("sites", "--data", data);

            Assert.Equal(
                $"""
                uscc,badge,site,page,state,method,proven,confirmed,checked,badge_seen,statement_current,trouble,pictures_30_days
                91350100M000100Y43,{badge.Id},shop.example.cn,https://shop.example.cn/,proven,operator,1970-01-01T00:00:00Z,,,,,,0

                """.ReplaceLineEndings("\r\n"),
                finished.Output);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
