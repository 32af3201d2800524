using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Matters;

/// <summary>Another officer says no: for now (退回, to the applicant, who may mend it) or for good (驳回). Both need a ground.</summary>
internal sealed class DeclineMatters(Register register, TimeProvider clock)
{
    public const int MaxGround = 1000;

    private readonly OfficersAct _act = new(register, clock);

    public ApplyResult Return(Officer decider, Approval seen, string? ground) => Run(ActName.Return, decider, seen, MatterEvent.Return, MatterState.Returned, ground);

    public ApplyResult Reject(Officer decider, Approval seen, string? ground) => Run(ActName.Reject, decider, seen, MatterEvent.Reject, MatterState.Rejected, ground);

    private ApplyResult Run(string act, Officer decider, Approval seen, MatterEvent decision, MatterState to, string? ground) => _act.Run(
        act, decider, seen,
        (row, _, _) => Check(row, decider, seen, decision, ground),
        (row, store, now) => store.Decline(row.Id, to, decider.Person, ground!, now.ToUnixTimeMilliseconds()));

    private static Refusal? Check(MatterRow row, Officer decider, Approval seen, MatterEvent decision, string? ground)
    {
        if (MatterMachine.Check(row.Id, (MatterType)row.Type, row.StateName, decision) is { } conflict)
            return conflict;
        if (row.Applicant == decider.Person)
            return new Refusal(Codes.SamePerson, $"Matter {row.Id} was applied for by the person who would decide on it.");
        if (row.Hash != seen.ContentHash)
            return new Refusal(Codes.ContentChanged, $"Matter {row.Id} is not what the officer saw: {row.Hash} against {seen.ContentHash}.");
        return PlainText.IsWithin(ground, MaxGround)
            ? null
            : new Refusal(Codes.GroundMissing, $"A ground of 1 to {MaxGround} characters, without control characters, is told to the applicant.");
    }
}
