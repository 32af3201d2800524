using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates;

/// <summary>Signs certificates (RFC 5280) with a <see cref="SigningKey"/>; serial numbers have 128 random bits, positive.</summary>
public static class CertificateAuthority
{
    /// <summary>Self-signed root: CA true, keyCertSign and cRLSign, subject key identifier.</summary>
    public static X509Certificate2 SelfSign(SigningKey root, string distinguishedName, DateTimeOffset from, DateTimeOffset to) => throw new NotImplementedException();

    /// <summary>Subordinate CA with path length 0.</summary>
    public static X509Certificate2 SignSubordinate(
        SigningKey issuer, X509Certificate2 issuerCertificate, VerificationKey subject, string distinguishedName, DateTimeOffset from, DateTimeOffset to) => throw new NotImplementedException();

    /// <summary>End entity: CA false, digitalSignature, the extended key usages given.</summary>
    /// <param name="organizationIdentifier">2.5.4.97, ETSI EN 319 412-1, e.g. NTRCN-91350100M000100Y43; null for officers.</param>
    public static X509Certificate2 SignEndEntity(
        SigningKey issuer, X509Certificate2 issuerCertificate, VerificationKey subject, string commonName, string? organizationIdentifier,
        IReadOnlyList<string> extendedKeyUsages, DateTimeOffset from, DateTimeOffset to) => throw new NotImplementedException();
}
