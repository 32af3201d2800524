using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Deadlines;

/// <summary>
/// How many working days (工作日) an authority has for each type of matter, and which days those are. Without days off (节假日) and worked days (调休上班日), they are
/// Monday to Friday: the State Council announces each year's arrangement in the autumn before, so it is configuration.
/// </summary>
public sealed record DeadlineSettings
{
    public const int MaxWorkingDays = 365;

    /// <summary>
    /// 市场主体登记管理条例 (State Council Decree 746), 第十九条: what cannot be registered on the spot is registered within 3 working days. The rest is this project's choice.
    /// </summary>
    public static IReadOnlyDictionary<MatterType, int> DefaultLimits { get; } = new Dictionary<MatterType, int>
    {
        [MatterType.Issuance] = 3,
        [MatterType.Amendment] = 3,
        [MatterType.Renewal] = 3,
        [MatterType.Replacement] = 3,
        [MatterType.Cancellation] = 3,
        [MatterType.Revocation] = 3,
        [MatterType.Suspension] = 1,
        [MatterType.Resumption] = 1,
        [MatterType.LossReport] = 1,
        [MatterType.AnnualReport] = 5,
    };

    /// <summary>Working days of a type, 1 to <see cref="MaxWorkingDays"/>; a type that is not there has no limit.</summary>
    public IReadOnlyDictionary<MatterType, int> Limits { get; init; } = DefaultLimits;

    /// <summary>Share of the limit, 1 to 100, from which on a matter is yellow.</summary>
    public int YellowPercent { get; init; } = 75;

    public IReadOnlySet<DateOnly> DaysOff { get; init; } = new HashSet<DateOnly>();

    /// <summary>Saturdays and Sundays that are worked.</summary>
    public IReadOnlySet<DateOnly> WorkedDays { get; init; } = new HashSet<DateOnly>();

    /// <returns>What is wrong with the settings; null: nothing.</returns>
    public string? Fault()
    {
        if (Limits.Values.Any(days => days is < 1 or > MaxWorkingDays))
            return $"A limit is 1 to {MaxWorkingDays} working days.";
        if (YellowPercent is < 1 or > 100)
            return "yellowPercent is 1 to 100.";
        return DaysOff.Overlaps(WorkedDays) ? $"{DaysOff.First(WorkedDays.Contains):yyyy-MM-dd} is both off and worked." : null;
    }
}
