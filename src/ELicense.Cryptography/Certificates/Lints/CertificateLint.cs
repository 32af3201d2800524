using System.Formats.Asn1;
using ELicense.Core;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>One rule that the bytes of a certificate must keep before they are signed.</summary>
public abstract class CertificateLint
{
    public static IReadOnlyList<CertificateLint> All { get; } =
    [
        new VersionLint(), new SerialNumberLint(), new SignatureAlgorithmLint(), new TimeFormLint(), new PeriodLint(), new IssuerNameLint(), new SubjectNameLint(),
        new NameEncodingLint(), new SubjectPublicKeyLint(), new ExtensionsLint(), new AuthorityKeyIdentifierLint(), new SubjectKeyIdentifierLint(), new KeyUsageLint(),
        new BasicConstraintsLint(), new ExtendedKeyUsageLint(), new CertificatePoliciesLint(), new SubjectAlternativeNameLint(), new CrlDistributionPointLint(),
        new AuthorityInformationAccessLint(), new OcspNoCheckLint(), new OrganizationIdentifierLint(), new CreditCodeExtensionLint(), new LicenseNumberLint(),
    ];

    /// <summary>Standard and clause.</summary>
    public abstract string Clause { get; }

    /// <returns>What is wrong; null when the certificate keeps the rule.</returns>
    /// <exception cref="AsnContentException">An extension is not encoded as its clause says; the same as a finding.</exception>
    public abstract string? Finding(DecodedCertificate certificate, LintContext context);

    /// <returns>Every finding, with its clause; none when all rules are kept.</returns>
    public static IReadOnlyList<Refusal> Check(DecodedCertificate certificate, LintContext context)
    {
        var findings = new List<Refusal>();
        foreach (var lint in All)
        {
            if (lint.Judge(certificate, context) is { } finding)
                findings.Add(new Refusal(Codes.CertificateLint, $"{finding} ({lint.Clause})"));
        }

        return findings;
    }

    private string? Judge(DecodedCertificate certificate, LintContext context)
    {
        try
        {
            return Finding(certificate, context);
        }
        catch (AsnContentException e)
        {
            return $"{GetType().Name}: the value is not encoded as it has to be: {e.Message}";
        }
    }
}
