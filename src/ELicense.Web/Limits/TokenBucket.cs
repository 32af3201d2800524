namespace ELicense.Web.Limits;

/// <summary>
/// A rate as a token bucket whose whole state is one instant: that at which it will be full again (the generic cell rate algorithm of ITU-T I.371, virtual scheduling).
/// A bucket that nobody asks refills by itself, and taking from it is one compare-and-swap.
/// </summary>
internal readonly struct TokenBucket
{
    private readonly long _nanosecondsAHundredth;
    private readonly long _toFill;

    public TokenBucket(WorkRate rate)
    {
        _nanosecondsAHundredth = 10_000_000L / rate.PerSecond;
        _toFill = rate.Burst * 100L * _nanosecondsAHundredth;
    }

    /// <summary>Takes all or nothing. A full bucket pays for whatever is asked, and is in debt afterwards when it was too small.</summary>
    /// <param name="fullAt">State of the bucket: nanoseconds; any instant that has passed is a full one.</param>
    /// <param name="now">Nanoseconds of a clock that never goes back.</param>
    /// <returns>0 when it was taken, else the nanoseconds until it can be.</returns>
    public long Take(ref long fullAt, int hundredths, long now)
    {
        while (true)
        {
            var seen = Volatile.Read(ref fullAt);
            var next = Math.Max(seen, now) + (hundredths * _nanosecondsAHundredth);
            if (next - now > _toFill && seen > now)
                return Math.Min(next - now - _toFill, seen - now);
            if (Interlocked.CompareExchange(ref fullAt, next, seen) == seen)
                return 0;
        }
    }

    public void GiveBack(ref long fullAt, int hundredths) => Interlocked.Add(ref fullAt, -hundredths * _nanosecondsAHundredth);
}
