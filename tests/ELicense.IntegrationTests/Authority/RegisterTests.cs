using System.Net;
using System.Text.Json;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>A license's life as the register tells it, and to whom.</summary>
public abstract class RegisterTests(DatabaseServer databases) : IAsyncLifetime
{
    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task Every_event_stands_with_matter_persons_ground_and_place_in_the_log()
    {
        var number = await _station.LicenseAsync(1);
        await _station.CarryOutAsync(OfficersStation.Amendment("amendment", 1, number));
        var certificate = _station.Certify(number);
        await _station.CarryOutAsync(OfficersStation.Standing("suspension", number, 2));
        await _station.CarryOutAsync(OfficersStation.AnnualReport(number, 2));
        await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Certificate("loss-report", certificate, 2));

        var (_, license) = await OfficersStation.GetAsync(_station.As("auditor"), "/api/v1/register/" + number);

        Assert.Equal((2, "suspended"), (license.GetProperty("version").GetInt32(), license.GetProperty("standing").GetString()));
        Assert.Equal(
            [
                "issuance matter 1 by clerk, approver: version 1 valid  at 0",
                "amendment matter 2 by clerk, approver: version 2 valid  at 1",
                "amendment matter 2 by clerk, approver: version 1 superseded amendment at 2",
                "suspension matter 3 by clerk, approver: version 1 suspended judicial-order at 4",
                "suspension matter 3 by clerk, approver: version 2 suspended judicial-order at 5",
                "annual-report matter 4 by clerk, approver: version    at ",
                "loss-report matter 5 by clerk, : version    at ",
            ],
            license.GetProperty("events").EnumerateArray().Select(Line));

        // The log itself says the same of its entries.
        Assert.Equal(
            [Standing.Valid, Standing.Valid, Standing.Superseded, Standing.Suspended, Standing.Suspended], _station.Counter.LogEntries().Select(entry => entry.Standing));
        Assert.Equal(
            _station.Counter.LogEntries().Select(entry => entry.TimeMs),
            license.GetProperty("events").EnumerateArray().Take(5).Select(happened => happened.GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds()));
    }

    [Fact]
    public async Task Versions_stand_with_their_own_standing_and_place()
    {
        await _station.IssueAsync(2);
        var number = await _station.LicenseAsync(1);
        await _station.CarryOutAsync(OfficersStation.Amendment("renewal", 1, number));

        var (_, license) = await OfficersStation.GetAsync(_station.As("auditor"), "/api/v1/register/" + number);

        Assert.Equal(
            [(1, "superseded", 1, 1L), (2, "valid", 2, 2L)],
            license.GetProperty("versions").EnumerateArray().Select(version => (
                version.GetProperty("version").GetInt32(), version.GetProperty("standing").GetString(), version.GetProperty("index").GetInt32(),
                version.GetProperty("logPosition").GetInt64())));
    }

    [Fact]
    public async Task The_artefacts_of_each_version_are_the_bytes_that_were_signed()
    {
        var number = await _station.LicenseAsync(1);
        await _station.CarryOutAsync(OfficersStation.Amendment("amendment", 1, number));
        var (_, license) = await OfficersStation.GetAsync(_station.As("clerk"), "/api/v1/register/" + number);
        var index = 0;
        foreach (var version in license.GetProperty("versions").EnumerateArray())
        {
            var file = await _station.As("clerk").GetByteArrayAsync(version.GetProperty("file").GetString(), TestContext.Current.CancellationToken);
            var token = await _station.As("clerk").GetByteArrayAsync(version.GetProperty("token").GetString(), TestContext.Current.CancellationToken);

            var stored = $"FROM prepared_licenses p JOIN signed_licenses s ON s.status_index = p.status_index WHERE p.version = {++index}";
            Assert.Equal(_station.Counter.Database.Bytes("SELECT s.token " + stored), token);
            Assert.True(LicenseFile.TryDecode(file, out var opened, out _));
            Assert.Equal(token, opened.Token.ToArray());
            Assert.Equal(_station.Counter.Database.Bytes("SELECT p.document " + stored), opened.Document.ToArray());
        }

        Assert.Equal(2, index);
        var (missing, problem) = await OfficersStation.GetAsync(_station.As("clerk"), $"/api/v1/register/{number}/versions/3/file");
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (missing, OfficersStation.Code(problem)));
    }

    [Fact]
    public async Task A_license_is_shown_and_changed_at_its_own_office_and_above()
    {
        _station.Enrol("clerk-county", OfficersStation.County, new RoleGrant(OfficerRole.Clerk, OfficersStation.County));
        _station.Enrol("approver-city", OfficersStation.City, new RoleGrant(OfficerRole.Approver, OfficersStation.City));
        _station.Enrol("clerk-other", OfficersStation.OtherCity, new RoleGrant(OfficerRole.Clerk, OfficersStation.OtherCity));
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk-county"), "/api/v1/applications", OfficersStation.Issuance(1));
        var (_, done) = await OfficersStation.ApproveAsync(_station.As("approver-city"), applied);
        var address = "/api/v1/register/" + done.GetProperty("licenseNumber").GetString();

        Assert.Equal(HttpStatusCode.OK, (await OfficersStation.GetAsync(_station.As("approver-city"), address)).Status);
        foreach (var path in (string[])["", "/versions/1/file", "/versions/1/token"])
            AssertRightMissing(await OfficersStation.GetAsync(_station.As("clerk-other"), address + path));
        AssertRightMissing(await OfficersStation.PostAsync(
            _station.As("clerk-other"), "/api/v1/applications", OfficersStation.Standing("revocation", done.GetProperty("licenseNumber").GetString()!)));
    }

    private static void AssertRightMissing((HttpStatusCode Status, JsonElement Body) answer) =>
        Assert.Equal((HttpStatusCode.Forbidden, "right-missing"), (answer.Status, OfficersStation.Code(answer.Body)));

    private static string Line(JsonElement happened)
    {
        return $"{Member("type")} matter {Member("matter")} by {Member("applicant")}, {Member("approver")}: version {Member("version")} {Member("standing")} {Member("reason")} at {Member("logPosition")}";

        string Member(string name) => happened.TryGetProperty(name, out var value) ? value.ToString() : "";
    }
}

public sealed class RegisterOnSqliteTests() : RegisterTests(EmbeddedDatabases.Instance);

public sealed class RegisterOnPostgresTests(PostgresCluster cluster) : RegisterTests(cluster);
