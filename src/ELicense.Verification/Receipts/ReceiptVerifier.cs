using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Receipts;

/// <summary>Judges a receipt with nothing but a trust card from elsewhere: no network and no publication.</summary>
public static class ReceiptVerifier
{
    /// <summary>
    /// Codes: too-large, malformed, unknown-format; trust-root (another authority's); receipt-signature (not signed by a delegate of the card); checkpoint-signature,
    /// receipt-proof (the entries are not in the log, or do not say what the verdict says).
    /// </summary>
    /// <param name="jws">ASCII.</param>
    public static bool TryVerify(ReadOnlySpan<byte> jws, VerifiedTrust trust, [NotNullWhen(true)] out Receipt? receipt, out Refusal refusal)
    {
        receipt = null;
        if (!Jws.TryParse(jws, Receipt.MaxBytes, out var signed, out refusal))
            return false;
        if (signed.Type != Receipt.Type)
        {
            refusal = new Refusal(Codes.UnknownFormat, $"typ must be {Receipt.Type}.");
            return false;
        }

        if (!ReceiptReader.TryRead(signed.Payload, out var read, out refusal))
            return false;
        refusal = Origin(read, trust) ?? Signature(signed, read, trust) ?? read.Logged.Judge(trust, read.Issued, out _) ?? default;
        receipt = refusal.Code is null ? read : null;
        return receipt is not null;
    }

    private static Refusal? Origin(Receipt receipt, VerifiedTrust trust) => receipt.Authority == trust.Card.AuthorityNumber && receipt.Origin == trust.Card.Origin
        ? null
        : new Refusal(Codes.TrustRoot, $"The receipt is about authority {receipt.Authority}, {receipt.Origin}; the trusted card is of {trust.Card.AuthorityNumber}, {trust.Card.Origin}.");

    private static Refusal? Signature(Jws signed, Receipt receipt, VerifiedTrust trust)
    {
        if (!ForeignCertificate.TryLoad(receipt.Certificate.Span, out var certificate, out var refusal))
            return refusal with { Detail = $"The delegate's certificate: {refusal.Detail}" };
        using (certificate)
        {
            if (!VerificationKey.TryImport(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var key, out _) || !signed.IsSignedBy(key))
                return new Refusal(Codes.ReceiptSignature, "The signature is not that of the key in the receipt's certificate.");
            return DelegatedCertificate.IsFor(certificate, Receipt.Role, trust, receipt.Issued)
                ? null
                : new Refusal(Codes.ReceiptSignature, $"Who signed is no delegate that the card lets sign receipts, or was none at {receipt.Issued:u}.");
        }
    }
}
