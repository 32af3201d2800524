using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Trust;

namespace ELicense.Issuance.Filings;

/// <summary>A file of the inbox whose signature was checked (docs/formats.md, Signed by an enterprise). Whether the register issued the certificate is another question.</summary>
/// <param name="Certificate">DER of the enterprise's certificate.</param>
/// <param name="KeyHash">SHA-256 of its SubjectPublicKeyInfo.</param>
internal sealed record FilingProof(Filing Filing, FilingEvidence Evidence, ReadOnlyMemory<byte> Certificate, Digest KeyHash)
{
    /// <summary>Codes: too-large, too-deep, not-canonical, malformed, unknown-format, filing-signature, delegate-unknown.</summary>
    /// <param name="settings">Portals are believed while they are named: what a stolen key signs is refused from then on.</param>
    public static bool TryRead(ReadOnlyMemory<byte> file, FilingSettings settings, [NotNullWhen(true)] out FilingProof? proof, out Refusal refusal)
    {
        proof = null;
        if (!CertifiedCoseSign1.TryDecode(file, Filing.MaxBytes, out var message, out refusal))
            return false;
        if (message.Type is not (Filing.Type or Filing.PortalType))
        {
            refusal = new Refusal(Codes.UnknownFormat, "A signed file that is no filing.");
            return false;
        }

        if (!Filing.TryDecodeClaims(message.Payload, out var filing, out refusal))
            return false;
        if (filing.Holder is null != (message.Type == Filing.Type))
        {
            refusal = new Refusal(Codes.Malformed, "A filing by a portal names the enterprise's certificate, and no other does.");
            return false;
        }

        if (!ForeignCertificate.TryLoad(message.Certificate.Span, out var certificate, out refusal))
            return false;
        using (certificate)
        {
            if (!message.IsSignedBy(certificate))
            {
                refusal = new Refusal(Codes.FilingSignature, "The filing is not signed by the key of the certificate in it.");
                return false;
            }

            var keyHash = Digest.Of(certificate.PublicKey.ExportSubjectPublicKeyInfo());
            if (filing.Holder is null)
            {
                proof = new FilingProof(filing, FilingEvidence.TokenSigned, message.Certificate, keyHash);
                return true;
            }

            // As of the filing's time: a disk may carry it for longer than a portal's certificate lives.
            if (!settings.Named().Any(one => one.Role == Filing.PortalRole && one.Key == keyHash)
                || !DelegatedCertificate.IsFor(certificate, Filing.PortalRole, settings.Trust(), DateTimeOffset.FromUnixTimeSeconds(filing.IssuedAt)))
            {
                refusal = new Refusal(Codes.DelegateUnknown, "The key that signed it is no portal's: the configuration does not name it, or its certificate is no delegate's.");
                return false;
            }
        }

        return TryReadHolder(filing, out proof, out refusal);
    }

    private static bool TryReadHolder(Filing filing, [NotNullWhen(true)] out FilingProof? proof, out Refusal refusal)
    {
        proof = null;
        if (!ForeignCertificate.TryLoad(filing.Holder!.Value.Span, out var holder, out refusal))
            return false;
        using (holder)
            proof = new FilingProof(filing, FilingEvidence.PortalTls, filing.Holder.Value, Digest.Of(holder.PublicKey.ExportSubjectPublicKeyInfo()));
        return true;
    }
}
