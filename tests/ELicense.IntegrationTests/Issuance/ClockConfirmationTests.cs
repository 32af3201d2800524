using ELicense.Core;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

/// <summary>Fault 14: a clock further ahead of the last signed time than the configured gap signs nothing until an officer confirms it.</summary>
public abstract class ClockConfirmationTests : IDisposable
{
    private static readonly TimeSpan Gap = TimeSpan.FromHours(72);
    private static readonly Officer Supervisor = new("person-3", "赵六", 1);

    private readonly PublishedCounter _published;

    protected ClockConfirmationTests(DatabaseServer databases)
    {
        _published = new PublishedCounter(databases: databases);
        Counter.Settings = Counter.Settings with { ClockGap = Gap };
        Counter.Reopen();
    }

    private Counter Counter => _published.Counter;

    private ClockConfirmation Confirmation => new(Counter.Register, Counter.Settings, Counter.Clock);

    public void Dispose() => _published.Dispose();

    [Fact]
    public void A_new_register_has_no_gap()
    {
        Assert.Null(Confirmation.Read().Refusal);
        Assert.Null(_published.Publish().Refusal);
        Counter.Issue(1);
    }

    [Fact]
    public void Nothing_is_signed_over_the_gap_until_a_confirmation_by_the_officers_own_clock()
    {
        var license = Counter.Issue(1);
        _published.Publish();
        Counter.Clock.Now += Gap + TimeSpan.FromSeconds(1);
        var waiting = Counter.Approve(Counter.Apply(Enterprise.Issuance(2)));

        var issued = Counter.Authority.CarryOut([waiting])[0];
        var changed = Counter.Change(MatterType.Suspension, license);
        Assert.Equal((MatterState.Approved, Codes.ClockGap), (issued.State, issued.Refusal!.Value.Code));
        Assert.Equal((MatterState.Approved, Codes.ClockGap), (changed.State, changed.Refusal!.Value.Code));
        Assert.Equal(Codes.ClockGap, _published.Publish().Refusal!.Value.Code);
        Assert.False(Confirmation.TryConfirm(Supervisor, Counter.Clock.Now - TimeSpan.FromMinutes(6), out var refusal));
        Assert.Equal(Codes.ClockDiffers, refusal.Code);
        Assert.Equal(Codes.ClockGap, _published.Publish().Refusal!.Value.Code);

        Assert.True(Confirmation.TryConfirm(Supervisor, Counter.Clock.Now + TimeSpan.FromMinutes(4), out _));
        Counter.Reopen();

        Counter.Authority.FinishPending(result => Assert.Equal(MatterState.Done, result.State));
        Assert.Equal(3, _published.Publish().Checkpoint!.Size);
        var trail = new AuditLog(Counter.Register, Counter.Clock).Read(0, 100).Where(entry => entry.Act == "confirm-clock").Select(entry => (entry.Person, entry.Result));
        Assert.Equal([("person-3", "clock-differs"), ("person-3", "ok")], trail);
    }

    [Fact]
    public void The_publishers_beat_counts_as_signed_time()
    {
        Counter.Issue(1);
        for (var day = 0; day < 5; day++)
        {
            Assert.Null(_published.Publish().Refusal);
            Counter.Clock.Now += TimeSpan.FromDays(2);
        }

        Counter.Issue(2);
    }

    [Fact]
    public void A_clock_before_the_last_signed_time_is_not_confirmed()
    {
        Counter.Issue(1);
        Counter.Clock.Now -= TimeSpan.FromHours(1);

        Assert.False(Confirmation.TryConfirm(Supervisor, Counter.Clock.Now, out var refusal));
        Assert.Equal(Codes.ClockBackwards, refusal.Code);
    }
}

public sealed class ClockConfirmationOnSqliteTests() : ClockConfirmationTests(EmbeddedDatabases.Instance);

public sealed class ClockConfirmationOnPostgresTests(PostgresCluster cluster) : ClockConfirmationTests(cluster);
