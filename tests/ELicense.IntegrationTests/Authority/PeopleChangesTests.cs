using System.Data.Common;
using System.Net;
using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>Enrolment and rights: nobody alone.</summary>
public abstract class PeopleChangesTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Changes = "/api/v1/people/changes";

    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync()
    {
        _station = await OfficersStation.StartAsync(databases: databases);
        _station.Enrol("second", 1, new RoleGrant(OfficerRole.Administrator, 1));
    }

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task A_person_proposed_by_one_administrator_and_confirmed_by_another_is_let_in()
    {
        var certificate = _station.Certificate("新人");
        var (_, proposed) = await ProposeAsync("administrator", Enrolment("zhao-6", certificate.ExportCertificatePem()));
        Assert.Equal(HttpStatusCode.Forbidden, (await OfficersStation.GetAsync(_station.Client(certificate), "/api/v1/me")).Status);

        var (status, confirmed) = await DecideAsync("second", proposed, "confirmation");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("confirmed", confirmed.GetProperty("state").GetString());
        var (_, me) = await OfficersStation.GetAsync(_station.Client(certificate), "/api/v1/me");
        Assert.Equal("zhao-6", me.GetProperty("person").GetString());
        Assert.Equal("clerk", me.GetProperty("roles")[0].GetProperty("role").GetString());
    }

    [Fact]
    public async Task The_proposer_does_not_confirm_with_a_second_certificate_either()
    {
        var other = _station.Certificate("the same administrator");
        _station.AddCertificate("administrator", other);
        var (_, proposed) = await ProposeAsync("administrator", Roles("clerk", "approver"));

        var (status, problem) = await OfficersStation.PostAsync(_station.Client(other), Path(proposed, "confirmation"), Seen(proposed));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("same-person", OfficersStation.Code(problem));
    }

    [Fact]
    public async Task The_database_itself_refuses_a_change_confirmed_by_its_proposer()
    {
        await ProposeAsync("administrator", Roles("clerk", "approver"));

        Assert.ThrowsAny<DbException>(() => _station.Counter.Sql("UPDATE people_changes SET state = 2, decider = proposer, decided_ms = 1"));
    }

    [Fact]
    public async Task Roles_given_hold_from_the_next_request_on()
    {
        var (_, proposed) = await ProposeAsync("administrator", Roles("nobody", "approver"));
        await DecideAsync("second", proposed, "confirmation");

        var (_, me) = await OfficersStation.GetAsync(_station.As("nobody"), "/api/v1/me");

        Assert.Equal("approver", Assert.Single(me.GetProperty("roles").EnumerateArray()).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Who_was_withdrawn_is_refused_on_the_next_request()
    {
        var client = _station.As("clerk");
        Assert.Equal(HttpStatusCode.OK, (await OfficersStation.GetAsync(client, "/api/v1/me")).Status);
        var (_, proposed) = await ProposeAsync("administrator", new { kind = "withdrawal", person = "clerk" });
        await DecideAsync("second", proposed, "confirmation");

        Assert.Equal("officer-withdrawn", OfficersStation.Code((await OfficersStation.GetAsync(client, "/api/v1/me")).Body));
    }

    [Fact]
    public async Task A_change_is_decided_once()
    {
        var (_, proposed) = await ProposeAsync("administrator", Roles("nobody", "approver"));
        await DecideAsync("second", proposed, "rejection");

        var (status, problem) = await DecideAsync("second", proposed, "confirmation");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("state-conflict", OfficersStation.Code(problem));
    }

    [Fact]
    public async Task A_confirmation_of_something_else_is_refused()
    {
        var (_, proposed) = await ProposeAsync("administrator", Roles("nobody", "approver"));

        var (_, problem) = await OfficersStation.PostAsync(_station.As("second"), Path(proposed, "confirmation"), new { contentHash = new string('0', 64) });

        Assert.Equal("content-changed", OfficersStation.Code(problem));
    }

    [Fact]
    public async Task An_administrator_of_a_city_gives_no_role_in_the_province()
    {
        _station.Enrol("city", OfficersStation.City, new RoleGrant(OfficerRole.Administrator, OfficersStation.City));

        var (status, problem) = await ProposeAsync("city", Roles("nobody", "approver"));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal("right-missing", OfficersStation.Code(problem));
    }

    [Fact]
    public async Task Changes_are_shown_to_administrators_of_the_persons_office_and_above()
    {
        _station.Enrol("city", OfficersStation.City, new RoleGrant(OfficerRole.Administrator, OfficersStation.City));
        _station.Enrol("other", OfficersStation.OtherCity, new RoleGrant(OfficerRole.Administrator, OfficersStation.OtherCity));
        var (_, enrolment) = await ProposeAsync("administrator", Enrolment("zhao-6", _station.Certificate("新人").ExportCertificatePem()));
        await ProposeAsync("administrator", Roles("clerk", "approver"));

        Assert.Equal(2, await ShownAsync("second"));
        Assert.Equal(1, await ShownAsync("city"));
        Assert.Equal(0, await ShownAsync("other"));
        var address = $"{Changes}/{enrolment.GetProperty("id")}";
        Assert.Equal(HttpStatusCode.OK, (await OfficersStation.GetAsync(_station.As("city"), address)).Status);
        var (status, problem) = await OfficersStation.GetAsync(_station.As("other"), address);
        Assert.Equal((HttpStatusCode.Forbidden, "right-missing"), (status, OfficersStation.Code(problem)));

        async Task<int> ShownAsync(string person) => (await OfficersStation.GetAsync(_station.As(person), Changes)).Body.GetProperty("changes").GetArrayLength();
    }

    [Fact]
    public async Task A_certificate_that_the_door_would_refuse_is_not_enrolled()
    {
        var forServers = _station.Certificate("新人", usages: ["1.3.6.1.5.5.7.3.1"]).ExportCertificatePem();

        Assert.Equal("certificate-purpose", OfficersStation.Code((await ProposeAsync("administrator", Enrolment("zhao-6", forServers))).Body));
    }

    [Theory]
    [InlineData("Zhao 6", "赵六", "malformed")]
    [InlineData("zhao-6", "赵\u202E六", "text-forbidden")]
    [InlineData("zhao-6", "赵\u0000六", "text-forbidden")]
    [InlineData("zhao-6", "", "field-missing")]
    [InlineData("clerk", "赵六", "state-conflict")]
    public async Task A_bad_enrolment_is_refused_with_its_code(string person, string name, string code)
    {
        var (_, problem) = await ProposeAsync("administrator", Enrolment(person, _station.Certificate("新人").ExportCertificatePem(), name));

        Assert.Equal(code, OfficersStation.Code(problem));
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> ProposeAsync(string person, object change) => OfficersStation.PostAsync(_station.As(person), Changes, change);

    private Task<(HttpStatusCode Status, JsonElement Body)> DecideAsync(string person, JsonElement proposed, string decision) =>
        OfficersStation.PostAsync(_station.As(person), Path(proposed, decision), Seen(proposed));

    private static string Path(JsonElement proposed, string decision) => $"{Changes}/{proposed.GetProperty("id")}/{decision}";

    private static object Seen(JsonElement proposed) => new { contentHash = proposed.GetProperty("contentHash").GetString() };

    private static object Roles(string person, string role) => new { kind = "roles", person, roles = new[] { new { role, office = 1 } } };

    private static object Enrolment(string person, string certificate, string name = "赵六") =>
        new { kind = "enrolment", person, name, office = OfficersStation.City, certificate, roles = new[] { new { role = "clerk", office = OfficersStation.City } } };
}

public sealed class PeopleChangesOnSqliteTests() : PeopleChangesTests(EmbeddedDatabases.Instance);

public sealed class PeopleChangesOnPostgresTests(PostgresCluster cluster) : PeopleChangesTests(cluster);
