using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>keyIdentifier alone, that of the issuer's certificate, not critical; a root has none.</summary>
internal sealed class AuthorityKeyIdentifierLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.2.1.1";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var extension = certificate.Find(X509Oids.AuthorityKeyIdentifier);
        if (context.Issuer is null)
            return extension is null ? null : "A root signs itself and names no other key.";
        if (extension is null or { Critical: true })
            return "The authority key identifier is missing or critical.";

        var sequence = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        var identifier = sequence.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
        sequence.ThrowIfNotEmpty();
        var issuers = context.Issuer.Find(X509Oids.SubjectKeyIdentifier);
        return issuers is not null && new AsnReader(issuers.Value, AsnEncodingRules.DER).ReadOctetString().AsSpan().SequenceEqual(identifier)
            ? null
            : "The authority key identifier is not the issuer's subject key identifier.";
    }
}
