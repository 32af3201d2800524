using System.Buffers.Binary;
using System.Globalization;

namespace ELicense.Core;

/// <summary>Key identifier (kid): the first 8 bytes of SHA-256 of a SubjectPublicKeyInfo; 16 lower-case hexadecimal digits in text.</summary>
public readonly record struct KeyId(ulong Value)
{
    public const int Size = 8;

    /// <param name="subjectPublicKeyInfo">DER of RFC 5280 4.1.2.7.</param>
    public static KeyId Of(ReadOnlySpan<byte> subjectPublicKeyInfo) => FromBytes(Digest.Of(subjectPublicKeyInfo).Span[..Size]);

    /// <param name="bytes">Exactly 8 bytes, big-endian.</param>
    public static KeyId FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
            throw new ArgumentException($"A key identifier has 8 bytes, not {bytes.Length}.", nameof(bytes));
        return new KeyId(BinaryPrimitives.ReadUInt64BigEndian(bytes));
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Value);
        return bytes;
    }

    public static bool TryParse(string? text, out KeyId id)
    {
        id = default;
        if (text is not { Length: 2 * Size } || !ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            return false;
        id = new KeyId(value);
        return true;
    }

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
