using ELicense.Core;

namespace ELicense.Issuance.Matters;

/// <summary>What happens to a matter.</summary>
public enum MatterEvent
{
    /// <summary>Begun, not yet submitted.</summary>
    Draft,

    Edit,
    Submit,

    /// <summary>退回</summary>
    Return,

    /// <summary>驳回</summary>
    Reject,

    /// <summary>核准</summary>
    Approve,

    CarryOut,

    /// <summary>By a rule, when it should have been carried out.</summary>
    Refuse,

    /// <summary>Nobody confirmed it in time.</summary>
    Lapse,
}

/// <summary>One arrow of a matter's life.</summary>
/// <param name="From">Null: there is no matter yet.</param>
/// <param name="Only">The type that has this arrow; null: all have it.</param>
public sealed record MatterArrow(MatterState? From, MatterEvent Event, MatterState To, MatterType? Only = null);

/// <summary>The life of a matter, as one explicit table (docs/matters.md).</summary>
public static class MatterMachine
{
    public static IReadOnlyList<MatterArrow> Arrows { get; } =
    [
        new(null, MatterEvent.Draft, MatterState.Draft),
        new(null, MatterEvent.Submit, MatterState.Applied),
        new(MatterState.Draft, MatterEvent.Edit, MatterState.Draft),
        new(MatterState.Draft, MatterEvent.Submit, MatterState.Applied),
        new(MatterState.Applied, MatterEvent.Return, MatterState.Returned),
        new(MatterState.Applied, MatterEvent.Reject, MatterState.Rejected),
        new(MatterState.Applied, MatterEvent.Approve, MatterState.Approved),
        new(MatterState.Applied, MatterEvent.Lapse, MatterState.Lapsed, MatterType.LossReport),
        new(MatterState.Returned, MatterEvent.Edit, MatterState.Returned),
        new(MatterState.Returned, MatterEvent.Submit, MatterState.Applied),
        new(MatterState.Approved, MatterEvent.CarryOut, MatterState.Done),
        new(MatterState.Approved, MatterEvent.Refuse, MatterState.Refused),
    ];

    /// <returns>state-conflict when the table has no such arrow; else null.</returns>
    public static Refusal? Check(long id, MatterType type, MatterState from, MatterEvent happened) =>
        Arrows.Any(arrow => arrow.From == from && arrow.Event == happened && (arrow.Only ?? type) == type)
            ? null
            : new Refusal(Codes.StateConflict, $"Matter {id} is {from}: it cannot take the event {happened}.");
}
