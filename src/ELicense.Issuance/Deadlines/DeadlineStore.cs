using System.Data.Common;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Deadlines;

/// <summary>The statements about deadlines: colours and figures are computed by the database.</summary>
internal sealed class DeadlineStore(RegisterTransaction transaction)
{
    // Milliseconds since 1970 to days since 0001-01-01, in China time (UTC+8): 719162 is 1970-01-01.
    private const string DayOfApplying = "(m.applied_ms + 28800000) / 86400000 + 719162";
    private const string DayOfFinishing = "(m.finished_ms + 28800000) / 86400000 + 719162";

    // A limit is over when so many working days are over: the last one counts until its end, and a day off after it is too late.
    private const string Terms =
        """
        limits AS (
            SELECT type, working_days, since_ms, lead(since_ms, 1, 9223372036854775807) OVER (PARTITION BY type ORDER BY since_ms) AS until_ms FROM matter_limits
        ),
        turns AS (
            SELECT t.matter_id, CAST(sum(t.to_ms - t.from_ms) AS BIGINT) AS ms, CAST(sum(e.working_days - s.working_days) AS BIGINT) AS days
            FROM matter_turns t
            JOIN calendar_days s ON s.day = (t.from_ms + 28800000) / 86400000 + 719162
            JOIN calendar_days e ON e.day = (t.to_ms + 28800000) / 86400000 + 719162
            GROUP BY t.matter_id
        )
        """;

    private const string Judged =
        $"""
        WITH {Terms},
        running AS (
            SELECT m.id, m.type, m.state, m.office, m.applicant, m.applied_ms, l.working_days AS allowed,
                today.working_days - s.working_days + coalesce(t.days, 0) AS used, today.worked
            FROM matters m
            JOIN limits l ON l.type = m.type AND l.since_ms <= m.applied_ms AND m.applied_ms < l.until_ms AND l.working_days IS NOT NULL
            JOIN calendar_days s ON s.day = {DayOfApplying}
            JOIN calendar_days today ON today.day = @today
            LEFT JOIN turns t ON t.matter_id = m.id
            WHERE m.phase = 0
        ),
        judged AS (
            SELECT *, CASE WHEN used - worked >= allowed THEN 3 WHEN used * 100 >= allowed * @yellow THEN 2 ELSE 1 END AS colour FROM running
        )
        SELECT id, type, state, office, applicant, applied_ms, used, allowed, colour FROM judged
        """;

    /// <summary>Open matters of a colour at those offices, oldest first.</summary>
    public IReadOnlyList<T> List<T>(Func<DbDataReader, T> read, DateOnly today, int yellowPercent, DeadlineColour colour, IReadOnlyCollection<long> offices, long after, int limit)
    {
        using var find = new BulkStatement(
            transaction, $"{Judged} WHERE colour = @colour AND id > @after AND {transaction.Dialect.Among("office")} ORDER BY id LIMIT @limit",
            "today", "yellow", "colour", "after", "keys", "limit");
        return find.List(read, (long)today.DayNumber, (long)yellowPercent, (long)colour, after, transaction.Dialect.Keys(offices), (long)limit);
    }

    /// <summary>Those of the matters that are open and have a limit.</summary>
    public IReadOnlyList<T> List<T>(Func<DbDataReader, T> read, DateOnly today, int yellowPercent, IReadOnlyCollection<long> matters)
    {
        using var find = new BulkStatement(transaction, $"{Judged} WHERE {transaction.Dialect.Among("id")}", "today", "yellow", "keys");
        return find.List(read, (long)today.DayNumber, (long)yellowPercent, transaction.Dialect.Keys(matters));
    }

    /// <summary>By month, office and type, of matters that ended from an instant on and before another.</summary>
    public IReadOnlyList<DeadlineFigures> Figures(DateTimeOffset from, DateTimeOffset to, IReadOnlyCollection<long> offices)
    {
        using var find = new BulkStatement(
            transaction,
            $"""
            WITH {Terms},
            taken AS (
                SELECT e.month, m.office, m.type, m.finished_ms - m.applied_ms + coalesce(t.ms, 0) AS ms,
                    e.working_days - s.working_days + coalesce(t.days, 0) AS days, e.worked, l.working_days AS allowed
                FROM matters m
                JOIN calendar_days s ON s.day = {DayOfApplying}
                JOIN calendar_days e ON e.day = {DayOfFinishing}
                LEFT JOIN limits l ON l.type = m.type AND l.since_ms <= m.applied_ms AND m.applied_ms < l.until_ms
                LEFT JOIN turns t ON t.matter_id = m.id
                WHERE m.finished_ms >= @from AND m.finished_ms < @to AND {transaction.Dialect.Among("m.office")}
            ),
            ranked AS (
                SELECT *, row_number() OVER (PARTITION BY month, office, type ORDER BY ms) AS place, count(*) OVER (PARTITION BY month, office, type) AS total
                FROM taken
            )
            SELECT month, office, type, count(*), sum(CASE WHEN days - worked < allowed THEN 1 ELSE 0 END), sum(CASE WHEN days - worked >= allowed THEN 1 ELSE 0 END),
                max(CASE WHEN place = (total + 1) / 2 THEN ms END), max(CASE WHEN place = (total * 9 + 9) / 10 THEN ms END), max(ms), max(days)
            FROM ranked GROUP BY month, office, type ORDER BY month, office, type
            """,
            "from", "to", "keys");
        return find.List(
            row => new DeadlineFigures(
                new DateOnly((int)(row.GetInt64(0) / 12), (int)(row.GetInt64(0) % 12) + 1, 1), (int)row.GetInt64(1), (MatterType)row.GetInt64(2), row.GetInt64(3),
                row.GetInt64(4), row.GetInt64(5), Time(row, 6), Time(row, 7), Time(row, 8), row.GetInt64(9)),
            from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), transaction.Dialect.Keys(offices));

        static TimeSpan Time(DbDataReader row, int column) => TimeSpan.FromMilliseconds(row.GetInt64(column));
    }

    /// <summary>Brings the stored calendar to the configured one.</summary>
    public void SetCalendar(IReadOnlyList<CalendarDay> days)
    {
        using (var stored = new BulkStatement(
            transaction, "SELECT day, worked, working_days FROM calendar_days ORDER BY day"))
        {
            if (stored.List(row => new CalendarDay(DateOnly.FromDayNumber((int)row.GetInt64(0)), row.GetInt64(1) == 1, (int)row.GetInt64(2))).SequenceEqual(days))
                return;
        }

        transaction.Execute("DELETE FROM calendar_days");
        var insert = new BulkInsert(transaction, "calendar_days", "day", "worked", "working_days", "month");
        foreach (var (day, isWorked, workingDays) in days)
            insert.Add((long)day.DayNumber, isWorked ? 1L : 0L, (long)workingDays, ((long)day.Year * 12) + day.Month - 1);
    }

    /// <summary>Brings the limits in force to the configured ones. The first of a type was always in force.</summary>
    public void SetLimits(IReadOnlyDictionary<MatterType, int> limits, long nowMs)
    {
        using var newest = new BulkStatement(
            transaction, "SELECT since_ms, working_days FROM matter_limits WHERE type = @type ORDER BY since_ms DESC LIMIT 1", "type");
        var insert = new BulkInsert(transaction, "matter_limits", "type", "since_ms", "working_days");
        foreach (var type in Enum.GetValues<MatterType>())
        {
            long? wanted = limits.TryGetValue(type, out var days) ? days : null;
            var (since, stored) = newest.Find(row => ((long?)row.GetInt64(0), row.IsDBNull(1) ? (long?)null : row.GetInt64(1)), (long)type);
            if (stored != wanted)
                insert.Add((long)type, since is null ? 0L : nowMs, wanted);
        }
    }
}
