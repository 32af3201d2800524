using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates;

namespace ELicense.Issuance.People;

/// <summary>An officer's certificate as the register knows it. The certificate itself is not kept, and never published.</summary>
/// <param name="Fingerprint">SHA-256 of the certificate.</param>
/// <param name="Name">Null: no CRL can name it. No CA of the trust card issued it, it was enrolled before names were kept, or only its fingerprint is said.</param>
public sealed record OfficerCertificate(Digest Fingerprint, CertificateName? Name)
{
    /// <param name="cas">The officers' CAs.</param>
    public static OfficerCertificate Of(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> cas) => new(
        Digest.Of(certificate.RawDataMemory.Span),
        cas.FirstOrDefault(ca => IssuedCertificate.IsBy(ca, certificate)) is { } ca && SerialNumber.TryFromInteger(certificate.SerialNumberBytes.Span, out var serial)
            ? new CertificateName(KeyId.Of(ca.PublicKey.ExportSubjectPublicKeyInfo()), serial)
            : null);
}

/// <summary>What CRLs call a certificate.</summary>
/// <param name="Issuer">The CA's key.</param>
public sealed record CertificateName(KeyId Issuer, SerialNumber Serial);
