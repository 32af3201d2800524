using System.Security.Cryptography;
using static ELicense.Pkcs11.Native.Constants;

namespace ELicense.Pkcs11;

/// <summary>Kinds of keys that the house keeps on tokens.</summary>
public enum Pkcs11KeyType
{
    /// <summary>CKK_EC on prime256v1, CKM_ECDSA.</summary>
    P256,

    /// <summary>CKK_EC_EDWARDS, CKM_EDDSA.</summary>
    Ed25519,
}

/// <summary>What Cryptoki and X.509 call a type of key.</summary>
/// <param name="Parameters">CKA_EC_PARAMS for making one.</param>
/// <param name="OtherParameters">CKA_EC_PARAMS that modules also answer with.</param>
/// <param name="InfoPrefix">SubjectPublicKeyInfo up to the point.</param>
internal sealed record KeyAlgorithm(
    Pkcs11KeyType Type, ulong KeyType, byte[] Parameters, byte[] OtherParameters, byte[] InfoPrefix, int PointSize)
{
    public const int SignatureSize = 64;

    private static readonly KeyAlgorithm[] All =
    [
        // prime256v1; RFC 5480 2.1.1.1.
        new(
            Pkcs11KeyType.P256, CKK_EC,
            Convert.FromHexString("06082a8648ce3d030107"), [], Convert.FromHexString("3059301306072a8648ce3d020106082a8648ce3d030107034200"), 65),

        // PKCS#11 v3.0 2.3.5: PrintableString "edwards25519", or the object identifier of RFC 8410.
        new(
            Pkcs11KeyType.Ed25519, CKK_EC_EDWARDS,
            [0x13, 0x0c, .. "edwards25519"u8], Convert.FromHexString("06032b6570"), Convert.FromHexString("302a300506032b6570032100"), 32),
    ];

    public static KeyAlgorithm Of(Pkcs11KeyType type) => All.Single(a => a.Type == type);

    /// <returns>Null for a key that the house does not use.</returns>
    public static KeyAlgorithm? Of(ulong keyType, ReadOnlySpan<byte> parameters)
    {
        foreach (var algorithm in All)
        {
            if (algorithm.KeyType == keyType && (parameters.SequenceEqual(algorithm.Parameters) || parameters.SequenceEqual(algorithm.OtherParameters)))
                return algorithm;
        }

        return null;
    }

    /// <param name="point">CKA_EC_POINT: the point in a DER OCTET STRING (PKCS#11 v2.40 mechanisms 2.3.3), or bare as some modules give it.</param>
    public byte[] SubjectPublicKeyInfo(ReadOnlySpan<byte> point)
    {
        if (point.Length == PointSize + 2 && point[0] == 0x04 && point[1] == PointSize)
            point = point[2..];
        if (point.Length != PointSize || (Type == Pkcs11KeyType.P256 && point[0] != 0x04))
            throw new Pkcs11Exception("token-failed", $"CKA_EC_POINT of {point.Length} bytes is no {Type} point.");
        return [.. InfoPrefix, .. point];
    }

    /// <summary>First 8 bytes of SHA-256.</summary>
    public static byte[] KeyIdOf(ReadOnlySpan<byte> subjectPublicKeyInfo) => SHA256.HashData(subjectPublicKeyInfo)[..8];
}
