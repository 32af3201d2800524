using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ELicense.Cryptography.Certificates;

/// <summary>Whether a CA issued a certificate, by these two certificates alone: no chain engine, no store, no network.</summary>
public static class IssuedCertificate
{
    /// <summary>RFC 5280 6.1.3 (a)(1) and (a)(4): the signature verifies under the issuer's key, and the names chain. Periods and purposes are other questions.</summary>
    public static bool IsBy(X509Certificate2 issuer, X509Certificate2 certificate)
    {
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData))
            return false;
        try
        {
            // RFC 5280 4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
            var outer = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            var signed = outer.ReadEncodedValue();
            var algorithm = outer.ReadSequence().ReadObjectIdentifier();
            var signature = outer.ReadBitString(out _);
            outer.ThrowIfNotEmpty();
            return Verify(issuer, algorithm, signed.Span, signature);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    private static bool Verify(X509Certificate2 issuer, string algorithm, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        using var elliptic = issuer.GetECDsaPublicKey();
        using var rsa = issuer.GetRSAPublicKey();
        return algorithm switch
        {
            // RFC 5758 3.2
            "1.2.840.10045.4.3.2" when elliptic is not null =>
                elliptic.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence),
            "1.2.840.10045.4.3.3" when elliptic is not null =>
                elliptic.VerifyData(signed, signature, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence),

            // RFC 4055 5
            "1.2.840.113549.1.1.11" when rsa is not null => rsa.VerifyData(signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => false,
        };
    }
}
