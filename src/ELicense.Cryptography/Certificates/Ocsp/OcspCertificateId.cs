using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cryptography.Certificates.Ocsp;

/// <summary>CertID of a request (RFC 6960 4.1.1): hashes of the issuer's name and key, and the serial number.</summary>
/// <param name="Der">The whole value, which an answer repeats.</param>
/// <param name="HashAlgorithm">SHA-1 or SHA-256; null for others, which no issuer of ours matches.</param>
/// <param name="Serial">Null for an INTEGER that no certificate can have.</param>
public sealed record OcspCertificateId(
    ReadOnlyMemory<byte> Der, HashAlgorithmName? HashAlgorithm, ReadOnlyMemory<byte> IssuerNameHash, ReadOnlyMemory<byte> IssuerKeyHash, SerialNumber? Serial)
{
    /// <exception cref="AsnContentException">Not a CertID.</exception>
    internal static OcspCertificateId Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var id = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var algorithm = id.ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        if (algorithm.HasData)
            algorithm.ReadNull(); // RFC 4055 2.1: NULL or absent
        algorithm.ThrowIfNotEmpty();
        var (name, key, serial) = (id.ReadOctetString(), id.ReadOctetString(), id.ReadIntegerBytes());
        id.ThrowIfNotEmpty();
        return new OcspCertificateId(der, Hash(oid), name, key, SerialNumber.TryFromInteger(serial.Span, out var read) ? read : null);
    }

    private static HashAlgorithmName? Hash(string oid) => oid switch
    {
        "1.3.14.3.2.26" => HashAlgorithmName.SHA1, // RFC 3279 2.1; RFC 9919 3.1.1 has clients still send it
        "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256, // RFC 5754 2.2
        _ => null,
    };
}

/// <summary>An issuer by the hashes of its name and key, in both algorithms, made once.</summary>
public sealed class OcspIssuer
{
    private readonly byte[] _sha1Name;
    private readonly byte[] _sha1Key;
    private readonly byte[] _sha256Name;
    private readonly byte[] _sha256Key;

    /// <exception cref="ArgumentException">The certificate's key is of a kind that we do not serve.</exception>
    public OcspIssuer(X509Certificate2 certificate)
    {
        if (!SubjectPublicKey.TryRead(certificate.PublicKey.ExportSubjectPublicKeyInfo(), out var key, out var refusal))
            throw new ArgumentException(refusal.ToString(), nameof(certificate));
        var name = certificate.SubjectName.RawData;
        Kid = KeyId.Of(key.SubjectPublicKeyInfo.Span);
#pragma warning disable CA5350 // RFC 6960 4.1.1: the hash identifies an issuer, and protects nothing.
        (_sha1Name, _sha1Key) = (SHA1.HashData(name), SHA1.HashData(key.KeyBits.Span));
#pragma warning restore CA5350
        (_sha256Name, _sha256Key) = (SHA256.HashData(name), SHA256.HashData(key.KeyBits.Span));
    }

    public KeyId Kid { get; }

    public bool Issued(OcspCertificateId id) => id.HashAlgorithm?.Name switch
    {
        nameof(HashAlgorithmName.SHA1) => Matches(id, _sha1Name, _sha1Key),
        nameof(HashAlgorithmName.SHA256) => Matches(id, _sha256Name, _sha256Key),
        _ => false,
    };

    private static bool Matches(OcspCertificateId id, byte[] name, byte[] key) => id.IssuerNameHash.Span.SequenceEqual(name) && id.IssuerKeyHash.Span.SequenceEqual(key);
}
