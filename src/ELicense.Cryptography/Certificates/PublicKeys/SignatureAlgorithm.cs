using System.Formats.Asn1;
using System.Security.Cryptography;
using ELicense.Core;

namespace ELicense.Cryptography.Certificates.PublicKeys;

/// <summary>A signature algorithm of X.509 that we verify; SHA-1 and MD5 are not among them.</summary>
public readonly record struct SignatureAlgorithm
{
    private SignatureAlgorithm(string oid, string keyAlgorithm, HashAlgorithmName hash) => (Oid, KeyAlgorithm, Hash) = (oid, keyAlgorithm, hash);

    public string Oid { get; }

    private string KeyAlgorithm { get; }

    /// <summary>Without a name for Ed25519, which hashes by itself.</summary>
    public HashAlgorithmName Hash { get; }

    /// <summary>The one that a key of this kind signs with where nothing else is said: SHA-256, for P-384 SHA-384.</summary>
    public static SignatureAlgorithm Of(SubjectKeyKind kind) => kind switch
    {
        SubjectKeyKind.P256 => new("1.2.840.10045.4.3.2", X509Oids.EcPublicKey, HashAlgorithmName.SHA256),
        SubjectKeyKind.P384 => new("1.2.840.10045.4.3.3", X509Oids.EcPublicKey, HashAlgorithmName.SHA384),
        SubjectKeyKind.Rsa => new("1.2.840.113549.1.1.11", X509Oids.RsaEncryption, HashAlgorithmName.SHA256),
        _ => new(X509Oids.Ed25519, X509Oids.Ed25519, default),
    };

    /// <summary>Reads an AlgorithmIdentifier (RFC 5280 4.1.1.2). Codes: algorithm-unsupported; throws <see cref="AsnContentException"/> for parameters that the algorithm has not.</summary>
    public static bool TryRead(AsnReader reader, out SignatureAlgorithm algorithm, out Refusal refusal)
    {
        var identifier = reader.ReadSequence();
        var oid = identifier.ReadObjectIdentifier();
        (string Key, HashAlgorithmName Hash)? known = oid switch
        {
            // RFC 5758 3.2
            "1.2.840.10045.4.3.2" => (X509Oids.EcPublicKey, HashAlgorithmName.SHA256),
            "1.2.840.10045.4.3.3" => (X509Oids.EcPublicKey, HashAlgorithmName.SHA384),
            "1.2.840.10045.4.3.4" => (X509Oids.EcPublicKey, HashAlgorithmName.SHA512),

            // RFC 4055 5
            "1.2.840.113549.1.1.11" => (X509Oids.RsaEncryption, HashAlgorithmName.SHA256),
            "1.2.840.113549.1.1.12" => (X509Oids.RsaEncryption, HashAlgorithmName.SHA384),
            "1.2.840.113549.1.1.13" => (X509Oids.RsaEncryption, HashAlgorithmName.SHA512),

            // RFC 8410 3
            X509Oids.Ed25519 => (X509Oids.Ed25519, default),
            _ => null,
        };
        if (known is not { } served)
        {
            algorithm = default;
            refusal = new Refusal(Codes.AlgorithmUnsupported, $"The signature algorithm {oid} is not served: ECDSA or RSA (PKCS #1 v1.5) with SHA-2, or Ed25519.");
            return false;
        }

        // RFC 4055 5: NULL or absent; RFC 5758 3.2 and RFC 8410 3: absent.
        if (served.Key == X509Oids.RsaEncryption && identifier.HasData)
            identifier.ReadNull();
        identifier.ThrowIfNotEmpty();
        algorithm = new SignatureAlgorithm(oid, served.Key, served.Hash);
        refusal = default;
        return true;
    }

    public bool Serves(SubjectKeyKind kind) => KeyAlgorithm == kind switch
    {
        SubjectKeyKind.Rsa => X509Oids.RsaEncryption,
        SubjectKeyKind.Ed25519 => X509Oids.Ed25519,
        _ => X509Oids.EcPublicKey,
    };
}
