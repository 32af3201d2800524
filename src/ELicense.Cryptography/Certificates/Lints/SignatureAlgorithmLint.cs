namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>The algorithm within the signed bytes is the one that the issuer's key signs with.</summary>
internal sealed class SignatureAlgorithmLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.1.1.2, 4.1.2.3";

    public override string? Finding(DecodedCertificate certificate, LintContext context) =>
        certificate.SignatureAlgorithm.Span.SequenceEqual(X509Signing.AlgorithmIdentifier(context.IssuerKey.Suite))
            ? null
            : $"The signature algorithm is not that of {context.IssuerKey}.";
}
