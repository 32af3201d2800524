using ELicense.Core;
using ELicense.Cryptography.Keys;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Rules;

/// <summary>What is asked of a content when it is submitted; most of it is asked again when it is carried out.</summary>
internal sealed class ApplicationRules(AuthoritySettings settings, VerificationKey licenseKey)
{
    /// <param name="office">The applying officer's.</param>
    /// <param name="matterId">0: there is none yet.</param>
    public Refusal? Check(int office, MatterContent content, long matterId, Digest hash, MatterStore store, DateTimeOffset now) =>
        Check(office, content, store, now) ?? (content is FaceContent face ? store.BlackList.Check(face, matterId, hash, now) : null);

    private Refusal? Check(int office, MatterContent content, MatterStore store, DateTimeOffset now) => content switch
    {
        IssuanceContent issuance => CodeIsNotLicensed.Check(store.FindSerial(issuance.Face.CreditCode), settings)
            ?? IssuanceRules.Check(new IssuanceCandidate(issuance.Face, office, now, settings, licenseKey)),
        AmendmentContent amendment => IssuanceRules.Check(new IssuanceCandidate(amendment.Face, office, now, settings, licenseKey))
            ?? Supersession.Check(amendment, settings, store.Transaction),
        StandingContent change => ReasonFitsTheChange.Check(change) ?? Plan(change, store.Transaction),
        AnnualReportContent report => AnnualReportIsDue.Check(report, settings, store.Transaction, now),
        CertificateContent certificate => CertificateMatterIsPossible.Check(certificate, settings, store.Transaction),
        _ => throw new ArgumentException($"Unknown content {content.GetType().Name}."),
    };

    private Refusal? Plan(StandingContent change, RegisterTransaction transaction) =>
        StandingChange.TryPlan(change, settings.AuthorityNumber, LicenseVersions.Find(transaction, change.Number.Serial), out _, out var refusal) ? null : refusal;
}
