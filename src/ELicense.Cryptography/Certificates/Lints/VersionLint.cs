namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>v3, since there are extensions.</summary>
internal sealed class VersionLint : CertificateLint
{
    private const int V3 = 2;

    public override string Clause => "RFC 5280 4.1.2.1";

    public override string? Finding(DecodedCertificate certificate, LintContext context) => certificate.Version == V3 ? null : $"The version is {certificate.Version}, not {V3}.";
}
