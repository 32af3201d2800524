using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Deadlines;

/// <summary>How a matter stands with its time; numbers are what the store computes.</summary>
public enum DeadlineColour
{
    Green = 1,

    /// <summary>The configured share of the limit is used.</summary>
    Yellow = 2,

    /// <summary>The limit is over.</summary>
    Red = 3,
}

/// <summary>The time of a matter that the authority has to decide on or carry out.</summary>
/// <param name="AppliedAt">When it was last submitted.</param>
/// <param name="WorkingDays">Used so far in all turns of the authority; the day of submission does not count.</param>
/// <param name="Limit">Working days.</param>
/// <param name="DueOn">Last day of the limit, China time.</param>
public sealed record MatterDeadline(
    long MatterId, MatterType Type, MatterState State, int Office, string Applicant, DateTimeOffset AppliedAt, long WorkingDays, long Limit, DateOnly DueOn,
    DeadlineColour Colour);

/// <summary>Matters of a type that ended at an office in a month of China time.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="OnTime">Within the limit that was in force when they were submitted; those without a limit are neither on time nor late.</param>
/// <param name="Median">Of the authority's turns, nights and days off included: that of the matter at rank ⌈n/2⌉ by time taken.</param>
/// <param name="P90">That of the matter at rank ⌈0.9 n⌉.</param>
public sealed record DeadlineFigures(
    DateOnly Month, int Office, MatterType Type, long Count, long OnTime, long Late, TimeSpan Median, TimeSpan P90, TimeSpan Longest, long LongestWorkingDays);
