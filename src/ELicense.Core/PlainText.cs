using System.Buffers;
using System.Text;

namespace ELicense.Core;

/// <summary>Bounds that every text in a signed format keeps, whatever it is about.</summary>
public static class PlainText
{
    /// <summary>Not empty, at most so many UTF-16 code units, no control characters (C0), no half of a surrogate pair.</summary>
    public static bool IsWithin(string? text, int maxLength) =>
        text is { Length: > 0 } && text.Length <= maxLength
        && !text.AsSpan().ContainsAnyInRange('\u0000', '\u001F')
        && (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') || HasPairsOnly(text));

    private static bool HasPairsOnly(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != OperationStatus.Done)
                return false;
            text = text[length..];
        }
        return true;
    }
}
