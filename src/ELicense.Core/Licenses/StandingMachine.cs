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

/// <summary>One arrow of the lifecycle.</summary>
public sealed record StandingArrow(Standing From, StandingEvent Event, Standing To);

/// <summary>The lifecycle, as one explicit table: 15→0 · 0→1, 2, 3, 12 · 2→what was before, 1, 12 · 3→1, 2, 12 · 1→12 · 12 is final.</summary>
public static class StandingMachine
{
    /// <summary>Every arrow there is. A resumption has two: which one holds is told by the standing before the suspension.</summary>
    public static IReadOnlyList<StandingArrow> Arrows { get; } =
    [
        new(Standing.NotIssued, StandingEvent.Issue, Standing.Valid),
        new(Standing.Valid, StandingEvent.Suspend, Standing.Suspended),
        new(Standing.Valid, StandingEvent.Supersede, Standing.Superseded),
        new(Standing.Valid, StandingEvent.Revoke, Standing.Revoked),
        new(Standing.Valid, StandingEvent.Cancel, Standing.Cancelled),
        new(Standing.Suspended, StandingEvent.Resume, Standing.Valid),
        new(Standing.Suspended, StandingEvent.Resume, Standing.Superseded),
        new(Standing.Suspended, StandingEvent.Revoke, Standing.Revoked),
        new(Standing.Suspended, StandingEvent.Cancel, Standing.Cancelled),
        new(Standing.Superseded, StandingEvent.Suspend, Standing.Suspended),
        new(Standing.Superseded, StandingEvent.Revoke, Standing.Revoked),
        new(Standing.Superseded, StandingEvent.Cancel, Standing.Cancelled),

        // 吊销后注销: the enterprise is wound up after its license was revoked.
        new(Standing.Revoked, StandingEvent.Cancel, Standing.Cancelled),
    ];

    /// <param name="beforeSuspension">The standing to which a suspended version returns; ignored for other events.</param>
    /// <returns>false with code transition-refused when the table has no such arrow.</returns>
    public static bool TryApply(Standing from, StandingEvent happened, Standing beforeSuspension, out Standing to, out Refusal refusal)
    {
        foreach (var arrow in Arrows)
        {
            if (arrow.From == from && arrow.Event == happened && (happened != StandingEvent.Resume || arrow.To == beforeSuspension))
            {
                to = arrow.To;
                refusal = default;
                return true;
            }
        }

        to = from;
        refusal = new Refusal(Codes.TransitionRefused, $"A license version that is {from} cannot take the event {happened}.");
        return false;
    }

    /// <summary>Whether a log may ever show <paramref name="to"/> after <paramref name="from"/>; followers refuse the rest.</summary>
    public static bool IsPossible(Standing from, Standing to)
    {
        foreach (var arrow in Arrows)
        {
            if (arrow.From == from && arrow.To == to)
                return true;
        }

        return false;
    }
}
