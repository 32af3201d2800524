using System.Net;
using System.Text.Json;
using ELicense.Web.Limits;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class HealthTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Is_ready_with_the_ages_of_its_ground()
    {
        await using var station = new PublicStation();
        await station.InitializeAsync();
        var ready = JsonDocument.Parse(await station.Http.GetStringAsync("/readyz", Cancelled)).RootElement;
        var publication = ready.GetProperty("publications")[0];
        Assert.Equal((true, 3501, 6), (ready.GetProperty("ready").GetBoolean(), publication.GetProperty("authority").GetInt32(), publication.GetProperty("logSize").GetInt64()));
    }

    [Fact]
    public async Task Old_data_is_stale_on_every_side_and_never_valid()
    {
        await using var station = new PublicStation();
        await station.InitializeAsync();
        station.Clock.Ahead = TimeSpan.FromHours(25);
        using var ready = await station.Http.GetAsync("/readyz", Cancelled);
        var status = JsonDocument.Parse(await station.Http.GetStringAsync($"/api/v1/licenses/{PublicStation.ValidCode}/status", Cancelled)).RootElement;
        var page = await station.Http.GetStringAsync("/l/" + PublicStation.ValidCode, Cancelled);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "stale"), (ready.StatusCode, status.GetProperty("verdict").GetString()));
        Assert.Contains("暂时无法确认", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_one_address_and_says_when_to_come_again()
    {
        await using var station = new PublicStation { Protection = new Protection { Rate = new WorkRate(Burst: 3, PerSecond: 1) } };
        await station.InitializeAsync();
        HttpResponseMessage response;
        do
            response = await station.Http.GetAsync("/", Cancelled);
        while (response.StatusCode == HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (response.StatusCode, response.Headers.GetValues("Retry-After").Single()));
        await VerificationApiTests.AssertProblemAsync(response, HttpStatusCode.TooManyRequests, "rate-limited");
        Assert.Equal(HttpStatusCode.OK, (await station.Http.GetAsync("/healthz", Cancelled)).StatusCode);
    }
}
