using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.PublicVerification.Delegates;
using ELicense.Verification.Publication;
using ELicense.Verification.Receipts;
using ELicense.Verification.Trust;

namespace ELicense.PublicVerification.Receipts;

/// <summary>A key and the certificate that goes into what it signs.</summary>
public sealed record ReceiptSigner(SigningKey Key, ReadOnlyMemory<byte> Certificate);

/// <summary>The public zone's key for receipts and its certificates, from the officers' CAs.</summary>
public sealed class ReceiptDelegates(PublicationSource publication, string inbox, Func<SigningKey> open, TimeProvider clock)
    : DelegateCertificates<ReceiptSigner>(publication, inbox, open, clock)
{
    private readonly TimeProvider _clock = clock;

    /// <summary>Any that is in its period; null when none is.</summary>
    internal ReceiptSigner? FindSigner(VerifiedTrust trust, DateTimeOffset now) =>
        trust.Cas.Where(IsIssuer).Select(ca => Find(ca.Key.Kid, now)).FirstOrDefault(signer => signer is not null);

    private protected override string DelegatedRole => Receipt.Role;

    private protected override bool IsIssuer(TrustedCa ca) => ca.Key.Role == KeyRole.OfficersCa;

    private protected override ReceiptSigner Take(SigningKey key, X509Certificate2 certificate, TrustedCa ca, VerifiedTrust trust)
    {
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey.SubjectPublicKeyInfo.Span))
            throw new ArgumentException($"The certificate is for another key than {key.PublicKey}.", nameof(certificate));
        return ReceiptVerifier.IsDelegate(certificate, trust, _clock.GetUtcNow())
            ? new ReceiptSigner(key, certificate.RawData)
            : throw new ArgumentException("The certificate is not one for receipts, or not in its period.", nameof(certificate));
    }
}
