using System.Net;
using ELicense.Cryptography.Keys;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

public abstract class IdempotencyTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Applications = "/api/v1/applications";

    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task The_same_key_and_body_give_the_same_answer_even_after_the_matter_moved_on()
    {
        var (_, first) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1), "key-1");
        await OfficersStation.ApproveAsync(_station.As("approver"), first);

        var (status, again) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1), "key-1");

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(first.ToString(), again.ToString());
        Assert.Equal(1, _station.Counter.Scalar("SELECT count(*) FROM matters"));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1), "key-1");

        var (status, problem) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(2), "key-1");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("idempotency-key-reused", OfficersStation.Code(problem));
    }

    [Fact]
    public async Task A_key_belongs_to_one_person()
    {
        _station.Enrol("clerk2", 1, new ELicense.Issuance.People.RoleGrant(ELicense.Issuance.People.OfficerRole.Clerk, 1));
        await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1), "key-1");

        Assert.Equal(HttpStatusCode.Created, (await OfficersStation.PostAsync(_station.As("clerk2"), Applications, OfficersStation.Issuance(2), "key-1")).Status);
    }

    [Fact]
    public async Task After_seven_days_the_answer_is_gone_and_the_key_is_new()
    {
        await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1), "key-1");
        _station.Counter.Clock.Now += TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1);
        Assert.Equal("idempotency-key-reused", OfficersStation.Code((await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(2), "key-1")).Body));

        _station.Counter.Clock.Now += TimeSpan.FromSeconds(2);
        await Eventually.IsAsync(() => _station.Counter.Scalar("SELECT count(*) FROM idempotency_keys") == 0);

        Assert.Equal(HttpStatusCode.Created, (await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(2), "key-1")).Status);
    }

    [Fact]
    public async Task A_key_that_is_no_key_is_refused()
    {
        var (status, problem) = await OfficersStation.PostAsync(_station.As("clerk"), Applications, OfficersStation.Issuance(1), new string('k', 65));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("malformed", OfficersStation.Code(problem));
    }
}

/// <summary>A token that fails while an approved matter is carried out.</summary>
public abstract class TokenAwayTests(DatabaseServer databases) : IAsyncLifetime
{
    private readonly FaultySigningKey _key = new(SoftwareSigningKey.Generate(Suite.Es256));
    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(license: _key, databases: databases);

    public async ValueTask DisposeAsync()
    {
        await _station.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task The_approval_stands_the_caller_is_told_and_the_matter_is_finished_by_itself()
    {
        var (_, applied) = await OfficersStation.PostAsync(_station.As("clerk"), "/api/v1/applications", OfficersStation.Issuance(1));
        _key.ThrowAlways = true;
        var (status, problem) = await OfficersStation.ApproveAsync(_station.As("approver"), applied);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("token-failed", OfficersStation.Code(problem));
        Assert.Equal("approved", problem.GetProperty("state").GetString());

        _key.ThrowAlways = false;
        string? state;
        do
        {
            state = (await OfficersStation.GetAsync(_station.As("clerk"), $"/api/v1/applications/{applied.GetProperty("id")}")).Body.GetProperty("state").GetString();
        }
        while (state == "approved" && !TestContext.Current.CancellationToken.IsCancellationRequested);
        Assert.Equal("done", state);
    }
}

public sealed class IdempotencyOnSqliteTests() : IdempotencyTests(EmbeddedDatabases.Instance);

public sealed class IdempotencyOnPostgresTests(PostgresCluster cluster) : IdempotencyTests(cluster);

public sealed class TokenAwayOnSqliteTests() : TokenAwayTests(EmbeddedDatabases.Instance);

public sealed class TokenAwayOnPostgresTests(PostgresCluster cluster) : TokenAwayTests(cluster);
