namespace ELicense.Benchmarks;

/// <summary>Times in milliseconds as they are distributed.</summary>
internal sealed class Distribution(IEnumerable<TimeSpan> times)
{
    private readonly TimeSpan[] _sorted = [.. times.Order()];

    /// <returns>Milliseconds below which so many per cent of the times are.</returns>
    public double Percentile(int percent) => _sorted[(_sorted.Length - 1) * percent / 100].TotalMilliseconds;

    public override string ToString() =>
        FormattableString.Invariant($"p50 {Percentile(50):0.0} ms, p90 {Percentile(90):0.0} ms, p99 {Percentile(99):0.0} ms, max {Percentile(100):0.0} ms");
}
