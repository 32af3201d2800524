using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class ChangeStandingTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Theory]
    [InlineData(new[] { MatterType.Suspension }, Standing.Suspended)]
    [InlineData(new[] { MatterType.Revocation }, Standing.Revoked)]
    [InlineData(new[] { MatterType.Cancellation }, Standing.Cancelled)]
    [InlineData(new[] { MatterType.Suspension, MatterType.Resumption }, Standing.Valid)]
    [InlineData(new[] { MatterType.Suspension, MatterType.Revocation }, Standing.Revoked)]
    [InlineData(new[] { MatterType.Suspension, MatterType.Cancellation }, Standing.Cancelled)]
    [InlineData(new[] { MatterType.Revocation, MatterType.Cancellation }, Standing.Cancelled)]
    public void Each_change_of_the_lifecycle_moves_the_license_and_writes_one_entry(MatterType[] changes, Standing expected)
    {
        var license = _counter.Issue(1);

        foreach (var change in changes)
            Assert.Equal(MatterState.Done, _counter.Change(change, license).State);

        Assert.Equal(expected, _counter.Authority.FindLicense(license.Number)!.Standing);
        Assert.Equal(1 + changes.Length, _counter.Authority.Counts().LogSize);
        Assert.Equal(expected, LastEntry().Standing);
    }

    [Theory]
    [InlineData(new MatterType[0], MatterType.Resumption)]
    [InlineData(new[] { MatterType.Suspension }, MatterType.Suspension)]
    [InlineData(new[] { MatterType.Revocation }, MatterType.Suspension)]
    [InlineData(new[] { MatterType.Revocation }, MatterType.Resumption)]
    [InlineData(new[] { MatterType.Revocation }, MatterType.Revocation)]
    [InlineData(new[] { MatterType.Cancellation }, MatterType.Revocation)]
    [InlineData(new[] { MatterType.Cancellation }, MatterType.Cancellation)]
    [InlineData(new[] { MatterType.Suspension, MatterType.Resumption }, MatterType.Resumption)]
    public void A_change_without_an_arrow_in_the_lifecycle_is_refused_when_it_is_applied_for(MatterType[] before, MatterType refused)
    {
        var license = _counter.Issue(1);
        foreach (var change in before)
            _counter.Change(change, license);

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Counter.Standing(refused, license.Number), out _, out var refusal));

        Assert.Equal(Codes.TransitionRefused, refusal.Code);
    }

    [Fact]
    public void A_change_that_was_overtaken_after_approval_is_refused_and_leaves_no_entry()
    {
        var license = _counter.Issue(1);
        var suspension = _counter.Approve(_counter.Apply(Counter.Standing(MatterType.Suspension, license.Number)));
        _counter.Change(MatterType.Cancellation, license);

        var result = _counter.Authority.CarryOut([suspension])[0];

        Assert.Equal((MatterState.Refused, Codes.TransitionRefused), (result.State, result.Refusal!.Value.Code));
        Assert.Equal(2, _counter.Authority.Counts().LogSize);
    }

    [Fact]
    public void All_versions_of_the_license_are_marked_and_resumption_gives_each_its_own_standing_back()
    {
        var newest = _counter.Amend(_counter.Amend(_counter.Issue(1), 1), 1);

        Assert.Equal(MatterState.Done, _counter.Change(MatterType.Suspension, newest).State);
        Assert.Equal([Standing.Suspended, Standing.Suspended, Standing.Suspended], _counter.Standings());
        Assert.Equal(MatterState.Done, _counter.Change(MatterType.Resumption, newest).State);

        Assert.Equal([Standing.Superseded, Standing.Superseded, Standing.Valid], _counter.Standings());
        Assert.Equal(6, _counter.Scalar("SELECT count(*) FROM log_entries e JOIN matters m ON m.id = e.matter_id WHERE m.type IN (2, 3)"));
    }

    [Theory]
    [InlineData(MatterType.Revocation, Standing.Revoked)]
    [InlineData(MatterType.Cancellation, Standing.Cancelled)]
    public void A_final_change_marks_all_versions_whether_or_not_they_were_suspended(MatterType type, Standing expected)
    {
        var (first, second) = (_counter.Amend(_counter.Issue(1), 1), _counter.Amend(_counter.Issue(2), 2));
        _counter.Change(MatterType.Suspension, second);

        _counter.Change(type, first);
        _counter.Change(type, second);

        Assert.All(_counter.Standings(), standing => Assert.Equal(expected, standing));
    }

    [Fact]
    public void The_entry_states_the_reason_of_the_published_table()
    {
        var license = _counter.Issue(1);
        var reason = Reasons.All.First(reason => reason.For == StandingEvent.Revoke);

        _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(new StandingContent(MatterType.Revocation, license.Number, 1, reason.Number)))]);

        Assert.Equal(reason.Number, LastEntry().Reason);
    }

    [Fact]
    public void Issuances_and_changes_in_one_batch_are_carried_out_in_order()
    {
        var license = _counter.Issue(1);
        var batch = _counter.Approved(2, 2).Append(_counter.Approve(_counter.Apply(Counter.Standing(MatterType.Revocation, license.Number))))
            .Concat(_counter.Approved(4, 1)).ToList();

        var results = _counter.Authority.CarryOut(batch);

        Assert.Equal(batch.Select(matter => matter.Id), results.Select(result => result.MatterId));
        Assert.All(results, result => Assert.Equal(MatterState.Done, result.State));
        Assert.Equal(4, results[3].License!.LogPosition);
    }

    private LogEntry LastEntry()
    {
        var bytes = _counter.Database.Bytes("SELECT entry FROM log_entries ORDER BY position DESC LIMIT 1");
        Assert.True(LogEntry.TryDecode(bytes, out var entry, out _));
        return entry;
    }
}

public sealed class ChangeStandingOnSqliteTests() : ChangeStandingTests(EmbeddedDatabases.Instance);

public sealed class ChangeStandingOnPostgresTests(PostgresCluster cluster) : ChangeStandingTests(cluster);
