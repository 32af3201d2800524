using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ELicense.Issuance.Matters;
using ELicense.Verification.Publication;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class CheckpointPollTests(PublicStation station) : IClassFixture<PublicStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waits_for_a_larger_checkpoint()
    {
        var size = SizeOf(await station.Http.GetStringAsync("/publication/log/checkpoint", Cancelled));
        var waiting = station.Http.GetStringAsync($"/publication/log/checkpoint?after={size}", Cancelled);
        await Task.Delay(300, Cancelled);
        Assert.False(waiting.IsCompleted);
        station.Issue("91110000600037341L", "北京市等候技术有限公司");
        await station.PublishAsync();
        Assert.True(SizeOf(await waiting) > size);
    }

    [Fact]
    public async Task Answers_at_once_when_it_is_larger_already()
    {
        using var response = await station.Http.GetAsync("/publication/log/checkpoint?after=0", Cancelled);
        Assert.Equal((HttpStatusCode.OK, "text/plain"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public async Task Refuses_what_is_no_size(string after)
    {
        using var response = await station.Http.GetAsync("/publication/log/checkpoint?after=" + after, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("malformed", (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_source_over_HTTP_waits_until_there_is_something_new()
    {
        var source = PublicationSource.Open(new Uri(station.Address, "/publication/").AbsoluteUri);
        await source.ReadAsync("log/checkpoint", 4096, Cancelled);
        var waiting = source.WaitForChangeAsync(TimeSpan.FromMinutes(2), Cancelled);
        // Of a server that does not wait it would look again after one second.
        await Task.Delay(1500, Cancelled);
        Assert.False(waiting.IsCompleted);
        station.Change(MatterType.Suspension, PublicStation.HostileCode);
        await station.PublishAsync();
        await waiting;
    }

    [Fact]
    public async Task Of_one_address_64_wait_and_the_next_is_answered_at_once()
    {
        var size = SizeOf(await station.Http.GetStringAsync("/publication/log/checkpoint", Cancelled));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var asking = Enumerable.Range(0, 65).Select(_ => station.Http.GetStringAsync($"/publication/log/checkpoint?after={size}", end.Token)).ToList();
        Assert.Equal(size, SizeOf(await await Task.WhenAny(asking)));
        Assert.Equal(1, asking.Count(one => one.IsCompleted));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(asking));
    }

    private static long SizeOf(string checkpoint) => long.Parse(checkpoint.Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);
}
