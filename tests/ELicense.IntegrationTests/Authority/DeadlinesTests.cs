using System.Net;
using System.Net.Http.Headers;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>Supervision of deadlines over HTTPS. The clock of the station stands on Sunday, 22 November 2026.</summary>
public abstract class DeadlinesTests(DatabaseServer databases) : IAsyncLifetime
{
    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync()
    {
        _station = await OfficersStation.StartAsync(databases: databases);
        _station.Enrol("city-clerk", OfficersStation.City, new RoleGrant(OfficerRole.Clerk, OfficersStation.City));
        _station.Enrol("city-supervisor", OfficersStation.City, new RoleGrant(OfficerRole.Supervisor, OfficersStation.City));
    }

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task Late_matters_are_listed_with_their_due_day_for_those_above_them()
    {
        var province = await ApplyAsync("clerk", 1);
        var city = await ApplyAsync("city-clerk", 2);
        Wait(TimeSpan.FromDays(3)); // Wednesday: three of three days used
        Assert.Equal([province, city], await OverdueAsync("supervisor", "?colour=yellow"));
        Assert.Empty(await OverdueAsync("supervisor", ""));

        Wait(TimeSpan.FromDays(1));

        Assert.Equal([province, city], await OverdueAsync("auditor", ""));
        Assert.Equal([city], await OverdueAsync("supervisor", "?office=11"));
        Assert.Equal([city], await OverdueAsync("city-supervisor", ""));
        Assert.Empty(await OverdueAsync("supervisor", "?colour=yellow"));
        var late = (await OfficersStation.GetAsync(_station.As("supervisor"), "/api/v1/deadlines/overdue")).Body.GetProperty("overdue")[0];
        Assert.Equal(
            ("issuance", "applied", 1, "clerk", 4, 3, "2026-11-25", "red"),
            (late.GetProperty("type").GetString(), late.GetProperty("state").GetString(), late.GetProperty("office").GetInt32(), late.GetProperty("applicant").GetString(),
                late.GetProperty("workingDays").GetInt32(), late.GetProperty("limit").GetInt32(), late.GetProperty("dueOn").GetString(), late.GetProperty("colour").GetString()));
    }

    [Fact]
    public async Task The_queue_tells_colour_and_due_day_of_each_matter()
    {
        await ApplyAsync("clerk", 1);
        Wait(TimeSpan.FromDays(3));

        var matter = (await OfficersStation.GetAsync(_station.As("approver"), "/api/v1/applications")).Body.GetProperty("applications")[0];

        Assert.Equal(("yellow", "2026-11-25"), (matter.GetProperty("colour").GetString(), matter.GetProperty("dueOn").GetString()));
    }

    [Fact]
    public async Task Figures_come_as_JSON_and_as_CSV()
    {
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1));
        Wait(TimeSpan.FromMinutes(90));
        await OfficersStation.ApproveAsync(_station.As("approver"), applied);

        var row = Assert.Single((await OfficersStation.GetAsync(_station.As("auditor"), "/api/v1/deadlines/figures")).Body.GetProperty("figures").EnumerateArray());
        Assert.Equal(("2026-11", 5400), (row.GetProperty("month").GetString(), row.GetProperty("medianSeconds").GetInt32()));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/deadlines/figures?from=2026-10&to=2026-12");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        using var csv = await _station.As("supervisor").SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal("text/csv", csv.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            "month,office,type,count,onTime,late,medianSeconds,p90Seconds,longestSeconds,longestWorkingDays\r\n2026-11,1,issuance,1,1,0,5400,5400,5400,0\r\n",
            await csv.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("supervisor", "overdue?colour=green", 400, "malformed")]
    [InlineData("supervisor", "overdue?cursor=-1", 400, "malformed")]
    [InlineData("supervisor", "overdue?office=one", 400, "malformed")]
    [InlineData("supervisor", "overdue?office=13", 422, "office-unknown")]
    [InlineData("city-supervisor", "overdue?office=12", 403, "right-missing")]
    [InlineData("city-supervisor", "figures?office=1", 403, "right-missing")]
    [InlineData("supervisor", "figures?from=2026-13", 400, "malformed")]
    [InlineData("supervisor", "figures?from=2026-12&to=2026-11", 400, "malformed")]
    [InlineData("supervisor", "figures?from=0001-01&to=9999-12", 400, "malformed")]
    public async Task A_question_that_has_no_answer_is_refused(string person, string query, int status, string code)
    {
        var (answered, problem) = await OfficersStation.GetAsync(_station.As(person), "/api/v1/deadlines/" + query);

        Assert.Equal(((HttpStatusCode)status, code), (answered, OfficersStation.Code(problem)));
    }

    private void Wait(TimeSpan time) => _station.Counter.Clock.Now += time;

    private async Task<long> ApplyAsync(string person, int number)
    {
        var (status, applied) = await OfficersStation.PostAsync(_station.As(person), "/api/v1/applications", OfficersStation.Issuance(number));
        return status == HttpStatusCode.Created ? applied.GetProperty("id").GetInt64() : throw new InvalidOperationException(applied.ToString());
    }

    private async Task<IEnumerable<long>> OverdueAsync(string person, string query)
    {
        var (_, page) = await OfficersStation.GetAsync(_station.As(person), "/api/v1/deadlines/overdue" + query);
        return page.GetProperty("overdue").EnumerateArray().Select(matter => matter.GetProperty("id").GetInt64());
    }
}

public sealed class DeadlinesOnSqliteTests() : DeadlinesTests(EmbeddedDatabases.Instance);

public sealed class DeadlinesOnPostgresTests(PostgresCluster cluster) : DeadlinesTests(cluster);
