using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>The extension with the credit code says the same as the subject; not critical, PrintableString.</summary>
internal sealed class CreditCodeExtensionLint : CertificateLint
{
    private const int PrefixLength = 6; // NTRCN-

    public override string Clause => "GM/T 0015-2012 5.2.4 (reconstructed)";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var extension = certificate.Find(context.Profiles.CreditCodeExtension);
        if (context.Profile.Enterprise != (extension is not null))
            return "The extension with the credit code is for enterprises, and for all of them.";
        if (extension is null)
            return null;
        var code = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadCharacterString(UniversalTagNumber.PrintableString);
        return !extension.Critical && certificate.Subject.Find(X509Oids.OrganizationIdentifier)?[PrefixLength..] == code
            ? null
            : "The extension with the credit code is critical, or names another enterprise than the subject.";
    }
}
