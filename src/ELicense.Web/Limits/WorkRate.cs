namespace ELicense.Web.Limits;

/// <summary>How much work a caller may cause, in signatures to verify: a full bucket of <paramref name="Burst"/>, refilled by <paramref name="PerSecond"/>.</summary>
/// <exception cref="ArgumentOutOfRangeException">Less than one at once or a second, or more a second than a bucket that counts nanoseconds can tell from none.</exception>
public sealed record WorkRate(int Burst, int PerSecond)
{
    private const int Most = 10_000_000;

    public int Burst { get; } = Burst is >= 1 and <= Most ? Burst : throw new ArgumentOutOfRangeException(nameof(Burst), Burst, $"1 to {Most}.");

    public int PerSecond { get; } = PerSecond is >= 1 and <= Most ? PerSecond : throw new ArgumentOutOfRangeException(nameof(PerSecond), PerSecond, $"1 to {Most}.");

    /// <summary>For one address (an IPv6 one: its /64). Generous: an office behind one address, or a class of students.</summary>
    public static WorkRate Address { get; } = new(2_000, 200);

    /// <summary>For an API key whose configuration names no rate: a batch of 10,000 at once, and as much as some cores do.</summary>
    public static WorkRate Key { get; } = new(50_000, 5_000);
}
