using System.Formats.Asn1;
using ELicense.Cryptography.Certificates.Profiles;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>Critical, exactly the bits of the profile; keyCertSign only in a CA's certificate.</summary>
internal sealed class KeyUsageLint : CertificateLint
{
    private const int Bits = 9;

    public override string Clause => "RFC 5280 4.2.1.3";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        if (certificate.Find(X509Oids.KeyUsage) is not { Critical: true } extension)
            return "Key usage is missing or not critical.";
        var octets = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadBitString(out var unused);
        var set = Enumerable.Range(0, Math.Min((octets.Length * 8) - unused, Bits)).Where(bit => (octets[bit / 8] & (0x80 >> (bit % 8))) != 0).Select(bit => (KeyUsageBit)bit).ToList();
        if (set.Contains(KeyUsageBit.KeyCertSign) != context.Profile.Authority)
            return "keyCertSign is for CAs, and for all of them.";
        return set.Order().SequenceEqual(context.Profile.KeyUsage.Order()) ? null : $"Key usage is {string.Join(", ", set)}, not {string.Join(", ", context.Profile.KeyUsage)}.";
    }
}
