using ELicense.Core;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Databases;

/// <summary>A cluster of its own, because it is crashed under load.</summary>
public sealed class PostgresRestartTests : IDisposable
{
    private const int Crashes = 3;
    private const int Batch = 20;

    private readonly PostgresCluster _cluster = new();
    private readonly Counter _counter;

    public PostgresRestartTests() => _counter = new Counter(databases: _cluster);

    public void Dispose()
    {
        _counter.Dispose();
        _cluster.Dispose();
    }

    [Fact]
    public async Task A_database_that_crashes_three_times_under_load_loses_nothing_acknowledged_doubles_nothing_and_comes_back_by_itself()
    {
        using var enough = new CancellationTokenSource();
        var acknowledged = new List<ReleasedLicense>();
        var load = Task.Run(() => IssueUntil(acknowledged, enough.Token), TestContext.Current.CancellationToken);
        for (var crash = 0; crash < Crashes; crash++)
        {
            await MoreThan(acknowledged, Count(acknowledged) + Batch, load);
            _cluster.Crash();
        }
        await MoreThan(acknowledged, Count(acknowledged) + Batch, load);
        await enough.CancelAsync();
        await load;
        _counter.Authority.FinishPending(result => Assert.NotNull(result.License));

        var numbers = _counter.Database.Rows("SELECT serial, status_index FROM prepared_licenses ORDER BY serial");
        Assert.Equal(Enumerable.Range(0, numbers.Count).Select(i => $"{i + 1},{3145728 + i}"), numbers);
        Assert.Equal(
            Enumerable.Range(0, numbers.Count).Select(position => position.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            _counter.Database.Rows("SELECT position FROM log_entries ORDER BY position"));
        Assert.Equal(numbers.Count, _counter.Scalar("SELECT count(DISTINCT credit_code) FROM licenses"));
        Assert.Equal(0, _counter.Scalar("SELECT count(*) FROM matters WHERE state = 2"));
        Assert.All(acknowledged, license =>
        {
            var found = _counter.Authority.FindLicense(license.Number)!.Newest;
            Assert.Equal((license.CreditCode, license.LogPosition, Digest.Of(license.Token.Span)), (found.CreditCode, found.LogPosition, Digest.Of(found.Token.Span)));
        });
    }

    /// <summary>A counter at work: what is not answered for certain is asked again, as an officer would.</summary>
    private void IssueUntil(List<ReleasedLicense> acknowledged, CancellationToken enough)
    {
        for (var first = 1; !enough.IsCancellationRequested; first += Batch)
        {
            var contents = Enumerable.Range(first, Batch).Select(number => (MatterContent)Enterprise.Issuance(number)).ToList();
            var applied = Ask(() => _counter.Authority.ApplyAll(Counter.Clerk, contents)).Select(result => result.Matter!).ToList();
            var approved = Approve(applied);
            var results = _counter.Authority.CarryOut(approved);
            Assert.All(results, result => Assert.NotNull(result.License));
            lock (acknowledged)
                acknowledged.AddRange(results.Select(result => result.License!));
        }
    }

    /// <summary>An approval whose answer was lost may have been committed, for some chunks or for all: then it is found approved.</summary>
    private List<ApprovedMatter> Approve(List<Matter> applied)
    {
        var results = Ask(() => _counter.Authority.ApproveAll(Counter.Approver, [.. applied.Select(matter => new Approval(matter.Id, matter.ContentHash))]));
        return [.. results.Select(result => result.Approved ?? FindApproved(result))];
    }

    private ApprovedMatter FindApproved(ApproveResult result)
    {
        Assert.Equal(Codes.StateConflict, result.Refusal!.Value.Code);
        using var transaction = _counter.Register.Read();
        using var find = ELicense.Issuance.Store.IssuanceStore.FindMatter(transaction);
        return ApprovedMatter.TryRehydrate(find.Find(MatterRow.Read, result.MatterId)!, out var approved, out _, out _, out var refusal)
            ? approved
            : throw new InvalidOperationException(refusal.ToString());
    }

    private static T Ask<T>(Func<T> question)
    {
        while (true)
        {
            try
            {
                return question();
            }
            catch (ELicense.Issuance.Store.RegisterUnavailableException e) when (e.CommitUnknown)
            {
                // Asked again: nothing is done twice.
            }
        }
    }

    private static int Count(List<ReleasedLicense> acknowledged)
    {
        lock (acknowledged)
            return acknowledged.Count;
    }

    private static async Task MoreThan(List<ReleasedLicense> acknowledged, int count, Task load)
    {
        while (Count(acknowledged) <= count)
        {
            if (load.IsCompleted)
                await load;
            await Task.Yield();
        }
    }
}
