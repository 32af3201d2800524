using System.Net;
using ELicense.Authority;
using ELicense.Core;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Audit;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>What the door refuses is in the audit trail, and nobody can fill it.</summary>
public abstract class DoorTrailTests(DatabaseServer databases) : IAsyncLifetime
{
    private const string Me = "/api/v1/me";

    private OfficersStation _station = null!;

    private IReadOnlyList<AuditEntry> Trail => _station.Trail.Read(0, 10_000);

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync(databases: databases);

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task A_stranger_is_in_the_trail_with_address_call_and_code()
    {
        await OfficersStation.GetAsync(_station.Client(null), Me);

        AssertEntry(null, "me", Me, "certificate-missing");
    }

    [Fact]
    public async Task Who_is_known_by_a_certificate_that_is_refused_stands_by_name()
    {
        _station.Counter.Sql("UPDATE persons SET withdrawn_ms = 1 WHERE id = 'clerk'");

        await OfficersStation.GetAsync(_station.As("clerk"), Me);

        AssertEntry("clerk", "me", Me, "officer-withdrawn");
    }

    [Fact]
    public async Task A_call_without_the_role_is_in_the_trail()
    {
        await OfficersStation.PostAsync(_station.As("auditor"), "/api/v1/applications/17/approval", new { });

        AssertEntry("auditor", "approve", "/api/v1/applications/17/approval", "right-missing");
    }

    [Fact]
    public async Task An_address_that_is_no_call_is_in_the_trail()
    {
        await OfficersStation.GetAsync(_station.Client(null), "/console");

        AssertEntry(null, "unknown-call", "/console", "certificate-missing");
    }

    [Fact]
    public async Task Repeats_within_a_minute_are_one_more_entry_that_counts_them()
    {
        var stranger = _station.Client(null);
        for (var i = 0; i < 30; i++)
            await OfficersStation.GetAsync(stranger, Me);
        Assert.Single(Trail);

        _station.Counter.Clock.Now += TimeSpan.FromMinutes(1);
        await Eventually.IsAsync(() => Trail.Count == 2);

        Assert.Equal((Me + " +29", "certificate-missing"), (Trail[1].Subject, Trail[1].Result));
        await OfficersStation.GetAsync(stranger, Me);
        Assert.Equal(Me, Trail[2].Subject);
    }

    [Fact]
    public void Many_strangers_share_one_entry_while_an_officer_keeps_the_own()
    {
        var door = new DoorRefusals(_station.Trail, _station.Counter.Clock);
        for (var i = 0; i < 500; i++)
            door.Record(From(new IPAddress([10, 0, (byte)(i >> 8), (byte)i])), null, new Refusal(Codes.CertificateMissing, ""));
        door.Record(From(IPAddress.Loopback), new ELicense.Issuance.Officer("clerk", "clerk", 1), new Refusal(Codes.RightMissing, ""));
        door.Close(all: true);

        Assert.Equal(100 + 1 + 1 + 1, Trail.Count);
        Assert.Equal("many addresses +399", Assert.Single(Trail, entry => entry.Subject!.Contains('+', StringComparison.Ordinal)).Subject);
        Assert.Equal("right-missing", Assert.Single(Trail, entry => entry.Person == "clerk").Result);
    }

    [Fact]
    public void Addresses_of_one_subscriber_are_one_stranger()
    {
        var door = new DoorRefusals(_station.Trail, _station.Counter.Clock);
        foreach (var address in (string[])["2001:db8:1:2::1", "2001:db8:1:2:ffff::2", "2001:db8:1:3::1"])
            door.Record(From(IPAddress.Parse(address)), null, new Refusal(Codes.CertificateMissing, ""));

        Assert.Equal(["officers 2001:db8:1:2::1", "officers 2001:db8:1:3::1"], Trail.Select(entry => entry.Origin));
    }

    private static DefaultHttpContext From(IPAddress address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address;
        return context;
    }

    private void AssertEntry(string? person, string act, string subject, string result)
    {
        var entry = Assert.Single(Trail);
        Assert.Equal((person, act, subject, result), (entry.Person, entry.Act, entry.Subject, entry.Result));
        Assert.Matches("^officers (::ffff:)?127\\.0\\.0\\.1$", entry.Origin);
    }
}

public sealed class DoorTrailOnSqliteTests() : DoorTrailTests(EmbeddedDatabases.Instance);

public sealed class DoorTrailOnPostgresTests(PostgresCluster cluster) : DoorTrailTests(cluster);
