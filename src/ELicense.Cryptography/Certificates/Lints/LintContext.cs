using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>What a certificate is measured by.</summary>
/// <param name="Issuer">The issuer's certificate; null for a root, which signs itself.</param>
/// <param name="IssuerKey">The key that is to sign.</param>
/// <param name="KeyMadeAtCounter">The only case in which the policy is stated.</param>
public sealed record LintContext(
    CertificateProfile Profile, CertificateProfiles Profiles, DecodedCertificate? Issuer, VerificationKey IssuerKey, StatusAddresses Addresses, bool KeyMadeAtCounter);
