using ELicense.Core;

namespace ELicense.Issuance.Rules;

/// <summary>A clock far ahead of the last signed time is more often wrong than an authority was switched off: everything waits until an officer confirms it.</summary>
internal static class ClockHasNotRunAhead
{
    /// <param name="lastSigned">The epoch, or before it: nothing was signed yet, and there is no gap.</param>
    /// <param name="gap">Null: any.</param>
    public static Refusal? Check(DateTimeOffset clockTime, DateTimeOffset lastSigned, TimeSpan? gap) =>
        gap is not { } allowed || lastSigned <= DateTimeOffset.UnixEpoch || clockTime - lastSigned <= allowed
            ? null
            : new Refusal(
                Codes.ClockGap,
                $"The clock says {clockTime:u}, {(clockTime - lastSigned).TotalHours:0} hours after the last signed time {lastSigned:u}. A supervisor confirms it: elicense clock confirm.");
}
