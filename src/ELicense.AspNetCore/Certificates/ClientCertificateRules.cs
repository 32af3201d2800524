using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates;

namespace ELicense.AspNetCore.Certificates;

/// <summary>
/// Judges a client's certificate: issued by one of our CAs, in its period, made for client authentication. Signatures are verified once and remembered by the certificate's hash;
/// everything that can change with time is asked on every request. Nothing here reaches for the network.
/// </summary>
/// <param name="issuers">Certificates of the CAs, asked for on every request; each directly above the certificates that it vouches for.</param>
public sealed class ClientCertificateRules(Func<IReadOnlyList<X509Certificate2>> issuers)
{
    // RFC 5280 4.2.1.12
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>Above it everything is forgotten and verified anew: strangers cannot fill the memory, since only certificates of our CAs are remembered.</summary>
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<Digest, X509Certificate2> _issuedBy = [];

    /// <param name="issuers">As above; always the same.</param>
    public ClientCertificateRules(IReadOnlyList<X509Certificate2> issuers)
        : this(() => issuers)
    {
    }

    public IReadOnlyList<X509Certificate2> Issuers => issuers();

    /// <summary>Codes: certificate-untrusted, certificate-expired, certificate-purpose.</summary>
    /// <returns>Null when the certificate is good.</returns>
    public Refusal? Judge(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (FindIssuer(certificate) is not { } issuer)
            return new Refusal(Codes.CertificateUntrusted, "The certificate was not issued by the CA that this service accepts.");
        return Period("certificate", certificate, now) ?? Period("issuer's certificate", issuer, now) ?? Purpose(certificate);
    }

    private X509Certificate2? FindIssuer(X509Certificate2 certificate)
    {
        var hash = Digest.Of(certificate.RawDataMemory.Span);
        var accepted = Issuers;
        if (_issuedBy.TryGetValue(hash, out var known) && accepted.Any(issuer => issuer.RawDataMemory.Span.SequenceEqual(known.RawDataMemory.Span)))
            return known;
        if (accepted.FirstOrDefault(issuer => IssuedCertificate.IsBy(issuer, certificate)) is not { } found)
            return null;
        if (_issuedBy.Count >= Remembered)
            _issuedBy.Clear();
        _issuedBy[hash] = found;
        return found;
    }

    // RFC 5280 4.1.2.5: both ends count.
    private static Refusal? Period(string whose, X509Certificate2 certificate, DateTimeOffset now)
    {
        var (from, to) = (new DateTimeOffset(certificate.NotBefore).ToUniversalTime(), new DateTimeOffset(certificate.NotAfter).ToUniversalTime());
        return now < from || now >= to.AddSeconds(1)
            ? new Refusal(Codes.CertificateExpired, $"The {whose} is good from {from:u} to {to:u}.")
            : null;
    }

    private static Refusal? Purpose(X509Certificate2 certificate)
    {
        var signs = false;
        var forClients = false;
        foreach (var extension in certificate.Extensions)
        {
            switch (extension)
            {
                case X509KeyUsageExtension usage: // RFC 5280 4.2.1.3
                    signs = usage.KeyUsages.HasFlag(X509KeyUsageFlags.DigitalSignature);
                    break;
                case X509EnhancedKeyUsageExtension purposes:
                    forClients = purposes.EnhancedKeyUsages[ClientAuthentication] is not null;
                    break;
                case X509BasicConstraintsExtension { CertificateAuthority: true }: // RFC 5280 4.2.1.9
                    return new Refusal(Codes.CertificatePurpose, "The certificate is a CA's.");
                case X509BasicConstraintsExtension:
                    break;
                default:
                    if (extension.Critical) // RFC 5280 4.2
                        return new Refusal(Codes.CertificatePurpose, $"The certificate has the critical extension {extension.Oid?.Value}, which is not understood.");
                    break;
            }
        }

        return signs && forClients
            ? null
            : new Refusal(Codes.CertificatePurpose, "The certificate is not made for client authentication (key usage digitalSignature, extended key usage clientAuth).");
    }
}
