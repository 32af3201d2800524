using System.Net;
using System.Text.Json;
using ELicense.IntegrationTests.Authority;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Filings;

/// <summary>Filings over the officers' door.</summary>
public abstract class FilingsAtTheDoorTests(DatabaseServer databases)
{
    [Fact]
    public async Task A_filing_is_listed_accepted_submitted_and_approved_by_another_and_others_are_returned_or_not_theirs()
    {
        await using var station = await OfficersStation.StartAsync(databases: databases);
        station.Enrol("county-clerk", OfficersStation.County, new RoleGrant(OfficerRole.Clerk, OfficersStation.County));
        using var enterprise = new FilingEnterprise(station.Counter, 1);
        var number = enterprise.License.Number.ToString();
        var (clerk, elsewhere) = (station.As("clerk"), station.As("county-clerk"));
        foreach (var application in new[] { OfficersStation.Amendment("amendment", 1, number), OfficersStation.AnnualReport(number) })
            FilingEnterprise.Put(station.Counter, enterprise.Signed(application));
        Assert.All(FilingEnterprise.Desk(station.Counter).Run(), outcome => Assert.Null(outcome.Refusal));

        var (_, page) = await OfficersStation.GetAsync(clerk, "/api/v1/filings");
        var filings = page.GetProperty("filings").EnumerateArray().ToDictionary(filing => filing.GetProperty("type").GetString()!);
        var (amendment, report) = (filings["amendment"], filings["annual-report"]);
        Assert.Equal(("filed", "token-signed", number, 1), (Text(amendment, "state"), Text(amendment, "evidence"), Text(amendment, "licenseNumber"), amendment.GetProperty("version").GetInt32()));
        Assert.Equal("示例1号商贸有限公司", Text(amendment.GetProperty("enterprise"), "name"));
        Assert.Equal(2025, report.GetProperty("annualReport").GetProperty("year").GetInt32());
        Assert.Empty((await OfficersStation.GetAsync(elsewhere, "/api/v1/filings")).Body.GetProperty("filings").EnumerateArray());
        Assert.Equal((HttpStatusCode.Forbidden, "right-missing"), await DecideAsync(elsewhere, amendment, "acceptance"));
        Assert.Equal((HttpStatusCode.BadRequest, "malformed"), Problem(await OfficersStation.GetAsync(clerk, "/api/v1/filings?state=open")));
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), Problem(await OfficersStation.GetAsync(clerk, "/api/v1/filings/99")));

        Assert.Equal((HttpStatusCode.Conflict, "state-conflict"), await DecideAsync(clerk, amendment, "submission"));
        Assert.Equal((HttpStatusCode.Conflict, "content-changed"), await DecideAsync(clerk, amendment, "acceptance", Text(report, "contentHash")));
        Assert.Equal((HttpStatusCode.OK, "accepted"), await DecideAsync(clerk, amendment, "acceptance"));
        var (status, applied) = await OfficersStation.PostAsync(clerk, $"/api/v1/filings/{amendment.GetProperty("id")}/submission", Seen(amendment));
        Assert.Equal((HttpStatusCode.Created, "applied", "clerk"), (status, Text(applied, "state"), Text(applied, "applicant")));
        var (approved, done) = await OfficersStation.ApproveAsync(station.As("approver"), applied);
        Assert.Equal((HttpStatusCode.OK, "done"), (approved, Text(done, "state")));
        var (_, after) = await OfficersStation.GetAsync(clerk, $"/api/v1/filings/{amendment.GetProperty("id")}");
        Assert.Equal(("submitted", applied.GetProperty("id").GetInt64()), (Text(after, "state"), after.GetProperty("matter").GetInt64()));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "ground-missing"), await DecideAsync(clerk, report, "return"));
        var (returned, why) = await OfficersStation.PostAsync(
            clerk, $"/api/v1/filings/{report.GetProperty("id")}/return", new { contentHash = Text(report, "contentHash"), ground = "人数有误" });
        Assert.Equal((HttpStatusCode.OK, "returned", "人数有误", "clerk"), (returned, Text(why, "state"), Text(why, "ground"), Text(why, "officer")));
        Assert.Equal(
            ["accept-filing", "accept-filing", "accept-filing", "return-filing", "return-filing"],
            station.Trail.Read(0, 1000).Select(entry => entry.Act).Where(act => act.EndsWith("-filing", StringComparison.Ordinal) && act != "take-filing").Order());
    }

    private static async Task<(HttpStatusCode Status, string Said)> DecideAsync(HttpClient officer, JsonElement filing, string call, string? contentHash = null)
    {
        var (status, body) = await OfficersStation.PostAsync(officer, $"/api/v1/filings/{filing.GetProperty("id")}/{call}", new { contentHash = contentHash ?? Text(filing, "contentHash") });
        return (status, status == HttpStatusCode.OK ? Text(body, "state") : OfficersStation.Code(body));
    }

    private static (HttpStatusCode Status, string Code) Problem((HttpStatusCode Status, JsonElement Body) answer) => (answer.Status, OfficersStation.Code(answer.Body));

    private static object Seen(JsonElement filing) => new { contentHash = Text(filing, "contentHash") };

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}

public sealed class FilingsAtTheDoorOnSqliteTests() : FilingsAtTheDoorTests(EmbeddedDatabases.Instance);

public sealed class FilingsAtTheDoorOnPostgresTests(PostgresCluster cluster) : FilingsAtTheDoorTests(cluster);
