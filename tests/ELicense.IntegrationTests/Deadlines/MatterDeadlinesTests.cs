using System.Globalization;
using ELicense.IntegrationTests.Databases;
using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Deadlines;
using ELicense.Issuance.Matters;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Deadlines;

/// <summary>
/// Counted by hand on the calendar of autumn 2026, 国务院办公厅关于2026年部分节假日安排的通知: Friday 25 to Sunday 27 September off; Sunday 20 September worked;
/// Thursday 1 to Wednesday 7 October off; Saturday 10 October worked.
/// </summary>
public abstract class MatterDeadlinesTests : IDisposable
{
    private static readonly DeadlineSettings Autumn = new()
    {
        DaysOff = Days("2026-09-25", "2026-09-26", "2026-09-27", "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07"),
        WorkedDays = Days("2026-09-20", "2026-10-10"),
    };

    private readonly Counter _counter;

    protected MatterDeadlinesTests(DatabaseServer databases)
    {
        _counter = new Counter(databases: databases);
        At("2026-09-01 09:00");
    }

    public void Dispose() => _counter.Dispose();

    [Theory]
    // The days off do not count, nor does the day of submission; 8 and 9 October and the worked Saturday do.
    [InlineData("2026-09-30 10:00", "2026-10-07 10:00", DeadlineColour.Green, 0, "2026-10-10")]
    [InlineData("2026-09-30 10:00", "2026-10-09 10:00", DeadlineColour.Green, 2, "2026-10-10")]
    [InlineData("2026-09-30 10:00", "2026-10-10 23:59", DeadlineColour.Yellow, 3, "2026-10-10")]
    [InlineData("2026-09-30 10:00", "2026-10-11 00:00", DeadlineColour.Red, 3, "2026-10-10")]
    [InlineData("2026-09-30 10:00", "2026-10-12 10:00", DeadlineColour.Red, 4, "2026-10-10")]
    // 23:30 in China is still that day, whatever it is in Greenwich; 00:30 is the next one, and a day off.
    [InlineData("2026-09-30 23:30", "2026-10-08 00:30", DeadlineColour.Green, 1, "2026-10-10")]
    [InlineData("2026-10-01 00:30", "2026-10-08 00:30", DeadlineColour.Green, 1, "2026-10-10")]
    // Submitted on a Saturday; a plain week follows.
    [InlineData("2026-10-17 12:00", "2026-10-17 18:00", DeadlineColour.Green, 0, "2026-10-21")]
    [InlineData("2026-10-17 12:00", "2026-10-22 08:00", DeadlineColour.Red, 4, "2026-10-21")]
    public void The_clock_counts_working_days_of_China(string applied, string now, DeadlineColour colour, long workingDays, string dueOn)
    {
        var deadlines = Deadlines(Autumn);
        At(applied);
        var matter = _counter.Apply(Enterprise.Issuance(1));
        At(now);

        var found = deadlines.Of([matter.Id])[matter.Id];

        Assert.Equal((colour, workingDays, 3L, Day(dueOn)), (found.Colour, found.WorkingDays, found.Limit, found.DueOn));
        Assert.Equal(colour == DeadlineColour.Red ? [matter.Id] : [], Ids(deadlines, DeadlineColour.Red));
        Assert.Equal(colour == DeadlineColour.Yellow ? [matter.Id] : [], Ids(deadlines, DeadlineColour.Yellow));
    }

    [Fact]
    public void The_clock_stands_while_the_matter_lies_with_its_applicant_and_goes_on_where_it_stood()
    {
        var deadlines = Deadlines(Autumn);
        At("2026-10-12 09:00");
        var matter = _counter.Apply(Enterprise.Issuance(1));
        At("2026-10-14 16:00");
        Return(matter);
        At("2026-11-30 09:00");
        Assert.Empty(deadlines.Of([matter.Id]));

        At("2026-12-01 09:00");
        Submit(matter);

        // Two of three days were used on 13 and 14 October: the third is 2 December.
        var found = deadlines.Of([matter.Id])[matter.Id];
        Assert.Equal((DeadlineColour.Green, 2L, Day("2026-12-02")), (found.Colour, found.WorkingDays, found.DueOn));
        At("2026-12-03 00:00");
        Assert.Equal(DeadlineColour.Red, deadlines.Of([matter.Id])[matter.Id].Colour);
    }

    [Fact]
    public void The_clock_runs_until_an_approved_matter_is_carried_out_and_no_longer()
    {
        var deadlines = Deadlines(Autumn);
        At("2026-10-12 09:00");
        var draft = _counter.Authority.Draft(Counter.Clerk, Enterprise.Issuance(2));
        var approved = _counter.Approve(_counter.Apply(Enterprise.Issuance(1)));
        At("2026-10-16 09:00");
        Assert.Equal([approved.Id], Ids(deadlines, DeadlineColour.Red));

        _counter.Authority.CarryOut([approved]);

        Assert.Empty(Ids(deadlines, DeadlineColour.Red));
        Assert.Empty(deadlines.Of([approved.Id, draft.Id]));
    }

    [Fact]
    public void Late_matters_come_in_pages_and_only_from_the_offices_asked_for()
    {
        var deadlines = Deadlines(Autumn);
        At("2026-10-12 09:00");
        var ids = Enumerable.Range(1, 5).Select(number => _counter.Apply(Enterprise.Issuance(number)).Id).ToList();
        At("2026-10-20 09:00");

        var first = deadlines.Find(DeadlineColour.Red, [1, 7], 0, 3);
        var rest = deadlines.Find(DeadlineColour.Red, [1, 7], first[^1].MatterId, 3);

        Assert.Equal(ids, first.Concat(rest).Select(late => late.MatterId));
        Assert.Empty(deadlines.Find(DeadlineColour.Red, [7], 0, 3));
    }

    [Fact]
    public void Figures_tell_how_many_ended_in_a_month_and_how_long_they_took()
    {
        var deadlines = Deadlines(Autumn);
        At("2026-09-21 09:00");
        var (quick, lastDay, holiday) = (Apply(1), Apply(2), Apply(3));
        At("2026-09-21 09:10");
        Reject(quick); // 600 s
        At("2026-09-24 17:00");
        CarryOut(lastDay); // 3 d 8 h = 288,000 s, on the third working day
        At("2026-09-25 10:00");
        CarryOut(holiday); // 4 d 1 h = 349,200 s, on the day off after the third working day: too late
        At("2026-09-30 10:00");
        var returned = Apply(4);
        At("2026-09-30 23:30");
        var midnight = Apply(5);
        At("2026-10-01 00:30");
        Reject(midnight); // 3,600 s, in October
        At("2026-10-08 10:00");
        Return(returned); // 8 d, one of them worked
        At("2026-10-12 09:00");
        Submit(returned);
        At("2026-10-13 09:00");
        Reject(returned); // one more day: 777,600 s, 2 working days
        At("2026-10-13 09:01");
        Apply(6); // does not end

        Assert.Equal(
            [
                new DeadlineFigures(Day("2026-09-01"), 1, MatterType.Issuance, 3, 2, 1, Seconds(288_000), Seconds(349_200), Seconds(349_200), 3),
                new DeadlineFigures(Day("2026-10-01"), 1, MatterType.Issuance, 2, 2, 0, Seconds(3_600), Seconds(777_600), Seconds(777_600), 2),
            ],
            deadlines.Figures(Day("2026-09-01"), Day("2026-10-31"), [1]));
        Assert.Equal(3, Assert.Single(deadlines.Figures(Day("2026-09-30"), Day("2026-09-30"), [1])).Count);
        Assert.Empty(deadlines.Figures(Day("2026-11-01"), Day("2026-11-01"), [1]));
        Assert.Empty(deadlines.Figures(Day("2026-09-01"), Day("2026-10-01"), [2]));
    }

    [Fact]
    public void A_matter_keeps_the_limit_of_when_it_was_submitted()
    {
        Deadlines(Autumn);
        At("2026-10-12 09:00");
        var before = Apply(1);
        At("2026-10-12 10:00");
        var deadlines = Deadlines(Autumn with { Limits = new Dictionary<MatterType, int> { [MatterType.Issuance] = 1 } });
        var after = Apply(2);
        At("2026-10-14 09:00");

        var found = deadlines.Of([before.Id, after.Id]);

        Assert.Equal((3L, DeadlineColour.Green), (found[before.Id].Limit, found[before.Id].Colour));
        Assert.Equal((1L, DeadlineColour.Red), (found[after.Id].Limit, found[after.Id].Colour));
        Reject(before);
        Reject(after);
        var figures = Assert.Single(deadlines.Figures(Day("2026-10-01"), Day("2026-10-01"), [1]));
        Assert.Equal((2L, 1L, 1L), (figures.Count, figures.OnTime, figures.Late));
    }

    [Fact]
    public void A_type_without_a_limit_is_neither_late_nor_on_time()
    {
        var deadlines = Deadlines(Autumn with { Limits = new Dictionary<MatterType, int>() });
        At("2026-10-12 09:00");
        var matter = Apply(1);
        At("2026-12-12 09:00");
        Assert.Empty(deadlines.Of([matter.Id]));

        Reject(matter);

        var figures = Assert.Single(deadlines.Figures(Day("2026-12-01"), Day("2026-12-01"), [1]));
        Assert.Equal((1L, 0L, 0L), (figures.Count, figures.OnTime, figures.Late));
    }

    [Fact]
    public void Another_calendar_counts_for_what_is_open()
    {
        Deadlines(new DeadlineSettings());
        At("2026-09-30 10:00");
        var matter = Apply(1);
        At("2026-10-08 10:00");

        Assert.Equal(DeadlineColour.Red, Deadlines(new DeadlineSettings()).Of([matter.Id])[matter.Id].Colour);
        Assert.Equal(DeadlineColour.Green, Deadlines(Autumn).Of([matter.Id])[matter.Id].Colour);
    }

    [Fact]
    public void A_process_that_runs_on_for_years_goes_on_counting()
    {
        var deadlines = Deadlines(Autumn);
        At("2029-05-07 09:00");
        var matter = Apply(1);
        At("2029-05-10 09:00");

        Assert.Equal((DeadlineColour.Yellow, Day("2029-05-10")), (deadlines.Of([matter.Id])[matter.Id].Colour, deadlines.Of([matter.Id])[matter.Id].DueOn));
    }

    [Fact]
    public void A_matter_that_lay_with_its_applicant_when_the_register_was_migrated_keeps_what_was_used()
    {
        At("2026-10-12 09:00");
        var matter = Apply(1);
        At("2026-10-14 16:00");
        Return(matter);

        MigrateAgain();

        At("2026-12-01 09:00");
        Submit(matter);
        Assert.Equal(2, Deadlines(Autumn).Of([matter.Id])[matter.Id].WorkingDays);
    }

    [Theory]
    [InlineData("UPDATE matter_turns SET to_ms = from_ms")]
    [InlineData("DELETE FROM matter_turns")]
    [InlineData("UPDATE matter_limits SET working_days = 30")]
    [InlineData("DELETE FROM matter_limits")]
    public void What_was_counted_is_not_changed_afterwards(string sql)
    {
        Deadlines(Autumn);
        Return(Apply(1));

        Assert.Contains("append-only", Assert.ThrowsAny<System.Data.Common.DbException>(() => _counter.Sql(sql)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Deadlines(Autumn with { WorkedDays = Days("2026-10-01") }));
        Assert.Throws<ArgumentException>(() => Deadlines(Autumn with { YellowPercent = 0 }));
        Assert.Throws<ArgumentException>(() => Deadlines(Autumn with { Limits = new Dictionary<MatterType, int> { [MatterType.Issuance] = 0 } }));
    }

    /// <summary>As it was before the migration, which is run again on what is stored.</summary>
    private void MigrateAgain()
    {
        foreach (var dropped in (string[])["TABLE matter_turns", "TABLE matter_limits", "TABLE calendar_days", "INDEX finished_matters"])
            _counter.Sql("DROP " + dropped);
        _counter.Sql(File.ReadAllText(Path.Combine(
            FormatsDocument.RepositoryRoot, "src", "ELicense.Issuance", "Store", "Migrations", "008-deadlines.sql")));
    }

    private MatterDeadlines Deadlines(DeadlineSettings settings) => new(_counter.Register, settings, _counter.Clock);

    /// <param name="time">In China.</param>
    private void At(string time) => _counter.Clock.Now = DateTimeOffset.Parse(time + " +08:00", CultureInfo.InvariantCulture);

    private Matter Apply(int number) => _counter.Apply(Enterprise.Issuance(number));

    private void CarryOut(Matter matter) => Assert.Equal(MatterState.Done, _counter.Authority.CarryOut([_counter.Approve(matter)])[0].State);

    private void Reject(Matter matter) => Assert.True(_counter.Authority.TryReject(Counter.Approver, Seen(matter), "不符", out _, out _));

    private void Return(Matter matter) => Assert.True(_counter.Authority.TryReturn(Counter.Approver, Seen(matter), "补正", out _, out _));

    private void Submit(Matter matter) => Assert.True(_counter.Authority.TrySubmit(Counter.Clerk, Seen(matter), out _, out _));

    private static IEnumerable<long> Ids(MatterDeadlines deadlines, DeadlineColour colour) => deadlines.Find(colour, [1], 0, 10).Select(late => late.MatterId);

    private static Approval Seen(Matter matter) => new(matter.Id, matter.ContentHash);

    private static HashSet<DateOnly> Days(params string[] days) => [.. days.Select(Day)];

    private static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static TimeSpan Seconds(long seconds) => TimeSpan.FromSeconds(seconds);
}

public sealed class MatterDeadlinesOnSqliteTests() : MatterDeadlinesTests(EmbeddedDatabases.Instance);

public sealed class MatterDeadlinesOnPostgresTests(PostgresCluster cluster) : MatterDeadlinesTests(cluster);
