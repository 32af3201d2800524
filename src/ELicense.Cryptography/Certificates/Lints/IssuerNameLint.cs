namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>The issuer's name is the subject of its certificate, octet by octet; a root names itself.</summary>
internal sealed class IssuerNameLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.1.2.4, 6.1.3 (a)(4)";

    public override string? Finding(DecodedCertificate certificate, LintContext context) =>
        certificate.Issuer.Der.Span.SequenceEqual((context.Issuer ?? certificate).Subject.Der.Span) ? null : "The issuer's name is not the subject of its certificate.";
}
