namespace ELicense.Issuance.Deadlines;

/// <summary>Counts working days (工作日) from the first day of the calendar on.</summary>
internal sealed class WorkingCalendar(DeadlineSettings settings)
{
    /// <summary>Before any register of this project.</summary>
    public static readonly DateOnly First = new(2020, 1, 1);

    public bool IsWorked(DateOnly day) =>
        settings.WorkedDays.Contains(day) || (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !settings.DaysOff.Contains(day));

    /// <summary>Every day from the first to the last one, with the working days up to and with it.</summary>
    public IEnumerable<CalendarDay> Through(DateOnly last)
    {
        var workingDays = 0;
        for (var day = First; day <= last; day = day.AddDays(1))
        {
            var worked = IsWorked(day);
            workingDays += worked ? 1 : 0;
            yield return new CalendarDay(day, worked, workingDays);
        }
    }

    /// <summary>The last day of a limit of which so many working days are left today; negative: it was over so many ago.</summary>
    public DateOnly LastOf(DateOnly today, long left)
    {
        var day = today;
        for (; left > 0; left -= IsWorked(day) ? 1 : 0)
            day = day.AddDays(1);
        for (; left < 0 || !IsWorked(day); day = day.AddDays(-1))
            left += IsWorked(day) ? 1 : 0;
        return day;
    }
}

/// <param name="WorkingDays">Since the first day of the calendar, this day included.</param>
internal readonly record struct CalendarDay(DateOnly Day, bool IsWorked, int WorkingDays);
