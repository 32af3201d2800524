using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ELicense.Cryptography.Certificates;

/// <summary>Serial number of a certificate (RFC 5280 4.1.2.2): positive, at most 20 octets.</summary>
public readonly record struct SerialNumber
{
    /// <summary>RFC 5280 4.1.2.2: octets of the encoded INTEGER, its sign bit included.</summary>
    public const int MaxSize = 20;

    /// <summary>Octets of those that we make: 126 random bits, where 64 are asked for (CA/Browser Forum Baseline Requirements 7.1).</summary>
    public const int Size = 16;

    private SerialNumber(string hex) => Hex = hex;

    /// <summary>Lower-case hexadecimal digits of the magnitude, two an octet, without leading zero octets: as in log entries.</summary>
    public string Hex { get; }

    /// <summary>The first two bits are 01, so that every one is positive and of the same length.</summary>
    public static SerialNumber Generate()
    {
        Span<byte> octets = stackalloc byte[Size];
        RandomNumberGenerator.Fill(octets);
        octets[0] = (byte)((octets[0] & 0x3f) | 0x40);
        return new SerialNumber(Convert.ToHexStringLower(octets));
    }

    /// <param name="integer">Contents of a DER INTEGER. False for zero, negative numbers, more than 20 octets and needless leading octets.</param>
    public static bool TryFromInteger(ReadOnlySpan<byte> integer, out SerialNumber serial)
    {
        serial = default;
        if (integer.Length is 0 or > MaxSize || (integer[0] & 0x80) != 0)
            return false;
        var magnitude = integer[0] == 0 ? integer[1..] : integer;
        if (magnitude.IsEmpty || magnitude[0] == 0 || (magnitude.Length < integer.Length && magnitude[0] < 0x80))
            return false;
        serial = new SerialNumber(Convert.ToHexStringLower(magnitude));
        return true;
    }

    /// <summary>Accepts the form of <see cref="Hex"/> only.</summary>
    public static bool TryParse([NotNullWhen(true)] string? hex, out SerialNumber serial)
    {
        serial = default;
        if (hex is null || hex.Length is 0 or > 2 * MaxSize || hex.Length % 2 != 0 || hex.StartsWith("00", StringComparison.Ordinal) || !hex.All(char.IsAsciiHexDigitLower))
            return false;
        var magnitude = Convert.FromHexString(hex);
        return TryFromInteger(magnitude[0] < 0x80 ? magnitude : [0, .. magnitude], out serial);
    }

    /// <summary>The magnitude, big-endian.</summary>
    public byte[] ToArray() => Convert.FromHexString(Hex);

    public override string ToString() => Hex;
}
