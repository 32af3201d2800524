using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>A TBSCertificate that passed every lint: the only thing that a CA's key signs, and it signs exactly these bytes.</summary>
public sealed class LintedCertificate
{
    private readonly VerificationKey _issuerKey;

    private LintedCertificate(DecodedCertificate certificate, SerialNumber serial, VerificationKey issuerKey) =>
        (Certificate, Serial, _issuerKey) = (certificate, serial, issuerKey);

    public SerialNumber Serial { get; }

    /// <summary>What is signed; may be stored before, and linted again afterwards.</summary>
    public ReadOnlyMemory<byte> ToBeSigned => Certificate.ToBeSigned;

    /// <summary>The same bytes, decoded.</summary>
    public DecodedCertificate Certificate { get; }

    /// <summary>Codes: too-large, too-deep, malformed, certificate-lint (all findings in its detail).</summary>
    /// <param name="toBeSigned">DER of a TBSCertificate.</param>
    public static bool TryLint(ReadOnlyMemory<byte> toBeSigned, LintContext context, [NotNullWhen(true)] out LintedCertificate? linted, out Refusal refusal)
    {
        linted = null;
        if (!DecodedCertificate.TryReadToBeSigned(toBeSigned, out var certificate, out refusal))
            return false;
        var findings = CertificateLint.Check(certificate, context);
        if (findings.Count > 0)
        {
            refusal = new Refusal(Codes.CertificateLint, string.Join(" ", findings.Select(finding => finding.Detail)));
            return false;
        }

        _ = SerialNumber.TryFromInteger(certificate.SerialOctets.Span, out var serial); // a lint proved it
        linted = new LintedCertificate(certificate, serial, context.IssuerKey);
        return true;
    }

    /// <returns>The certificate, DER.</returns>
    /// <exception cref="ArgumentException">Another key than the one that the bytes were linted for.</exception>
    public byte[] Sign(SigningKey issuer)
    {
        if (!issuer.PublicKey.SubjectPublicKeyInfo.Span.SequenceEqual(_issuerKey.SubjectPublicKeyInfo.Span))
            throw new ArgumentException($"The certificate was made for {_issuerKey}, not for {issuer.PublicKey}.", nameof(issuer));
        return X509Signing.Sign(issuer, ToBeSigned.Span);
    }
}
