using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Rules;

/// <summary>A certificate is replaced (补领) once, and not after its license has ended.</summary>
internal static class CertificateCanBeReplaced
{
    public static Refusal? Check(CertificateStanding certificate, CertificateStore store)
    {
        if (certificate.Standing is Standing.Superseded || store.IsReplaced(certificate.CertificateIndex))
            return new Refusal(Codes.TransitionRefused, $"Certificate {certificate.Serial} was replaced already.");
        return store.FindLicenseStanding(certificate.LicenseSerial) is var license and (Standing.Revoked or Standing.Cancelled)
            ? new Refusal(Codes.TransitionRefused, $"The license of certificate {certificate.Serial} is {license}: it gets no other.")
            : null;
    }
}
