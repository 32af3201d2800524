using System.Diagnostics;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>A license is revoked just after nginx, set up as documented, has taken the badge's picture.</summary>
public sealed class CachedBadgeTests
{
    /// <summary>nginx counts whole seconds.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public Task The_picture_through_the_cache_is_no_older_than_its_max_age() => RevokeAsync(TimeSpan.FromSeconds(2));

    [Fact(Explicit = true)]
    [Trait("Category", "OnRequest")]
    public Task Nor_with_the_minute_that_is_usual() => RevokeAsync(TimeSpan.FromMinutes(1));

    private static async Task RevokeAsync(TimeSpan maxAge)
    {
        await using var proxied = new ProxiedStation { Station = new PublicStation { PictureMaxAge = maxAge } };
        await proxied.InitializeAsync();
        Assert.True(CreditCode.TryParse(PublicStation.ValidCode, out var code, out _));
        var picture = $"/badge/{proxied.Station.Badges.Register(code, new Uri("https://shop.example.cn"), proxied.Station.Clock.GetUtcNow()).Id}.svg";
        var (miss, valid, made) = await AskAsync();
        Assert.Equal(("MISS", "有效"), (miss, valid));
        var taken = Stopwatch.StartNew();

        proxied.Station.Change(MatterType.Revocation, PublicStation.ValidCode);
        await proxied.Station.PublishAsync();
        Assert.Contains("已吊销", await proxied.Station.Http.GetStringAsync(picture, Cancelled), StringComparison.Ordinal);

        while (true)
        {
            var askedAt = taken.Elapsed;
            var (cache, word, date) = await AskAsync();
            if (word == "已吊销")
                break;
            // What is old comes from the cache alone, within its time; a machine that is slow asks less often, and no later.
            Assert.Equal("HIT", cache);
            // By its date a browser knows how old it is (RFC 9111 4.2.3), and keeps it no longer than the rest of its time.
            Assert.Equal(made, date);
            Assert.True(askedAt <= maxAge + Second, $"有效 after {askedAt}");
            await Task.Delay(50, Cancelled);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"revoked on the picture through nginx after {taken.Elapsed.TotalSeconds:0.0} s");

        async Task<(string Cache, string Word, DateTimeOffset? Date)> AskAsync()
        {
            using var response = await proxied.Http.GetAsync(picture, Cancelled);
            // Neither is an old one to be shown while a newer one is fetched (RFC 5861 3), nor for any error (4).
            Assert.Equal($"public, max-age={maxAge.TotalSeconds}, must-revalidate", response.Headers.NonValidated["Cache-Control"].ToString());
            var svg = await response.Content.ReadAsStringAsync(Cancelled);
            return (response.Headers.GetValues("X-Cache").Single(), svg.Contains("已吊销", StringComparison.Ordinal) ? "已吊销" : svg.Contains("有效", StringComparison.Ordinal) ? "有效" : svg, response.Headers.Date);
        }
    }
}
