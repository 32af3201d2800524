using System.Data.Common;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Deadlines;

/// <summary>Supervision of deadlines (效能监察): which matters are late or nearly so, and how long matters took (docs/deadlines.md). Good for several threads.</summary>
public sealed class MatterDeadlines
{
    private readonly Register _register;
    private readonly DeadlineSettings _settings;
    private readonly TimeProvider _clock;
    private readonly WorkingCalendar _calendar;
    private readonly Lock _extending = new();
    private DateOnly _last;

    /// <summary>Brings the stored limits and calendar to what the configuration says; a limit that changed holds for what is submitted from now on.</summary>
    /// <exception cref="ArgumentException">The settings are faulty.</exception>
    public MatterDeadlines(Register register, DeadlineSettings settings, TimeProvider clock)
    {
        if (settings.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(settings));
        _register = register;
        _settings = settings;
        _clock = clock;
        _calendar = new WorkingCalendar(settings);
        Store(limits: true);
    }

    private DateOnly Today => ChinaTime.Today(_clock.GetUtcNow());

    /// <summary>Open matters of a colour at those offices, oldest first.</summary>
    /// <param name="after">Id of the last one of the page before; 0 for the first page.</param>
    public IReadOnlyList<MatterDeadline> Find(DeadlineColour colour, IEnumerable<int> offices, long after, int limit)
    {
        var today = Through(Today);
        using var transaction = _register.Read();
        return new DeadlineStore(transaction).List(
            row => Read(row, today), today, _settings.YellowPercent, colour, [.. offices.Select(office => (long)office)], after, limit);
    }

    /// <summary>Those of these matters that the authority has to decide on or carry out, and that have a limit, by their ids.</summary>
    public IReadOnlyDictionary<long, MatterDeadline> Of(IEnumerable<long> matters)
    {
        var today = Through(Today);
        using var transaction = _register.Read();
        return new DeadlineStore(transaction).List(row => Read(row, today), today, _settings.YellowPercent, [.. matters]).ToDictionary(deadline => deadline.MatterId);
    }

    /// <summary>What ended in these months of China time, both included, at those offices; by month, office and type.</summary>
    public IReadOnlyList<DeadlineFigures> Figures(DateOnly firstMonth, DateOnly lastMonth, IEnumerable<int> offices)
    {
        Through(Today);
        using var transaction = _register.Read();
        return new DeadlineStore(transaction).Figures(
            ChinaTime.StartOf(new DateOnly(firstMonth.Year, firstMonth.Month, 1)), ChinaTime.StartOf(new DateOnly(lastMonth.Year, lastMonth.Month, 1).AddMonths(1)),
            [.. offices.Select(office => (long)office)]);
    }

    private MatterDeadline Read(DbDataReader row, DateOnly today)
    {
        var (used, allowed) = (row.GetInt64(6), row.GetInt64(7));
        return new MatterDeadline(
            row.GetInt64(0), (MatterType)row.GetInt64(1), (MatterState)row.GetInt64(2), (int)row.GetInt64(3), row.GetString(4),
            DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), used, allowed, _calendar.LastOf(today, allowed - used), (DeadlineColour)row.GetInt64(8));
    }

    /// <summary>The stored calendar ends with the next year; a process that runs on into another one extends it.</summary>
    private DateOnly Through(DateOnly today)
    {
        lock (_extending)
        {
            if (_last < today)
                Store(limits: false);
        }
        return today;
    }

    private void Store(bool limits)
    {
        var last = new DateOnly(Today.Year + 1, 12, 31);
        using var transaction = _register.Write();
        RegisterHead.Lock(transaction);
        var store = new DeadlineStore(transaction);
        store.SetCalendar([.. _calendar.Through(last)]);
        if (limits)
            store.SetLimits(_settings.Limits, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        transaction.Commit();
        _last = last;
    }
}
