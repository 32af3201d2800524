namespace ELicense.Core.Licenses;

/// <summary>One published ground for a change of standing.</summary>
/// <param name="Number">In log entries; 0 is "none stated".</param>
public sealed record Reason(int Number, string Code, StandingEvent For, string Chinese, string English);

/// <summary>The published table of reasons (docs/formats.md, Reasons).</summary>
public static class Reasons
{
    public static IReadOnlyList<Reason> All => throw new NotImplementedException();

    public static Reason? Find(int number) => throw new NotImplementedException();

    public static Reason? Find(string code) => throw new NotImplementedException();
}
