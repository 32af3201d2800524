using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Rules;

/// <summary>The log states reasons of the published table only, each for its own kind of change; 0 states none, which only a resumption may.</summary>
internal static class ReasonFitsTheChange
{
    private static readonly int[] NotForRenewals = [.. new[] { "amendment", "correction" }.Select(code => Reasons.Find(code)!.Number)];

    public static Refusal? Check(StandingContent change)
    {
        // 行政处罚法 第四十四条: the person concerned is told the ground. Lifting a suspension needs none.
        if (change.Reason == 0 && change.Type != MatterType.Resumption)
            return new Refusal(Codes.ReasonMissing, $"A {change.Type} states its ground.");
        return change.Reason == 0 || Reasons.Find(change.Reason)?.For == change.Event ? null : Unknown(change.Reason, change.Type);
    }

    public static Refusal? Check(AmendmentContent content) =>
        Reasons.Find(content.Reason)?.For == StandingEvent.Supersede && (content.Type == MatterType.Renewal) != NotForRenewals.Contains(content.Reason)
            ? null
            : Unknown(content.Reason, content.Type);

    private static Refusal Unknown(int reason, MatterType type) => new(Codes.ReasonUnknown, $"Reason {reason} is not one for {type}.");
}
