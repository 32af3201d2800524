using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Matters;

/// <summary>Another officer says no: for now (退回, to the applicant, who may mend it) or for good (驳回). Both need a ground.</summary>
internal sealed class DeclineMatters(Register register, AuthoritySettings settings, TimeProvider clock)
{
    public const int MaxGround = 1000;

    public static readonly Refusal GroundMissing = new(
        Codes.GroundMissing, $"A ground of 1 to {MaxGround} characters is told to the applicant, without control or invisible characters, and no formula.");

    private readonly OfficersAct _act = new(register, clock);

    /// <summary>Applicants read it, and tables for spreadsheets may hold it: the bounds of a text on a face.</summary>
    public static bool TryGround(string? ground, out string clean) => FaceText.TryClean(ground ?? "", MaxGround, out clean, out _) && clean.Length > 0;

    public ApplyResult Return(Officer decider, Approval seen, string? ground) => Run(ActName.Return, decider, seen, MatterEvent.Return, MatterState.Returned, ground);

    public ApplyResult Reject(Officer decider, Approval seen, string? ground) => Run(ActName.Reject, decider, seen, MatterEvent.Reject, MatterState.Rejected, ground);

    private ApplyResult Run(string act, Officer decider, Approval seen, MatterEvent decision, MatterState to, string? ground)
    {
        var isClean = TryGround(ground, out var clean);
        return _act.Run(
            act, decider, seen,
            (row, work) => Check(row, decider, seen, decision, isClean) ?? LossReports.CheckClock((MatterType)row.Type, work.Head, settings, work.Now),
            (row, work) =>
            {
                work.Store.Decline(row.Id, to, decider.Person, clean, work.Now.ToUnixTimeMilliseconds());
                FilingStore.Decided(work.Store.Transaction, row.Id);
                LossReports.Release(row.Id, row.ToMatter().Content, work.Store.Transaction, work.Head, work.Now);
            });
    }

    private static Refusal? Check(MatterRow row, Officer decider, Approval seen, MatterEvent decision, bool hasGround)
    {
        if (MatterMachine.Check(row.Id, (MatterType)row.Type, row.StateName, decision) is { } conflict)
            return conflict;
        if (row.Applicant == decider.Person)
            return new Refusal(Codes.SamePerson, $"Matter {row.Id} was applied for by the person who would decide on it.");
        if (row.Hash != seen.ContentHash)
            return new Refusal(Codes.ContentChanged, $"Matter {row.Id} is not what the officer saw: {row.Hash} against {seen.ContentHash}.");
        return hasGround ? null : GroundMissing;
    }
}
