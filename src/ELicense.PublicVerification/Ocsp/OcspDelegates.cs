using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.Ocsp;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Web.Delegates;

namespace ELicense.PublicVerification.Ocsp;

/// <summary>The public zone's key for OCSP answers and its certificates, one from each enterprise CA.</summary>
public sealed class OcspDelegates(PublicationSource publication, string inbox, Func<SigningKey> open, TimeProvider clock)
    : DelegateCertificates<OcspSigner>(publication, inbox, open, clock)
{
    /// <summary>Of <see cref="Delegation"/>.</summary>
    public const string Role = "ocsp";

    private readonly ConcurrentDictionary<KeyId, OcspIssuer> _issuers = new();
    private SigningTurns? _turns;

    /// <summary>The one enterprise CA of the card that all of these ask about; null when there is none.</summary>
    internal OcspIssuer? FindCa(VerifiedTrust trust, IReadOnlyList<OcspCertificateId> certificates)
    {
        foreach (var ca in trust.Cas)
        {
            if (ca.Key.Role != KeyRole.EnterpriseCa)
                continue;
            var issuer = _issuers.GetOrAdd(ca.Key.Kid, static (_, certificate) => new OcspIssuer(certificate), ca.Certificate);
            if (certificates.All(issuer.Issued))
                return issuer;
        }

        return null;
    }

    /// <summary>Null when there is none in its period.</summary>
    internal OcspSigner? FindSigner(KeyId ca, DateTimeOffset now) => Find(ca, now);

    protected override string DelegatedRole => Role;

    protected override bool IsIssuer(TrustedCa ca) => ca.Key.Role == KeyRole.EnterpriseCa;

    /// <summary>All CAs' delegates have one key, and share its turns.</summary>
    protected override OcspSigner Take(SigningKey key, X509Certificate2 certificate, TrustedCa ca, VerifiedTrust trust) =>
        new(_turns ??= new SigningTurns(key, TimeProvider.System), certificate, ca.Certificate);
}
