using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>Every call for every role, against the table of docs/authority.md.</summary>
public abstract class RightsTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string All = "clerk approver supervisor auditor administrator";
    private const string Readers = "clerk approver supervisor auditor";

    private static readonly (string Call, string Roles)[] Table =
    [
        ("GET /api/v1/me", All),
        ("GET /api/v1/offices", All),
        ("GET /openapi/{documentName}.json", All),
        ("POST /api/v1/applications", "clerk"),
        ("GET /api/v1/applications", Readers),
        ("GET /api/v1/applications/{id:long}", Readers),
        ("POST /api/v1/applications/{id:long}/edit", "clerk"),
        ("POST /api/v1/applications/{id:long}/submission", "clerk"),
        ("POST /api/v1/applications/{id:long}/approval", "approver"),
        ("POST /api/v1/applications/{id:long}/return", "approver"),
        ("POST /api/v1/applications/{id:long}/rejection", "approver"),
        ("POST /api/v1/applications/{id:long}/certificate", "clerk"),
        ("POST /api/v1/applications/{id:long}/certificate/confirmation", "clerk"),
        ("GET /api/v1/filings", Readers),
        ("GET /api/v1/filings/{id:long}", Readers),
        ("POST /api/v1/filings/{id:long}/acceptance", "clerk"),
        ("POST /api/v1/filings/{id:long}/submission", "clerk"),
        ("POST /api/v1/filings/{id:long}/return", "clerk"),
        ("POST /api/v1/applications/import", "clerk"),
        ("GET /api/v1/clock", All),
        ("POST /api/v1/clock/confirmation", "supervisor"),
        ("GET /api/v1/batches", Readers),
        ("GET /api/v1/batches/{id:long}", Readers),
        ("POST /api/v1/batches/{id:long}/approval", "approver"),
        ("POST /api/v1/batches/{id:long}/cancellation", "approver"),
        ("GET /api/v1/batches/{id:long}/results", Readers),
        ("GET /api/v1/register/{licenseNumber}", Readers),
        ("GET /api/v1/register/{licenseNumber}/versions/{version:int}/file", Readers),
        ("GET /api/v1/register/{licenseNumber}/versions/{version:int}/token", Readers),
        ("GET /api/v1/deadlines/overdue", "supervisor auditor"),
        ("GET /api/v1/deadlines/figures", "supervisor auditor"),
        ("GET /api/v1/black-list", "supervisor auditor"),
        ("POST /api/v1/black-list/search", "supervisor auditor"),
        ("GET /api/v1/black-list/{id:long}/identifier", "supervisor"),
        ("POST /api/v1/black-list/imports", "supervisor"),
        ("POST /api/v1/black-list/changes", "supervisor"),
        ("GET /api/v1/black-list/changes", "supervisor"),
        ("GET /api/v1/black-list/changes/{id:long}", "supervisor"),
        ("POST /api/v1/black-list/changes/{id:long}/confirmation", "supervisor"),
        ("POST /api/v1/black-list/changes/{id:long}/rejection", "supervisor"),
        ("POST /api/v1/applications/{id:long}/override", "supervisor"),
        ("GET /api/v1/people", "auditor administrator"),
        ("GET /api/v1/people/{person}", "auditor administrator"),
        ("POST /api/v1/people/changes", "administrator"),
        ("GET /api/v1/people/changes", "administrator"),
        ("GET /api/v1/people/changes/{id:long}", "administrator"),
        ("POST /api/v1/people/changes/{id:long}/confirmation", "administrator"),
        ("POST /api/v1/people/changes/{id:long}/rejection", "administrator"),
    ];

    /// <summary>Open to all, each for its reason: the process answers; what browsers ask for beside a page.</summary>
    private static readonly string[] Open = ["GET /healthz", "GET /readyz"];

    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task Every_call_is_open_to_its_roles_and_to_no_other()
    {
        var open = new List<(string Call, string Roles)>();
        foreach (var (call, _) in Table)
            open.Add((call, await RolesThatOpenAsync(call)));

        Assert.Equal(Table, open);
    }

    [Fact]
    public void No_call_is_missing_in_the_table() => Assert.Equal(
        Table.Select(row => row.Call).Concat(Open).Order(StringComparer.Ordinal),
        _station.Calls.Where(call => !call.Contains("/assets/", StringComparison.Ordinal) && !call.EndsWith("/favicon.ico", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    /// <summary>Who is not answered right-missing; what else the call says is of no matter here.</summary>
    private async Task<string> RolesThatOpenAsync(string call)
    {
        var (method, path) = (call.Split(' ')[0], Filled(call.Split(' ')[1]));
        var open = new List<string>();
        foreach (var person in Enum.GetValues<OfficerRole>().Select(role => role.ApiName()).Append("nobody"))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (method == "POST")
                request.Content = Body(path);
            using var response = await _station.As(person).SendAsync(request, TestContext.Current.CancellationToken);
            if (response.StatusCode != HttpStatusCode.Forbidden)
                open.Add(person);
            else
                Assert.Equal("right-missing", OfficersStation.Code(await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)));
        }

        return string.Join(' ', open);
    }

    private static HttpContent Body(string path) => path.Split('/')[^1] switch
    {
        "import" => new StringContent("", Encoding.UTF8, "text/csv"),
        "imports" => new StringContent("", Encoding.ASCII, "application/jose"),
        _ => JsonContent.Create(new { }),
    };

    private static string Filled(string route) => route
        .Replace("{id:long}", "1", StringComparison.Ordinal).Replace("{licenseNumber}", "4401-0000000001", StringComparison.Ordinal)
        .Replace("{version:int}", "1", StringComparison.Ordinal).Replace("{person}", "clerk", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);
}

public sealed class RightsOnSqliteTests() : RightsTests(EmbeddedDatabases.Instance);

public sealed class RightsOnPostgresTests(PostgresCluster cluster) : RightsTests(cluster);
