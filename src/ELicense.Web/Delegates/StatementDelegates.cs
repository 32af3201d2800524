using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Web.Delegates;

/// <summary>A key and the certificate that says whose it is.</summary>
/// <param name="Certificate">DER.</param>
/// <param name="Until">The certificate's end; what is signed is not good any longer.</param>
public sealed record StatementSigner(SigningKey Key, ReadOnlyMemory<byte> Certificate, DateTimeOffset Until);

/// <summary>The public zone's key for one kind of statement (receipts, badges) and its certificates, from the officers' CAs.</summary>
/// <param name="role">As in the trust card's delegations.</param>
public sealed class StatementDelegates(string role, PublicationSource publication, string inbox, Func<SigningKey> open, TimeProvider clock)
    : DelegateCertificates<StatementSigner>(publication, inbox, open, clock)
{
    private readonly TimeProvider _clock = clock;

    /// <summary>Any that is in its period; null when none is.</summary>
    public StatementSigner? FindSigner(VerifiedTrust trust, DateTimeOffset now) =>
        trust.Cas.Where(IsIssuer).Select(ca => Find(ca.Key.Kid, now)).FirstOrDefault(signer => signer is not null);

    protected override string DelegatedRole => role;

    protected override bool IsIssuer(TrustedCa ca) => ca.Key.Role == KeyRole.OfficersCa;

    protected override StatementSigner Take(SigningKey key, X509Certificate2 certificate, TrustedCa ca, VerifiedTrust trust)
    {
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey.SubjectPublicKeyInfo.Span))
            throw new ArgumentException($"The certificate is for another key than {key.PublicKey}.", nameof(certificate));
        return DelegatedCertificate.IsFor(certificate, role, trust, _clock.GetUtcNow())
            ? new StatementSigner(key, certificate.RawData, new DateTimeOffset(certificate.NotAfter).ToUniversalTime())
            : throw new ArgumentException($"The certificate is not one for the role {role}, or not in its period.", nameof(certificate));
    }
}
