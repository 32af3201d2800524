using ELicense.Core;

namespace ELicense.Issuance.Rules;

/// <summary>
/// Signed times never run backwards: a clock before the last signed time is wrong now, or was then. The matter waits. Machines that share a database differ by
/// a little: whoever is behind by no more than <see cref="Skew"/> signs the last signed time again.
/// </summary>
internal static class ClockHasNotGoneBack
{
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    public static Refusal? Check(DateTimeOffset clockTime, DateTimeOffset lastSigned) => lastSigned - clockTime <= Skew
        ? null
        : new Refusal(Codes.ClockBackwards, $"The clock says {clockTime:O}, but {lastSigned:O} was signed already.");
}
