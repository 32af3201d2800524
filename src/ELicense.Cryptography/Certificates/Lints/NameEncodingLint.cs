using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>Strings of names are PrintableString or UTF8String within their upper bounds; a country has two letters.</summary>
internal sealed class NameEncodingLint : CertificateLint
{
    private const int LongestName = 64; // ub-common-name, ub-organization-name

    public override string Clause => "RFC 5280 4.1.2.4, A.1";

    public override string? Finding(DecodedCertificate certificate, LintContext context) =>
        certificate.Subject.Attributes.Select(Finding).FirstOrDefault(finding => finding is not null);

    private static string? Finding(NameAttribute attribute)
    {
        if (attribute.Oid == X509Oids.CountryName)
        {
            return attribute.Encoding == UniversalTagNumber.PrintableString && attribute.Value.Length == 2 && attribute.Value.All(char.IsAsciiLetterUpper)
                ? null
                : "A country is a PrintableString of two letters.";
        }

        if (attribute.Encoding is not (UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString))
            return $"The attribute {attribute.Oid} is a {attribute.Encoding}, neither PrintableString nor UTF8String.";
        return attribute.Value.Length is 0 or > LongestName ? $"The attribute {attribute.Oid} has {attribute.Value.Length} characters, not 1 to {LongestName}." : null;
    }
}
