using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Licenses;

/// <summary>What an amendment (变更) or renewal (换发) does to the version before it.</summary>
internal static class Supersession
{
    /// <summary>All that the register itself can say against it; asked when it is applied for and again when it is carried out.</summary>
    public static Refusal? Check(AmendmentContent content, AuthoritySettings settings, RegisterTransaction transaction)
    {
        var versions = LicenseVersions.Find(transaction, content.Number.Serial);
        if (!TryPlan(content, settings.AuthorityNumber, versions, out var step, out var refusal))
            return refusal;
        return ReasonFitsTheChange.Check(content)
            ?? (content.Type == MatterType.Renewal ? RenewalKeepsTheFace.Check(content.Face, LicenseVersions.FindFace(transaction, step.Version.StatusIndex)) : null);
    }

    /// <summary>Only a valid newest version can be superseded. Codes: not-found, version-moved, credit-code-differs, transition-refused.</summary>
    public static bool TryPlan(
        AmendmentContent content, int authority, IReadOnlyList<LicenseVersion> versions, [NotNullWhen(true)] out StandingStep? step, out Refusal refusal)
    {
        step = null;
        refusal = default;
        if (ExpectedLicense.Check(content.Number, content.ExpectedVersion, authority, versions) is { } unexpected)
        {
            refusal = unexpected;
            return false;
        }

        var newest = versions[^1];
        if (newest.CreditCode != content.Face.CreditCode)
        {
            refusal = new Refusal(Codes.CreditCodeDiffers, $"License {content.Number} is that of {newest.CreditCode}: a code is kept for life.");
            return false;
        }

        if (!StandingMachine.TryApply(newest.Standing, StandingEvent.Supersede, newest.BeforeSuspension, out var to, out refusal))
            return false;
        step = new StandingStep(newest, to, content.Reason);
        return true;
    }
}
