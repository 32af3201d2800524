using ELicense.Core;

namespace ELicense.Issuance.Rules;

/// <summary>Signed times never run backwards: a clock before the last signed time is wrong now, or was then. The matter waits.</summary>
internal static class ClockHasNotGoneBack
{
    public static Refusal? Check(long nowMs, long lastSignedMs) => nowMs >= lastSignedMs
        ? null
        : new Refusal(
            Codes.ClockBackwards,
            $"The clock says {DateTimeOffset.FromUnixTimeMilliseconds(nowMs):O}, but {DateTimeOffset.FromUnixTimeMilliseconds(lastSignedMs):O} was signed already.");
}
