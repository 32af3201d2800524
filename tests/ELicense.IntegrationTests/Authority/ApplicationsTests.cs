using System.Net;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>Matters through the real door.</summary>
public abstract class ApplicationsTests(DatabaseServer databases) : IAsyncLifetime
{
    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task What_one_officer_applies_for_and_another_approves_is_issued_and_in_the_register()
    {
        var done = await _station.IssueAsync(1);

        Assert.Equal("done", done.GetProperty("state").GetString());
        var number = done.GetProperty("licenseNumber").GetString();
        var (status, license) = await OfficersStation.GetAsync(_station.As("auditor"), $"/api/v1/register/{number}");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("valid", license.GetProperty("standing").GetString());
        Assert.Equal(Enterprise.Code(1).Value, license.GetProperty("uscc").GetString());
    }

    [Fact]
    public async Task A_revocation_is_applied_for_approved_and_in_the_register()
    {
        var number = (await _station.IssueAsync(1)).GetProperty("licenseNumber").GetString();

        var (_, applied) = await OfficersStation.PostAsync(
            _station.As("clerk"), "/api/v1/applications", new { type = "revocation", licenseNumber = number, version = 1, reason = "business-ceased" });
        var (status, done) = await OfficersStation.ApproveAsync(_station.As("approver"), applied);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("done", done.GetProperty("state").GetString());
        Assert.Equal("revoked", (await OfficersStation.GetAsync(_station.As("clerk"), $"/api/v1/register/{number}")).Body.GetProperty("standing").GetString());
    }

    [Fact]
    public async Task An_approval_of_another_content_is_a_conflict()
    {
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1));

        var (status, problem) = await OfficersStation.PostAsync(
            _station.As("approver"), $"/api/v1/applications/{applied.GetProperty("id")}/approval", new { contentHash = new string('0', 64) });

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("content-changed", OfficersStation.Code(problem));
    }

    [Fact]
    public async Task The_same_approval_again_tells_what_became_of_it()
    {
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1));
        await OfficersStation.ApproveAsync(_station.As("approver"), applied);

        var (status, again) = await OfficersStation.ApproveAsync(_station.As("approver"), applied);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("done", again.GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_queue_shows_only_matters_of_offices_where_the_officer_has_a_role()
    {
        _station.Enrol("clerk-city", OfficersStation.City, new RoleGrant(OfficerRole.Clerk, OfficersStation.City));
        _station.Enrol("clerk-county", OfficersStation.County, new RoleGrant(OfficerRole.Clerk, OfficersStation.County));
        _station.Enrol("clerk-other", OfficersStation.OtherCity, new RoleGrant(OfficerRole.Clerk, OfficersStation.OtherCity));
        var number = 0;
        foreach (var person in (string[])["clerk", "clerk-city", "clerk-county", "clerk-other"])
            await OfficersStation.PostAsync(_station.As(person), "/api/v1/applications", OfficersStation.Issuance(++number));

        var (_, queue) = await OfficersStation.GetAsync(_station.As("clerk-city"), "/api/v1/applications");

        Assert.Equal(
            [OfficersStation.City, OfficersStation.County], queue.GetProperty("applications").EnumerateArray().Select(matter => matter.GetProperty("office").GetInt32()));
    }

    [Fact]
    public async Task An_approver_of_another_city_does_not_decide()
    {
        _station.Enrol("approver-other", OfficersStation.OtherCity, new RoleGrant(OfficerRole.Approver, OfficersStation.OtherCity));
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1));

        var (status, problem) = await OfficersStation.ApproveAsync(_station.As("approver-other"), applied);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("right-missing", OfficersStation.Code(problem));
    }

    [Fact]
    [Trait("Fault", "14")]
    public async Task With_the_clock_set_back_the_approval_stands_and_waits_until_the_clock_is_right()
    {
        await _station.IssueAsync(1);
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(2));
        _station.Counter.Clock.Now -= TimeSpan.FromMinutes(5);

        var (status, problem) = await OfficersStation.ApproveAsync(_station.As("approver"), applied);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "clock-backwards", "approved"), (status, OfficersStation.Code(problem), problem.GetProperty("state").GetString()));
        Assert.Equal(1, _station.Counter.Scalar("SELECT log_size FROM head"));

        _station.Counter.Clock.Now += TimeSpan.FromMinutes(5);
        await Eventually.IsAsync(async () =>
            (await OfficersStation.GetAsync(_station.As("clerk"), $"/api/v1/applications/{applied.GetProperty("id")}")).Body.GetProperty("state").GetString() == "done");
    }

    [Fact]
    public async Task A_replacement_gives_the_right_to_another_certificate()
    {
        var first = _station.Certify(await _station.LicenseAsync(1));
        using var token = new TokenKey();

        var replacement = await _station.CarryOutAsync(OfficersStation.Certificate("replacement", first));
        var (status, answer) = await OfficersStation.PostAsync(
            _station.As("clerk"), $"/api/v1/applications/{replacement.GetProperty("id")}/certificate", new { csr = Convert.ToBase64String(token.Request()) });

        Assert.Equal(HttpStatusCode.OK, status);
        var certificates = (await OfficersStation.GetAsync(_station.As("clerk"), "/api/v1/register/" + first.License)).Body.GetProperty("certificates");
        Assert.Equal(
            ["superseded replaced", "valid "],
            certificates.EnumerateArray().Select(one => $"{one.GetProperty("standing").GetString()} {(one.TryGetProperty("reason", out var reason) ? reason.GetString() : null)}"));
        Assert.Equal(answer.GetProperty("details").GetRawText(), certificates[1].GetRawText());
    }

    [Theory]
    [InlineData("{\"type\":\"annual-report\",\"licenseNumber\":\"4401-0000000001\",\"version\":1,\"annualReport\":{\"year\":2025,\"contact\":\"x\"}}", "malformed", HttpStatusCode.BadRequest)]
    [InlineData("{\"type\":\"annual-report\",\"licenseNumber\":\"4401-0000000001\",\"version\":1,\"annualReport\":{\"year\":2025,\"contact\":\"\",\"employees\":1}}", "field-missing", HttpStatusCode.UnprocessableEntity)]
    [InlineData("{\"type\":\"annual-report\",\"licenseNumber\":\"4401-0000000001\",\"version\":1,\"annualReport\":{\"year\":2025,\"contact\":\"=1\",\"employees\":1}}", "formula", HttpStatusCode.UnprocessableEntity)]
    [InlineData("{\"type\":\"annual-report\",\"licenseNumber\":\"4401-0000000001\",\"version\":1,\"annualReport\":{\"year\":2025,\"contact\":\"x\",\"employees\":-1}}", "number-out-of-range", HttpStatusCode.UnprocessableEntity)]
    [InlineData("{\"type\":\"loss-report\",\"licenseNumber\":\"4401-0000000001\",\"version\":1,\"certificate\":{\"issuer\":\"x\",\"serial\":\"4a\"}}", "malformed", HttpStatusCode.BadRequest)]
    [InlineData("{\"type\":\"loss-report\",\"licenseNumber\":\"4401-0000000001\",\"version\":1,\"certificate\":{\"issuer\":\"0102030405060708\",\"serial\":\"004a\"}}", "malformed", HttpStatusCode.BadRequest)]
    [InlineData("{\"type\":\"issuance\"", "malformed", HttpStatusCode.BadRequest)]
    [InlineData("{\"type\":\"issuance\",\"type\":\"revocation\"}", "malformed", HttpStatusCode.BadRequest)]
    [InlineData("{\"type\":\"issuance\",\"office\":12}", "malformed", HttpStatusCode.BadRequest)]
    [InlineData("{\"type\":\"coronation\"}", "malformed", HttpStatusCode.BadRequest)]
    [InlineData("{\"type\":\"issuance\",\"enterprise\":{\"kind\":\"company\",\"uscc\":\"91350100M000100Y43\",\"name\":\"a\\u0000b\"}}", "text-forbidden", HttpStatusCode.UnprocessableEntity)]
    [InlineData("{\"type\":\"issuance\",\"enterprise\":{\"kind\":\"company\",\"uscc\":\"91350100M000100Y44\"}}", "credit-code-check", HttpStatusCode.UnprocessableEntity)]
    [InlineData("{\"type\":\"revocation\",\"licenseNumber\":\"4401-0000000099\",\"version\":1,\"reason\":\"business-ceased\"}", "not-found", HttpStatusCode.NotFound)]
    [InlineData("{\"type\":\"revocation\",\"licenseNumber\":\"4401-0000000099\",\"version\":1,\"reason\":\"whim\"}", "reason-unknown", HttpStatusCode.UnprocessableEntity)]
    public async Task A_bad_application_is_refused_with_its_code(string body, string code, HttpStatusCode expected)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _station.As("clerk").PostAsync("/api/v1/applications", content, TestContext.Current.CancellationToken);

        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains($"\"code\":\"{code}\"", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(expected, response.StatusCode);
    }
}

public sealed class ApplicationsOnSqliteTests() : ApplicationsTests(EmbeddedDatabases.Instance);

public sealed class ApplicationsOnPostgresTests(PostgresCluster cluster) : ApplicationsTests(cluster);
