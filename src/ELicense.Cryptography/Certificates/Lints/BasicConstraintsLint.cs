using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>Critical; CA and path length as the profile says, and none below an issuer whose path length is 0.</summary>
internal sealed class BasicConstraintsLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.2.1.9";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        if (certificate.Find(X509Oids.BasicConstraints) is not { Critical: true } extension)
            return "Basic constraints are missing or not critical.";
        var (authority, pathLength) = Read(extension);
        if (authority != context.Profile.Authority || pathLength != context.Profile.PathLength)
            return $"CA {authority}, path length {pathLength}: not as in the profile.";
        if (context.Issuer is null)
            return null;
        if (context.Issuer.Find(X509Oids.BasicConstraints) is not { } issuers || Read(issuers) is not (true, var below))
            return "The issuer is no CA.";
        return authority && below == 0 ? "The issuer's path length allows no CA below it." : null;
    }

    private static (bool Authority, int? PathLength) Read(DecodedExtension extension)
    {
        var sequence = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        var authority = sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean);
        if (authority && !sequence.ReadBoolean())
            throw new AsnContentException("X.690 11.5: a default value is not encoded.");
        int? pathLength = sequence.HasData ? (int)sequence.ReadInteger() : null;
        sequence.ThrowIfNotEmpty();
        return (authority, pathLength);
    }
}
