using System.Globalization;
using ELicense.Core;

namespace ELicense.PublicVerification;

/// <summary>The instant of <c>?at=</c>: a time (RFC 3339), or a day, which means its end in China (24:00 UTC+8), or as far into it as the log reaches.</summary>
internal static class PastInstant
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    /// <summary>Codes: date-format, history-ahead (after what the log reaches).</summary>
    public static bool TryRead(string text, DateTimeOffset asOf, out DateTimeOffset at, out Refusal refusal)
    {
        refusal = default;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
        {
            var (begin, end) = (new DateTimeOffset(day, TimeOnly.MinValue, China), new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, China));
            at = begin <= asOf && end > asOf ? asOf : end;
        }
        // A plus sign that was not percent-encoded is a space in a query.
        else if (!DateTimeOffset.TryParseExact(text.Replace(' ', '+'), Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
        {
            refusal = new Refusal(Codes.DateFormat, "at is a time as 2026-11-21T08:00:00Z, or a day as 2026-11-21.");
        }

        if (refusal.Code is null && at > asOf)
            refusal = new Refusal(Codes.HistoryAhead, $"The log is known up to {asOf:u}.");
        return refusal.Code is null;
    }
}
