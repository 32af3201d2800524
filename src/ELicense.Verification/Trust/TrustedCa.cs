using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;

namespace ELicense.Verification.Trust;

/// <summary>A CA of the trust card.</summary>
public sealed record TrustedCa(TrustedKey Key, X509Certificate2 Certificate)
{
    /// <summary>Codes: too-large, too-deep, malformed (a certificate that is none), key-role (one for another key).</summary>
    internal static bool TryReadAll(TrustCard card, [NotNullWhen(true)] out IReadOnlyList<TrustedCa>? cas, out Refusal refusal)
    {
        cas = null;
        refusal = default;
        var read = new List<TrustedCa>();
        foreach (var key in card.Keys.Where(key => key.Role is KeyRole.EnterpriseCa or KeyRole.OfficersCa))
        {
            if (key.Certificate is not { } der)
                continue;
            if (!DecodedCertificate.TryReadCertificate(der, out var certificate, out refusal))
                return false;
            if (!certificate.SubjectPublicKeyInfo.Span.SequenceEqual(key.SubjectPublicKeyInfo.Span))
            {
                refusal = new Refusal(Codes.KeyRole, $"The card's certificate of key {key.Kid} is for another key.");
                return false;
            }

            try
            {
                read.Add(new TrustedCa(key, X509CertificateLoader.LoadCertificate(der.Span)));
            }
            catch (CryptographicException e)
            {
                refusal = new Refusal(Codes.Malformed, $"The card's certificate of key {key.Kid} cannot be read: {e.Message}");
                return false;
            }
        }

        cas = read;
        return true;
    }
}
