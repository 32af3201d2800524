using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using ELicense.Core;
using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cryptography.Certificates.RevocationLists;

/// <summary>What a CRL that one of our keys signed says of itself, without its entries.</summary>
public sealed record SignedRevocationList(long Number, DateTimeOffset ThisUpdate, DateTimeOffset NextUpdate)
{
    public const int MaxBytes = 64 * 1024 * 1024;
    private const int MaxDepth = 8;
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);

    /// <summary>Codes: too-large, too-deep, malformed, algorithm-unsupported, signature-wrong.</summary>
    /// <param name="issuer">SubjectPublicKeyInfo of the key that must have signed it.</param>
    public static bool TryOpen(ReadOnlyMemory<byte> der, ReadOnlyMemory<byte> issuer, [NotNullWhen(true)] out SignedRevocationList? list, out Refusal refusal)
    {
        list = null;
        if (!BoundedDer.Check(der.Span, MaxBytes, MaxDepth, out refusal) || !SubjectPublicKey.TryRead(issuer, out var key, out refusal))
            return false;
        try
        {
            // RFC 5280 5.1: CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue }
            var outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var signed = outer.ReadEncodedValue();
            if (!SignatureAlgorithm.TryRead(outer, out var algorithm, out refusal))
                return false;
            var signature = outer.ReadBitString(out _);
            outer.ThrowIfNotEmpty();
            list = Read(new AsnReader(signed, AsnEncodingRules.DER).ReadSequence());
            if (key.Verify(algorithm, signed.Span, signature))
                return true;
            list = null;
            refusal = new Refusal(Codes.SignatureWrong, "The CRL is not signed by that key.");
        }
        catch (AsnContentException e)
        {
            refusal = new Refusal(Codes.Malformed, $"Not a CertificateList of RFC 5280 5.1: {e.Message}");
        }

        return false;
    }

    /// <summary>The entries of a list that was opened before; the reason of one that states none is unspecified (5.3.1).</summary>
    /// <exception cref="AsnContentException">It is no CRL.</exception>
    public static IReadOnlyList<RevokedCertificate> ReadEntries(ReadOnlyMemory<byte> der)
    {
        var tbs = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        tbs.ReadInteger();
        tbs.ReadEncodedValue(); // signature
        tbs.ReadEncodedValue(); // issuer
        _ = (X509Time.Read(tbs), X509Time.Read(tbs));
        var revoked = new List<RevokedCertificate>();
        if (!tbs.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            return revoked;
        for (var entries = tbs.ReadSequence(); entries.HasData;)
            revoked.Add(ReadEntry(entries.ReadSequence()));
        return revoked;
    }

    // 5.1.2.6
    private static RevokedCertificate ReadEntry(AsnReader entry)
    {
        if (!SerialNumber.TryFromInteger(entry.ReadIntegerBytes().Span, out var serial))
            throw new AsnContentException("A serial number is none of RFC 5280 4.1.2.2.");
        var when = X509Time.Read(entry);
        var reason = RevocationReason.Unspecified;
        for (var extensions = entry.HasData ? entry.ReadSequence() : null; extensions?.HasData == true;)
        {
            var extension = extensions.ReadSequence();
            if (extension.ReadObjectIdentifier() == X509Oids.ReasonCode)
                reason = new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER).ReadEnumeratedValue<RevocationReason>();
        }

        return new RevokedCertificate(serial, when, reason);
    }

    private static SignedRevocationList Read(AsnReader tbs)
    {
        tbs.ReadInteger();
        tbs.ReadEncodedValue(); // signature
        tbs.ReadEncodedValue(); // issuer
        var (thisUpdate, nextUpdate) = (X509Time.Read(tbs), X509Time.Read(tbs));
        if (tbs.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            tbs.ReadEncodedValue(); // revokedCertificates
        var extensions = tbs.ReadSequence(ExtensionsTag).ReadSequence();
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            if (extension.ReadObjectIdentifier() == X509Oids.CrlNumber
                && new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER).TryReadInt64(out var number))
                return new SignedRevocationList(number, thisUpdate, nextUpdate);
        }

        throw new AsnContentException("It has no number (5.2.3).");
    }
}
