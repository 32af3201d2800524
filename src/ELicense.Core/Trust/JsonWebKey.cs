using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ELicense.Core.Trust;

/// <summary>A public key as JWK (RFC 7517): P-256 as {kty EC, crv P-256, x, y} (RFC 7518 6.2), Ed25519 as {kty OKP, crv Ed25519, x} (RFC 8037 2).</summary>
/// <param name="X">Base64url of 32 bytes.</param>
/// <param name="Y">Base64url of 32 bytes; null for Ed25519.</param>
public sealed record JsonWebKey(
    [property: JsonPropertyName("kty")] string KeyType,
    [property: JsonPropertyName("crv")] string Curve,
    [property: JsonPropertyName("x")] string X,
    [property: JsonPropertyName("y"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Y = null)
{
    private const int CoordinateSize = 32;

    // RFC 5480 2.1.1, 2.2: id-ecPublicKey, secp256r1, an uncompressed point.
    private static ReadOnlySpan<byte> P256Prefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
        0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    // RFC 8410 4: id-Ed25519.
    private static ReadOnlySpan<byte> Ed25519Prefix => [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00];

    /// <summary>ES256 or EdDSA: the one algorithm that a key of this kind has here.</summary>
    [JsonIgnore]
    public string Algorithm => KeyType == "EC" ? "ES256" : "EdDSA";

    /// <param name="subjectPublicKeyInfo">DER of a P-256 key (named curve, uncompressed point) or an Ed25519 key.</param>
    /// <exception cref="ArgumentException">It is of neither kind.</exception>
    public static JsonWebKey From(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        if (subjectPublicKeyInfo.Length == P256Prefix.Length + 2 * CoordinateSize && subjectPublicKeyInfo.StartsWith(P256Prefix))
        {
            var point = subjectPublicKeyInfo[P256Prefix.Length..];
            return new JsonWebKey("EC", "P-256", Base64Url.EncodeToString(point[..CoordinateSize]), Base64Url.EncodeToString(point[CoordinateSize..]));
        }
        if (subjectPublicKeyInfo.Length == Ed25519Prefix.Length + CoordinateSize && subjectPublicKeyInfo.StartsWith(Ed25519Prefix))
            return new JsonWebKey("OKP", "Ed25519", Base64Url.EncodeToString(subjectPublicKeyInfo[Ed25519Prefix.Length..]));
        throw new ArgumentException("Not the SubjectPublicKeyInfo of a P-256 or an Ed25519 key.", nameof(subjectPublicKeyInfo));
    }

    /// <summary>The SubjectPublicKeyInfo in DER; whether the point is on the curve is seen when the key is imported. False for other kinds and lengths.</summary>
    public bool TryToSubjectPublicKeyInfo([NotNullWhen(true)] out byte[]? subjectPublicKeyInfo)
    {
        subjectPublicKeyInfo = null;
        if (!TryDecode(X, out var x))
            return false;
        if (KeyType == "EC" && Curve == "P-256" && TryDecode(Y, out var y))
            subjectPublicKeyInfo = [.. P256Prefix, .. x, .. y];
        else if (KeyType == "OKP" && Curve == "Ed25519" && Y is null)
            subjectPublicKeyInfo = [.. Ed25519Prefix, .. x];
        return subjectPublicKeyInfo is not null;
    }

    private static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? coordinate)
    {
        coordinate = null;
        Span<byte> bytes = stackalloc byte[CoordinateSize + 1];
        // The decoder skips white space and padding; only the text that it would have written is taken.
        if (text is not { Length: 43 } || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != OperationStatus.Done
            || length != CoordinateSize || Base64Url.EncodeToString(bytes[..length]) != text)
            return false;
        coordinate = bytes[..length].ToArray();
        return true;
    }
}
