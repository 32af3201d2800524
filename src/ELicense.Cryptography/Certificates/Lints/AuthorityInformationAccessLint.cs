using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>Where the issuer's certificate is, and OCSP where the profile has it; not critical. A root has neither.</summary>
internal sealed class AuthorityInformationAccessLint : CertificateLint
{
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);

    public override string Clause => "RFC 5280 4.2.2.1";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var extension = certificate.Find(X509Oids.AuthorityInformationAccess);
        if (context.Issuer is null)
            return extension is null ? null : "A root has no issuer to be asked.";
        if (extension is null or { Critical: true })
            return "Authority information access is missing or critical.";
        List<(string, string)> expected = [(X509Oids.CaIssuers, context.Addresses.CaCertificate(context.IssuerKey.Kid))];
        if (context.Profile.Ocsp)
            expected.Add((X509Oids.Ocsp, context.Addresses.Ocsp));
        return Read(extension).Order().SequenceEqual(expected.Order()) ? null : "The addresses of issuer and OCSP are not those of this profile and issuer.";
    }

    private static List<(string Method, string Address)> Read(DecodedExtension extension)
    {
        var sequence = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        var accesses = new List<(string, string)>();
        while (sequence.HasData)
        {
            var access = sequence.ReadSequence();
            accesses.Add((access.ReadObjectIdentifier(), access.ReadCharacterString(UniversalTagNumber.IA5String, UniformResourceIdentifier)));
            access.ThrowIfNotEmpty();
        }

        return accesses;
    }
}
