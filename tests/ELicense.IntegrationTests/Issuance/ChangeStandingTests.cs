using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public sealed class ChangeStandingTests : IDisposable
{
    private readonly Counter _counter = new();

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

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, new StandingContent(refused, license.Number, 1, 0), out _, out var refusal));

        Assert.Equal(Codes.TransitionRefused, refusal.Code);
    }

    [Fact]
    public void A_change_that_was_overtaken_after_approval_is_refused_and_leaves_no_entry()
    {
        var license = _counter.Issue(1);
        var suspension = _counter.Approve(_counter.Apply(new StandingContent(MatterType.Suspension, license.Number, 1, 0)));
        _counter.Change(MatterType.Cancellation, license);

        var result = _counter.Authority.CarryOut([suspension])[0];

        Assert.Equal((MatterState.Refused, Codes.TransitionRefused), (result.State, result.Refusal!.Value.Code));
        Assert.Equal(2, _counter.Authority.Counts().LogSize);
    }

    [Fact]
    public void All_versions_of_the_license_are_marked_and_resumption_gives_each_its_own_standing_back()
    {
        var license = _counter.Issue(1);
        GiveASecondVersion();

        Change(MatterType.Suspension, license.Number);
        Assert.Equal(2, _counter.Scalar("SELECT count(*) FROM standings WHERE standing = 2"));
        Change(MatterType.Resumption, license.Number);

        Assert.Equal((long)Standing.Superseded, _counter.Scalar("SELECT standing FROM standings ORDER BY status_index LIMIT 1"));
        Assert.Equal((long)Standing.Valid, _counter.Scalar("SELECT standing FROM standings ORDER BY status_index DESC LIMIT 1"));
        Assert.Equal(4, _counter.Scalar("SELECT count(*) FROM log_entries e JOIN matters m ON m.id = e.matter_id WHERE m.type IN (2, 3)"));
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
        var batch = _counter.Approved(2, 2).Append(_counter.Approve(_counter.Apply(new StandingContent(MatterType.Revocation, license.Number, 1, 0))))
            .Concat(_counter.Approved(4, 1)).ToList();

        var results = _counter.Authority.CarryOut(batch);

        Assert.Equal(batch.Select(matter => matter.Id), results.Select(result => result.MatterId));
        Assert.All(results, result => Assert.Equal(MatterState.Done, result.State));
        Assert.Equal(4, results[3].License!.LogPosition);
    }

    private void Change(MatterType type, LicenseNumber number) =>
        Assert.Equal(MatterState.Done, _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(new StandingContent(type, number, 2, 0)))])[0].State);

    /// <summary>As an amendment leaves it: the first version superseded, a second one valid.</summary>
    private void GiveASecondVersion()
    {
        _counter.Issue(2);
        _counter.Sql(
            """
            DROP TRIGGER prepared_licenses_are_not_updated;
            UPDATE prepared_licenses SET serial = 1, version = 2 WHERE serial = 2;
            DELETE FROM licenses WHERE serial = 2;
            UPDATE licenses SET newest_version = 2 WHERE serial = 1;
            UPDATE standings SET standing = 3, before_suspension = 3 WHERE status_index = (SELECT min(status_index) FROM standings);
            """);
    }

    private LogEntry LastEntry()
    {
        var bytes = Convert.FromHexString(_counter.Text("SELECT hex(entry) FROM log_entries ORDER BY position DESC LIMIT 1"));
        Assert.True(LogEntry.TryDecode(bytes, out var entry, out _));
        return entry;
    }
}
