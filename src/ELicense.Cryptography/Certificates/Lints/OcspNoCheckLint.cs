namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>id-pkix-ocsp-nocheck is NULL, not critical, on delegates that sign OCSP answers and on nothing else.</summary>
internal sealed class OcspNoCheckLint : CertificateLint
{
    public override string Clause => "RFC 6960 4.2.2.2.1";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var extension = certificate.Find(X509Oids.OcspNoCheck);
        if (context.Profile.OcspNoCheck != (extension is not null))
            return "nocheck is for OCSP delegates, and for all of them.";
        if (extension is null)
            return null;
        return !extension.Critical && extension.Value.Span.SequenceEqual((ReadOnlySpan<byte>)[5, 0]) && context.Profile.ExtendedKeyUsage.Contains(X509Oids.OcspSigning)
            ? null
            : "nocheck is not a NULL, is critical, or does not go with OCSPSigning.";
    }
}
