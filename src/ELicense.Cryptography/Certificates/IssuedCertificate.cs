using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cryptography.Certificates;

/// <summary>Whether a CA issued a certificate, by these two certificates alone: no chain engine, no store, no network.</summary>
public static class IssuedCertificate
{
    private const int MaxDepth = 16;

    /// <summary>RFC 5280 6.1.3 (a)(1) and (a)(4): the signature verifies under the issuer's key, and the names chain. Periods and purposes are other questions.</summary>
    public static bool IsBy(X509Certificate2 issuer, X509Certificate2 certificate)
    {
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData)
            || !BoundedDer.Check(certificate.RawDataMemory.Span, DecodedCertificate.MaxBytes, MaxDepth, out _)
            || !SubjectPublicKey.TryRead(issuer.PublicKey.ExportSubjectPublicKeyInfo(), out var key, out _))
        {
            return false;
        }

        try
        {
            // RFC 5280 4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
            var outer = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            var signed = outer.ReadEncodedValue();
            if (!SignatureAlgorithm.TryRead(outer, out var algorithm, out _))
                return false;
            var signature = outer.ReadBitString(out _);
            outer.ThrowIfNotEmpty();
            return key.Verify(algorithm, signed.Span, signature);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
