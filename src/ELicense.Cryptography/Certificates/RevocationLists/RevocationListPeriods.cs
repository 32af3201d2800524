using System.Diagnostics.CodeAnalysis;
using ELicense.Core;

namespace ELicense.Cryptography.Certificates.RevocationLists;

/// <summary>
/// How long a CRL is good, and how long before its end the next one is there. A list is made at thisUpdate, again at thisUpdate + Period − Overlap at the latest, and ends at thisUpdate + Period
/// (RFC 5280 5.1.2.5).
/// </summary>
public sealed record RevocationListPeriods
{
    /// <summary>CA/Browser Forum Baseline Requirements 7.2: at most ten days for certificates of subscribers.</summary>
    public static readonly TimeSpan LongestPeriod = TimeSpan.FromDays(10);

    private RevocationListPeriods(TimeSpan period, TimeSpan overlap) => (Period, Overlap) = (period, overlap);

    /// <summary>Seven days, with a new list after five at the latest: for a transport of up to a day.</summary>
    public static RevocationListPeriods Default { get; } = new(TimeSpan.FromDays(7), TimeSpan.FromDays(2));

    public TimeSpan Period { get; }

    public TimeSpan Overlap { get; }

    /// <summary>Refuses what would leave verifiers without a current list. Code: revocation-period.</summary>
    /// <param name="transport">The longest time from signing to the last reader: caches, or the disk across the gap. One transport may fail: the overlap is at least twice as long.</param>
    /// <param name="longest">At most this period; a year for the list of an offline root.</param>
    public static bool TryMake(
        TimeSpan period, TimeSpan overlap, TimeSpan transport, TimeSpan longest, [NotNullWhen(true)] out RevocationListPeriods? periods, out Refusal refusal)
    {
        periods = null;
        var fault = period <= TimeSpan.Zero || overlap <= TimeSpan.Zero || transport <= TimeSpan.Zero ? "Period, overlap and transport are longer than nothing."
            : period > longest ? $"The period {period} is longer than {longest}."
            : overlap < 2 * transport ? $"The overlap {overlap} is shorter than two transports of {transport}: one that fails would leave readers without a current list."
            : period < 2 * overlap ? $"The period {period} is shorter than two overlaps of {overlap}: lists would be made more often than they live."
            : null;
        if (fault is not null)
        {
            refusal = new Refusal(Codes.RevocationPeriod, fault);
            return false;
        }

        periods = new RevocationListPeriods(period, overlap);
        refusal = default;
        return true;
    }

    public DateTimeOffset NextUpdate(DateTimeOffset thisUpdate) => thisUpdate + Period;

    /// <summary>True from the moment on at which the next list has to be made, changes or not.</summary>
    public bool IsDue(DateTimeOffset thisUpdate, DateTimeOffset now) => now >= thisUpdate + Period - Overlap;
}
