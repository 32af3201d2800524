using ELicense.Core;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Rules;

/// <summary>A loss report or replacement names a certificate that was issued for the license.</summary>
internal static class CertificateIsTheLicenses
{
    public static Refusal? Check(CertificateContent content, CertificateStore store, out CertificateStanding? certificate)
    {
        certificate = store.FindStanding(content.Issuer, content.SerialHex);
        return certificate?.LicenseSerial == content.Number.Serial
            ? null
            : new Refusal(Codes.NotFound, $"License {content.Number} has no certificate {content.SerialHex} of {content.Issuer}.");
    }
}
