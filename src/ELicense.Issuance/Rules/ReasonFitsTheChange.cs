using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Rules;

/// <summary>The log states reasons of the published table only, each for its own kind of change; 0 states none.</summary>
internal static class ReasonFitsTheChange
{
    public static Refusal? Check(StandingContent change) => change.Reason == 0 || Reasons.Find(change.Reason)?.For == change.Event
        ? null
        : new Refusal(Codes.ReasonUnknown, $"Reason {change.Reason} is not one for {change.Type}.");
}
