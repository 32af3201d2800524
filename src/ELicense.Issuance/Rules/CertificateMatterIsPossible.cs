using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Rules;

/// <summary>What is asked of a loss report or replacement when it is submitted. Codes: not-found, version-moved, transition-refused.</summary>
internal static class CertificateMatterIsPossible
{
    public static Refusal? Check(CertificateContent content, AuthoritySettings settings, RegisterTransaction transaction)
    {
        var store = new CertificateStore(transaction);
        if (ExpectedLicense.Check(content.Number, content.ExpectedVersion, settings.AuthorityNumber, LicenseVersions.Find(transaction, content.Number.Serial)) is { } unexpected)
            return unexpected;
        if (CertificateIsTheLicenses.Check(content, store, out var certificate) is { } foreign)
            return foreign;
        if (content.Type == MatterType.Replacement)
            return CertificateCanBeReplaced.Check(certificate!, store);
        return CertificateMachine.Apply(certificate!.Standing, CertificateEvent.Hold) is null
            ? new Refusal(Codes.TransitionRefused, $"Certificate {certificate.Serial} is {certificate.Standing}: it is not put on hold.")
            : null;
    }
}
