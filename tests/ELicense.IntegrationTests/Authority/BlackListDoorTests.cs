using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.People;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>The black list over HTTPS.</summary>
public abstract class BlackListDoorTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Changes = "/api/v1/black-list/changes";

    // The example of GB 11643-1999.
    private const string IdentityNumber = "11010519491231002X";
    private static readonly object Person = new { identityNumber = IdentityNumber };

    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync()
    {
        _station = await OfficersStation.StartAsync(databases: databases);
        _station.Enrol("supervisor2", 1, new RoleGrant(OfficerRole.Supervisor, 1));
        _station.Enrol("city-supervisor", OfficersStation.City, new RoleGrant(OfficerRole.Supervisor, OfficersStation.City));
    }

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task An_enterprise_that_two_supervisors_listed_gets_no_license_until_two_take_it_off()
    {
        await ConfirmAsync(await ProposeAsync(new { kind = "listing", uscc = Enterprise.Code(1).Value, ground = "被吊销未满三年", until = "2029-11-22" }));

        var (status, refused) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "black-listed"), (status, OfficersStation.Code(refused)));
        Assert.Contains("被吊销未满三年", refused.GetProperty("reason").GetString(), StringComparison.Ordinal);
        var entry = Assert.Single(await EntriesAsync("auditor", $"?uscc={Enterprise.Code(1)}"));
        Assert.Equal(
            ("enterprise", "supervisor", "supervisor2", "2029-11-22"),
            (entry.GetProperty("subject").GetString(), entry.GetProperty("listedBy").GetString(), entry.GetProperty("confirmedBy").GetString(), entry.GetProperty("until").GetString()));

        await ConfirmAsync(await ProposeAsync(new { kind = "removal", entry = entry.GetProperty("id").GetInt64(), ground = "判决撤销" }));

        Assert.Equal(HttpStatusCode.Created, (await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1))).Status);
        Assert.True(Assert.Single(await EntriesAsync("auditor", "")).TryGetProperty("removedAt", out _));
        var (again, twice) = await OfficersStation.PostAsync(
            _station.As("supervisor"), Changes, new { kind = "removal", entry = entry.GetProperty("id").GetInt64(), ground = "判决撤销" });
        Assert.Equal((HttpStatusCode.Conflict, "state-conflict"), (again, OfficersStation.Code(twice)));
    }

    [Fact]
    public async Task Nobody_lists_alone_and_nobody_from_below_the_top_office()
    {
        var listing = new { kind = "listing", uscc = Enterprise.Code(1).Value, ground = "被吊销" };
        var change = await ProposeAsync(listing);

        var (alone, same) = await DecideAsync("supervisor", change);
        var (below, missing) = await DecideAsync("city-supervisor", change);
        var (proposed, missingToo) = await OfficersStation.PostAsync(_station.As("city-supervisor"), Changes, listing);

        Assert.Equal((HttpStatusCode.Forbidden, "same-person"), (alone, OfficersStation.Code(same)));
        Assert.Equal((HttpStatusCode.Forbidden, "right-missing"), (below, OfficersStation.Code(missing)));
        Assert.Equal((HttpStatusCode.Forbidden, "right-missing"), (proposed, OfficersStation.Code(missingToo)));
        Assert.Empty(await EntriesAsync("supervisor", ""));
        Assert.Equal(HttpStatusCode.Created, (await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1))).Status);
    }

    [Fact]
    public async Task A_barred_representative_is_found_by_the_identifier_and_nothing_keeps_it_in_clear()
    {
        var change = await ProposeAsync(new { kind = "listing", person = Person, ground = "个人负有责任" });
        Assert.Equal("citizen …002X", change.GetProperty("person").GetString());
        await ConfirmAsync(change);
        var body = With(1, Person);

        var (status, refused) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", body, idempotencyKey: "barred-1");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "black-listed"), (status, OfficersStation.Code(refused)));
        var (again, kept) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", body, idempotencyKey: "barred-1");
        Assert.Equal((status, refused.ToString()), (again, kept.ToString()));
        Assert.Equal(HttpStatusCode.Created, (await OfficersStation.PostAsync(
            _station.As("clerk"), "/api/v1/applications", With(2, new { passportCountry = "DEU", passportNumber = "C01X00T47" }), idempotencyKey: "free-1")).Status);
        var (_, found) = await OfficersStation.PostAsync(_station.As("auditor"), "/api/v1/black-list/search", new { person = Person });
        var entry = Assert.Single(found.GetProperty("entries").EnumerateArray());
        var (_, disclosed) = await OfficersStation.GetAsync(_station.As("supervisor2"), $"/api/v1/black-list/{entry.GetProperty("id")}/identifier");
        Assert.Equal(IdentityNumber, disclosed.GetProperty("identifier").GetString());
        await _station.Counter.Publisher.PublishAsync(TestContext.Current.CancellationToken);

        Assert.Contains("disclose-person", TrailText(), StringComparison.Ordinal);
        Assert.DoesNotContain(IdentityNumber, TrailText(), StringComparison.OrdinalIgnoreCase);
        foreach (var bytes in Stored())
        {
            Assert.Equal(-1, bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(IdentityNumber)));
            Assert.Equal(-1, bytes.AsSpan().IndexOf("C01X00T47"u8));
        }
    }

    [Theory]
    [InlineData("110105194912310021")]
    [InlineData("")]
    public async Task A_wrong_identity_number_is_refused_and_not_repeated(string number)
    {
        var (status, problem) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", With(1, new { identityNumber = number }));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "person-identifier"), (status, OfficersStation.Code(problem)));
        if (number.Length > 0)
            Assert.DoesNotContain(number, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_supervisors_override_lets_the_matter_pass()
    {
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1));
        await ConfirmAsync(await ProposeAsync(new { kind = "listing", uscc = Enterprise.Code(1).Value, ground = "被吊销" }));
        var path = $"/api/v1/applications/{applied.GetProperty("id")}/override";
        var hash = applied.GetProperty("contentHash").GetString();
        var (without, missing) = await OfficersStation.PostAsync(_station.As("supervisor"), path, new { contentHash = hash });
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "ground-missing"), (without, OfficersStation.Code(missing)));

        var (status, _) = await OfficersStation.PostAsync(_station.As("supervisor"), path, new { contentHash = hash, ground = "法院判决撤销吊销决定" });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("done", (await OfficersStation.ApproveAsync(_station.As("approver"), applied)).Body.GetProperty("state").GetString());
        Assert.Contains("override-black-list", TrailText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_authoritys_list_is_believed_by_the_configured_anchor_only()
    {
        var file = new ExchangeFile(OfficersStation.PeerOrigin, 1, null, [new BlackListEntry(Enterprise.Code(1), null, "被吊销", null)]);

        var (status, imported) = await ImportAsync("supervisor", file.Sign(_station.PeerExchange));
        var (again, older) = await ImportAsync("supervisor", file.Sign(_station.PeerExchange));
        var (foreign, unknown) = await ImportAsync("supervisor", file.Sign(_station.Counter.Keys.Status));
        var (below, missing) = await ImportAsync("city-supervisor", file.Sign(_station.PeerExchange));

        Assert.Equal((HttpStatusCode.OK, OfficersStation.PeerOrigin, 1), (status, imported.GetProperty("origin").GetString(), imported.GetProperty("entries").GetInt32()));
        Assert.Equal((HttpStatusCode.Conflict, "exchange-rollback"), (again, OfficersStation.Code(older)));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "key-unknown"), (foreign, OfficersStation.Code(unknown)));
        Assert.Equal((HttpStatusCode.Forbidden, "right-missing"), (below, OfficersStation.Code(missing)));
        var entry = Assert.Single(await EntriesAsync("auditor", ""));
        Assert.Equal(
            (OfficersStation.PeerOrigin, imported.GetProperty("fileDigest").GetString()), (entry.GetProperty("source").GetString(), entry.GetProperty("fileDigest").GetString()));
        var (_, refused) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1));
        Assert.Equal("black-listed", OfficersStation.Code(refused));
        var (removal, notOurs) = await OfficersStation.PostAsync(_station.As("supervisor"), Changes, new { kind = "removal", entry = entry.GetProperty("id").GetInt64(), ground = "误列" });
        Assert.Equal((HttpStatusCode.NotFound, "not-found"), (removal, OfficersStation.Code(notOurs)));
    }

    private static Dictionary<string, object> With(int number, object representative)
    {
        var body = JsonSerializer.SerializeToElement(OfficersStation.Issuance(number)).EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value);
        body["representative"] = representative;
        return body;
    }

    private async Task<JsonElement> ProposeAsync(object change)
    {
        var (status, proposed) = await OfficersStation.PostAsync(_station.As("supervisor"), Changes, change);
        return status == HttpStatusCode.Created ? proposed : throw new InvalidOperationException(proposed.ToString());
    }

    private Task<(HttpStatusCode Status, JsonElement Body)> DecideAsync(string person, JsonElement change) => OfficersStation.PostAsync(
        _station.As(person), $"{Changes}/{change.GetProperty("id")}/confirmation", new { contentHash = change.GetProperty("contentHash").GetString() });

    private async Task ConfirmAsync(JsonElement change)
    {
        var (status, confirmed) = await DecideAsync("supervisor2", change);
        Assert.True(status == HttpStatusCode.OK, confirmed.ToString());
        Assert.Equal("confirmed", confirmed.GetProperty("state").GetString());
    }

    private async Task<IReadOnlyList<JsonElement>> EntriesAsync(string person, string query) =>
        [.. (await OfficersStation.GetAsync(_station.As(person), "/api/v1/black-list" + query)).Body.GetProperty("entries").EnumerateArray()];

    private async Task<(HttpStatusCode Status, JsonElement Body)> ImportAsync(string person, string jws)
    {
        using var content = new StringContent(jws, Encoding.ASCII);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/jose");
        using var response = await _station.As(person).PostAsync("/api/v1/black-list/imports", content, TestContext.Current.CancellationToken);
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (response.StatusCode, body.RootElement.Clone());
    }

    private string TrailText() => string.Concat(_station.Counter.Database.Rows("SELECT entry FROM audit_trail ORDER BY number").Select(hex => Encoding.UTF8.GetString(Convert.FromHexString(hex))));

    /// <summary>Everything that is kept: each column of each table, files of the database and of the publication.</summary>
    private IEnumerable<byte[]> Stored()
    {
        foreach (var (table, column) in _station.Counter.Database.Columns())
        {
            foreach (var value in _station.Counter.Database.Rows($"SELECT {column} FROM {table}"))
            {
                yield return Encoding.UTF8.GetBytes(value);
                if (value.Length % 2 == 0 && value.All(char.IsAsciiHexDigit))
                    yield return Convert.FromHexString(value);
            }
        }

        foreach (var file in Directory.EnumerateFiles(_station.Counter.Folder, "*", SearchOption.AllDirectories))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            yield return copy.ToArray();
        }
    }
}

public sealed class BlackListDoorOnSqliteTests() : BlackListDoorTests(EmbeddedDatabases.Instance);

public sealed class BlackListDoorOnPostgresTests(PostgresCluster cluster) : BlackListDoorTests(cluster);
