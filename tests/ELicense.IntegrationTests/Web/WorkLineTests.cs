using System.Net;
using System.Net.Http.Json;
using ELicense.Web.Limits;
using Xunit;

namespace ELicense.IntegrationTests.Web;

public sealed class WorkLineTests
{
    private readonly Queue<Action> _line = [];
    private readonly StationClock _clock = new(DateTimeOffset.UnixEpoch) { Ahead = TimeSpan.FromSeconds(1) };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_wait_that_comes_and_goes_sheds_nothing()
    {
        using var line = new WorkLine(_clock, _line.Enqueue);
        for (var i = 0; i < 10; i++)
        {
            Crowd(line);
            Pass(line, 400);
            _line.Dequeue()();
            Pass(line, 100);
            _line.Dequeue()();
            Assert.False(line.IsTooLong);
        }
    }

    [Fact]
    public void A_wait_that_stays_sheds_until_it_is_short_again()
    {
        using var line = new WorkLine(_clock, _line.Enqueue);
        Pass(line, 300);
        Crowd(line);
        Pass(line, 240);
        Assert.False(line.IsTooLong);
        Pass(line, 10);
        Assert.Equal((true, TimeSpan.FromMilliseconds(550)), (line.IsTooLong, line.Wait));
        _line.Dequeue()();
        Pass(line, 100);
        _line.Dequeue()();
        Pass(line, 20);
        Assert.True(line.IsTooLong); // 100 ms are not short
        _line.Dequeue()();
        Pass(line, 10);
        Assert.False(line.IsTooLong);
    }

    [Fact]
    public void A_wait_that_few_came_in_sheds_nothing()
    {
        using var line = new WorkLine(_clock, _line.Enqueue);
        Crowd(line); // before it was long
        Pass(line, 300);
        for (var i = 1; i < WorkLine.Crowd; i++)
            line.Come();
        Pass(line, 1000);
        Assert.False(line.IsTooLong);
        line.Come();
        Pass(line, 10);
        Assert.True(line.IsTooLong);
    }

    [Fact]
    public async Task The_line_of_the_thread_pool_is_measured()
    {
        using var line = new WorkLine();
        await Eventually.IsAsync(() => line.Wait > TimeSpan.Zero);
        Assert.InRange(line.Wait, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task What_is_shed_is_said_to_be_and_health_is_never_shed()
    {
        var line = new WorkLine(_clock, _line.Enqueue);
        await using var station = new PublicStation { Protection = new Protection { Rate = null, Line = line } };
        await station.InitializeAsync();
        Pass(line, 300);
        Crowd(line);
        Pass(line, 300);
        using var verification = await station.Http.PostAsJsonAsync("/api/v1/verifications", new { artefact = PublicStation.ValidCode }, Cancelled);
        using var page = await station.Http.GetAsync("/l/" + PublicStation.ValidCode, Cancelled);
        using var health = await station.Http.GetAsync("/healthz", Cancelled);
        await VerificationApiTests.AssertProblemAsync(verification, HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal(TimeSpan.FromSeconds(1), verification.Headers.RetryAfter!.Delta);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (page.StatusCode, health.StatusCode));

        _line.Dequeue()();
        Pass(line, 1);
        _line.Dequeue()();
        Pass(line, 1);
        using var again = await station.Http.PostAsJsonAsync("/api/v1/verifications", new { artefact = PublicStation.ValidCode }, Cancelled);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    private static void Crowd(WorkLine line)
    {
        for (var i = 0; i < WorkLine.Crowd; i++)
            line.Come();
    }

    /// <summary>A probe is sent when none stands in line; the time passes; it is looked at.</summary>
    private void Pass(WorkLine line, int milliseconds)
    {
        line.Look();
        _clock.Ahead += TimeSpan.FromMilliseconds(milliseconds);
        line.Look();
    }
}
