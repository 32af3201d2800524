using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Certificates;

namespace ELicense.Verification.Trust;

/// <summary>Certificates of the public zone's keys, by the trust card's delegations.</summary>
public static class DelegatedCertificate
{
    /// <summary>
    /// Whether the card lets this certificate's key sign in the role at the instant: issued by a CA of the card for that purpose, in its period (both ends inclusive, RFC 5280 4.1.2.5).
    /// </summary>
    /// <param name="role">As in the trust card's delegations.</param>
    public static bool IsFor(X509Certificate2 certificate, string role, VerifiedTrust trust, DateTimeOffset at)
    {
        var purposes = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(usage => usage.EnhancedKeyUsages.Cast<Oid>())
            .Select(purpose => purpose.Value).ToList();
        var (from, to) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        return at >= from && at <= to
            && trust.Cas.Any(ca =>
                VerifiedTrust.IsWithin(ca.Key, from.ToUnixTimeSeconds())
                && trust.Card.Delegations.Any(delegation =>
                    delegation.Role == role && delegation.Issuer == ca.Key.Kid && purposes.Contains(delegation.ExtendedKeyUsage))
                && IssuedCertificate.IsBy(ca.Certificate, certificate));
    }
}
