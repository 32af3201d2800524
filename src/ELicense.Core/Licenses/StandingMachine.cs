namespace ELicense.Core.Licenses;

/// <summary>What happens to a license version.</summary>
public enum StandingEvent
{
    /// <summary>发照</summary>
    Issue,

    /// <summary>冻结</summary>
    Suspend,

    /// <summary>解冻</summary>
    Resume,

    /// <summary>变更, 换发: a newer version takes its place</summary>
    Supersede,

    /// <summary>吊销</summary>
    Revoke,

    /// <summary>注销</summary>
    Cancel,
}

/// <summary>The lifecycle, as one explicit table: 15→0 · 0→1, 2, 3, 12 · 2→what was before, 1, 12 · 3→1, 2, 12 · 1→12 · 12 is final.</summary>
public static class StandingMachine
{
    /// <param name="beforeSuspension">The standing to which a suspended version returns; ignored for others.</param>
    /// <returns>false with code transition-refused when the table has no such arrow.</returns>
    public static bool TryApply(Standing from, StandingEvent happened, Standing beforeSuspension, out Standing to, out Refusal refusal) => throw new NotImplementedException();

    /// <summary>Whether a log may ever show <paramref name="to"/> after <paramref name="from"/>; followers refuse the rest.</summary>
    public static bool IsPossible(Standing from, Standing to) => throw new NotImplementedException();
}
