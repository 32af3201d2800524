using ELicense.Core.Enterprises;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>An enterprise is named by NTRCN- and a credit code whose check characters are right; nobody else is.</summary>
internal sealed class OrganizationIdentifierLint : CertificateLint
{
    private const string Prefix = "NTRCN-";

    public override string Clause => "ETSI EN 319 412-1 5.1.4; GB 32100-2015";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var identifier = certificate.Subject.Find(X509Oids.OrganizationIdentifier);
        if (!context.Profile.Enterprise)
            return identifier is null ? null : "Only enterprises have an organization identifier.";
        return identifier is not null && identifier.StartsWith(Prefix, StringComparison.Ordinal) && CreditCode.TryParse(identifier[Prefix.Length..], out _, out _)
            ? null
            : $"The organization identifier is not {Prefix} and a credit code.";
    }
}
