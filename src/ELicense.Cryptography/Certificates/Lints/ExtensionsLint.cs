namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>No extension twice, and none that the profiles do not know.</summary>
internal sealed class ExtensionsLint : CertificateLint
{
    private static readonly string[] Known =
    [
        X509Oids.AuthorityKeyIdentifier, X509Oids.SubjectKeyIdentifier, X509Oids.KeyUsage, X509Oids.BasicConstraints, X509Oids.ExtendedKeyUsage, X509Oids.CertificatePolicies,
        X509Oids.SubjectAlternativeName, X509Oids.CrlDistributionPoints, X509Oids.AuthorityInformationAccess, X509Oids.OcspNoCheck,
    ];

    public override string Clause => "RFC 5280 4.2";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var oids = certificate.Extensions.Select(extension => extension.Oid).ToList();
        if (oids.Count != oids.Distinct(StringComparer.Ordinal).Count())
            return "An extension stands twice.";
        return oids.Find(oid => !Known.Contains(oid) && oid != context.Profiles.CreditCodeExtension && oid != context.Profiles.LicenseNumberExtension) is { } unknown
            ? $"No profile has the extension {unknown}."
            : null;
    }
}
