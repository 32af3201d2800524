using ELicense.Core.Licenses;
using ELicense.Core.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Web.Pages;

/// <summary>Why the standing in a verdict is what it is, in the words of the published tables.</summary>
public static class StandingReason
{
    /// <summary>Null when none is stated.</summary>
    public static BilingualText? Of(Verdict verdict) => verdict.Status?.ReasonCode is not { } code ? null
        : Reasons.Find(code) is { } reason ? new BilingualText(reason.Chinese, reason.English)
        : CertificateReasons.All.FirstOrDefault(r => r.Code == code) is { } ofCertificate ? new BilingualText(ofCertificate.Chinese, ofCertificate.English)
        : null;
}
