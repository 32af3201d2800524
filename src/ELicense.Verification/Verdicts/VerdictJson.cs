namespace ELicense.Verification.Verdicts;

/// <summary>The contract's JSON of a verdict.</summary>
public static class VerdictJson
{
    /// <summary>UTF-8, members in the contract's order; times as RFC 3339 in UTC, dates as YYYY-MM-DD.</summary>
    public static byte[] Write(Verdict verdict) => throw new NotImplementedException();
}
