using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>A service has names that clients compare: host names in lower case without wildcard, and addresses of 4 or 16 octets. Others have none.</summary>
internal sealed class SubjectAlternativeNameLint : CertificateLint
{
    private const int DnsName = 2;
    private const int IpAddress = 7;
    private const int LongestLabel = 63;
    private const int LongestName = 253;

    public override string Clause => "RFC 5280 4.2.1.6; RFC 9525 6; RFC 1123 2.1";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        if (certificate.Find(X509Oids.SubjectAlternativeName) is not { } extension)
            return context.Profile.AlternativeNames ? "A service needs a name that clients can compare." : null;
        if (!context.Profile.AlternativeNames || extension.Critical)
            return "Alternative names are a service's, and not critical beside a subject.";
        var names = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        if (!names.HasData)
            return "The list of alternative names is empty.";
        while (names.HasData)
        {
            var tag = names.PeekTag();
            var good = tag.TagClass == TagClass.ContextSpecific && tag.TagValue switch
            {
                DnsName => IsHostName(names.ReadCharacterString(UniversalTagNumber.IA5String, tag)),
                IpAddress => names.ReadOctetString(tag).Length is 4 or 16,
                _ => false,
            };
            if (!good)
                return "An alternative name is neither a host name in lower case nor an address.";
        }

        return null;
    }

    private static bool IsHostName(string name) => name.Length is > 0 and <= LongestName && name.Split('.').All(label =>
        label.Length is > 0 and <= LongestLabel && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
}
