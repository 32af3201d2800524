using System.Formats.Asn1;
using System.Security.Cryptography;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>Present, not critical, the leftmost 160 bits of SHA-256 of the key's bits.</summary>
internal sealed class SubjectKeyIdentifierLint : CertificateLint
{
    private const int Size = 20;

    public override string Clause => "RFC 5280 4.2.1.2; RFC 7093 2 (1)";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        if (certificate.Find(X509Oids.SubjectKeyIdentifier) is not { Critical: false } extension)
            return "The subject key identifier is missing or critical.";
        var info = new AsnReader(certificate.SubjectPublicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        info.ReadEncodedValue();
        return new AsnReader(extension.Value, AsnEncodingRules.DER).ReadOctetString().AsSpan().SequenceEqual(SHA256.HashData(info.ReadBitString(out _)).AsSpan(0, Size))
            ? null
            : "The subject key identifier is not made of the subject's key.";
    }
}
