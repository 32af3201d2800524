using ELicense.Core;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class MatterMachineTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void The_table_in_the_documentation_is_the_machine() =>
        Assert.Equal(
            Documented(),
            MatterMachine.Arrows.Select(arrow => (arrow.From?.ToString() ?? "–", arrow.Event.ToString(), arrow.To.ToString(), arrow.Only?.ToString() ?? "")));

    public static TheoryData<MatterState, MatterEvent> EveryStateAndEvent()
    {
        var data = new TheoryData<MatterState, MatterEvent>();
        foreach (var state in Enum.GetValues<MatterState>())
        {
            foreach (var happened in new[] { MatterEvent.Edit, MatterEvent.Submit, MatterEvent.Return, MatterEvent.Reject, MatterEvent.Approve, MatterEvent.CarryOut })
                data.Add(state, happened);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryStateAndEvent))]
    public void An_event_moves_a_matter_as_the_documentation_says_or_is_a_conflict(MatterState from, MatterEvent happened)
    {
        var matter = MatterIn(from);
        var expected = Documented().Where(row => row.From == from.ToString() && row.Event == happened.ToString()).Select(row => row.To).FirstOrDefault();

        var refusal = Try(matter, happened);

        Assert.Equal(expected ?? from.ToString(), _counter.Authority.FindMatter(matter.Id)!.State.ToString());
        Assert.Equal(expected is null ? Codes.StateConflict : null, refusal?.Code);
    }

    private Matter MatterIn(MatterState state)
    {
        var (authority, content) = (_counter.Authority, Enterprise.Issuance(Enterprise.Draft(1) with { TermFrom = "2020-05-01", TermTo = "2026-11-22" }));
        if (state == MatterState.Draft)
            return authority.Draft(Counter.Clerk, content);
        if (state == MatterState.Lapsed)
            return LapsedLossReport();
        var matter = _counter.Apply(content);
        var seen = new Approval(matter.Id, matter.ContentHash);
        switch (state)
        {
            case MatterState.Returned:
                Assert.True(authority.TryReturn(Counter.Approver, seen, "住所证明不全", out _, out _));
                break;
            case MatterState.Rejected:
                Assert.True(authority.TryReject(Counter.Approver, seen, "名称与已登记的相同", out _, out _));
                break;
            case MatterState.Approved:
                _counter.Approve(matter);
                break;
            case MatterState.Done:
                authority.CarryOut([_counter.Approve(matter)]);
                break;
            case MatterState.Refused:
                var approved = _counter.Approve(matter);
                _counter.Clock.Now += TimeSpan.FromDays(1);
                authority.CarryOut([approved]);
                break;
        }
        Assert.Equal(state, authority.FindMatter(matter.Id)!.State);
        return matter;
    }

    private Matter LapsedLossReport()
    {
        var license = _counter.Issue(2);
        var report = _counter.Apply(Counter.About(_counter.Certify(license.Number), MatterType.LossReport));
        _counter.Clock.Now += TimeSpan.FromHours(72);
        Assert.Equal(1, _counter.Authority.LapseLossReports());
        return report;
    }

    private Refusal? Try(Matter matter, MatterEvent happened)
    {
        var (authority, seen) = (_counter.Authority, new Approval(matter.Id, matter.ContentHash));
        Refusal refusal;
        var passed = happened switch
        {
            MatterEvent.Edit => authority.TryEdit(Counter.Clerk, seen, Enterprise.Issuance(3), out _, out refusal),
            MatterEvent.Submit => authority.TrySubmit(Counter.Clerk, seen, out _, out refusal),
            MatterEvent.Return => authority.TryReturn(Counter.Approver, seen, "补正", out _, out refusal),
            MatterEvent.Reject => authority.TryReject(Counter.Approver, seen, "不符", out _, out refusal),
            MatterEvent.Approve => authority.TryApprove(Counter.Approver, matter.Id, matter.ContentHash, out _, out refusal),
            _ => CarryOut(matter.Id, out refusal),
        };
        return passed ? null : refusal;
    }

    private bool CarryOut(long id, out Refusal refusal)
    {
        var result = _counter.IssueLicense.Run([id])[0];
        refusal = result.Refusal ?? default;
        return result.Refusal is null;
    }

    private static IReadOnlyList<(string From, string Event, string To, string Only)> Documented()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ELicense.sln")))
            folder = folder.Parent!;
        return
        [
            .. File.ReadLines(Path.Combine(folder.FullName, "docs", "matters.md"))
                .SkipWhile(line => !line.StartsWith("| from | event |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(cells => (cells[1], cells[2], cells[3], cells[4])),
        ];
    }
}

public sealed class MatterMachineOnSqliteTests() : MatterMachineTests(EmbeddedDatabases.Instance);

public sealed class MatterMachineOnPostgresTests(PostgresCluster cluster) : MatterMachineTests(cluster);
