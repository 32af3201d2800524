using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Tokens;

/// <summary>Base32 (RFC 4648 6), upper case, no padding; the unused bits of the last character must be zero.</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerCharacter = 5;

    // Of ASCII; -1 for what stands for nothing.
    private static readonly sbyte[] Values = [.. Enumerable.Range(0, 128).Select(character => (sbyte)Alphabet.IndexOf((char)character, StringComparison.Ordinal))];

    // They are five whole bytes.
    private const int CharactersOfGroup = 8;

    /// <summary>Characters that stand for so many bytes.</summary>
    public static int LengthOf(int bytes) => (bytes * 8 + BitsPerCharacter - 1) / BitsPerCharacter;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        return string.Create(LengthOf(bytes.Length), bytes, static (text, bytes) =>
        {
            var (bits, count, at) = (0, 0, 0);
            foreach (var next in bytes)
            {
                bits = (bits << 8 | next) & 0xFFF;
                for (count += 8; count >= BitsPerCharacter; count -= BitsPerCharacter)
                    text[at++] = Alphabet[(bits >> (count - BitsPerCharacter)) & 0x1F];
            }
            if (count > 0)
                text[at] = Alphabet[(bits << (BitsPerCharacter - count)) & 0x1F];
        });
    }

    /// <summary>Codes: too-large, malformed, not-canonical.</summary>
    /// <param name="maxBytes">Longer text is refused before anything is allocated.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, int maxBytes, [NotNullWhen(true)] out byte[]? bytes, out Refusal refusal)
    {
        bytes = null;
        var length = (int)((long)text.Length * BitsPerCharacter / 8);
        if (length > maxBytes)
            return Refuse(Codes.TooLarge, $"{text.Length} characters of Base32, at most {maxBytes} bytes are read", out refusal);
        // RFC 4648 6: 8n + 1, 3 or 6 characters stand for no whole number of bytes.
        if (text.Length % 8 is 1 or 3 or 6)
            return Refuse(Codes.Malformed, "a length that Base32 never has", out refusal);

        var decoded = new byte[length];
        var (bits, count, at) = (0, 0, 0);
        for (; text.Length >= CharactersOfGroup; text = text[CharactersOfGroup..])
        {
            var group = 0L;
            foreach (var character in text[..CharactersOfGroup])
                group = group << BitsPerCharacter | (long)ValueOf(character);
            // A value below zero has all bits set, wherever it came.
            if (group < 0)
                return Refuse(Codes.Malformed, "a character outside A-Z and 2-7", out refusal);
            for (var shift = 32; shift >= 0; shift -= 8)
                decoded[at++] = (byte)(group >> shift);
        }

        foreach (var character in text)
        {
            var value = ValueOf(character);
            if (value < 0)
                return Refuse(Codes.Malformed, "a character outside A-Z and 2-7", out refusal);
            bits = (bits << BitsPerCharacter | value) & 0xFFF;
            count += BitsPerCharacter;
            if (count >= 8)
                decoded[at++] = (byte)(bits >> (count -= 8));
        }
        // RFC 4648 3.5
        if ((bits & ((1 << count) - 1)) != 0)
            return Refuse(Codes.NotCanonical, "spare bits that are not zero", out refusal);
        bytes = decoded;
        refusal = default;
        return true;
    }

    private static int ValueOf(char character) => character < Values.Length ? Values[character] : -1;

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }
}
