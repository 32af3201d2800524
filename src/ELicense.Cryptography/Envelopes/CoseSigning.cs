using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Envelopes;

/// <summary>Making and checking COSE_Sign1 signatures.</summary>
public static class CoseSigning
{
    /// <returns>The encoded, tagged COSE_Sign1.</returns>
    public static byte[] Sign(SigningKey key, string type, ReadOnlySpan<byte> payload)
    {
        var algorithm = key.Suite.CoseAlgorithm();
        var kid = key.PublicKey.Kid;
        var signature = key.Sign(CoseSign1.SigStructure(algorithm, kid, type, payload));
        return new CoseSign1(algorithm, kid, type, payload.ToArray(), signature).Encode();
    }

    /// <summary>By the key of a certificate, which goes with it.</summary>
    /// <param name="certificate">DER; for this key.</param>
    /// <returns>The encoded, tagged COSE_Sign1, whose signature was checked.</returns>
    public static byte[] Sign(SigningKey key, ReadOnlySpan<byte> certificate, string type, ReadOnlySpan<byte> payload)
    {
        var signed = CertifiedCoseSign1.SigStructure(type, certificate, payload);
        var signature = key.Sign(signed);
        if (!key.PublicKey.Verify(signed, signature))
            throw new CryptographicException($"The signature of {key.PublicKey} is wrong.");
        return new CertifiedCoseSign1(type, certificate.ToArray(), payload.ToArray(), signature).Encode();
    }

    /// <summary>True when kid and algorithm are the key's and the signature is right.</summary>
    public static bool IsSignedBy(this CoseSign1 message, VerificationKey key) =>
        message.Kid == key.Kid
        && message.Algorithm == key.Suite.CoseAlgorithm()
        && key.Verify(message.SigStructure(), message.Signature.Span);

    /// <summary>Whether the key of the certificate in it, a P-256 one, signed it (RFC 9052 4.4). What the certificate is worth is another question.</summary>
    public static bool IsSignedByItsCertificate(this CertifiedCoseSign1 message)
    {
        if (!ForeignCertificate.TryLoad(message.Certificate.Span, out var certificate, out _))
            return false;
        using (certificate)
            return message.IsSignedBy(certificate);
    }

    /// <summary>Whether this certificate's key signed it (RFC 9052 4.4), by ES256.</summary>
    public static bool IsSignedBy(this CertifiedCoseSign1 message, X509Certificate2 certificate) =>
        VerificationKey.TryImport(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var key, out _) && key.Suite == Suite.Es256
        && key.Verify(message.SigStructure(), message.Signature.Span);
}
