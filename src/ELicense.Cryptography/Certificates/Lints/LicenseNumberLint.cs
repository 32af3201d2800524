using System.Formats.Asn1;
using ELicense.Core.Licenses;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>The license number is an enterprise's, well-formed and not critical.</summary>
internal sealed class LicenseNumberLint : CertificateLint
{
    public override string Clause => "docs/certificates.md; RFC 5280 4.2";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        if (certificate.Find(context.Profiles.LicenseNumberExtension) is not { } extension)
            return null;
        var number = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.PrintableString);
        return context.Profile.Enterprise && !extension.Critical && LicenseNumber.TryParse(number, out _)
            ? null
            : "The license number is critical, not of its form, or on a certificate that is no enterprise's.";
    }
}
