namespace ELicense.Web.Http;

/// <summary>How many requests one address may make (an IPv6 one: its /64): a full bucket of <paramref name="Burst"/>, refilled by <paramref name="PerSecond"/>.</summary>
public sealed record RequestRate(int Burst, int PerSecond)
{
    /// <summary>Generous: an office behind one address, or a class of students.</summary>
    public static RequestRate Default { get; } = new(2000, 200);
}
