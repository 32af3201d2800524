namespace ELicense.Issuance.Rules;

/// <summary>UTC+8, by which the days on licenses are counted; without daylight saving since 1992.</summary>
internal static class ChinaTime
{
    private static readonly TimeSpan Offset = TimeSpan.FromHours(8);

    public static DateOnly Today(DateTimeOffset now) => DateOnly.FromDateTime(now.ToOffset(Offset).DateTime);

    /// <summary>A term (营业期限) ends at 24:00 of its last day: the first second after it.</summary>
    public static DateTimeOffset EndOfTerm(DateOnly lastDay) => StartOf(lastDay.AddDays(1));

    public static DateTimeOffset StartOf(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), Offset);
}
