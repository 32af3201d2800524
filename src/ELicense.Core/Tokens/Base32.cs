using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Tokens;

/// <summary>Base32 (RFC 4648 6), upper case, no padding; the unused bits of the last character must be zero.</summary>
public static class Base32
{
    public static string Encode(ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <param name="maxBytes">Longer text is refused before anything is allocated.</param>
    public static bool TryDecode(ReadOnlySpan<char> text, int maxBytes, [NotNullWhen(true)] out byte[]? bytes, out Refusal refusal) => throw new NotImplementedException();
}
