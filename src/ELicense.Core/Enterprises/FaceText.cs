using System.Globalization;
using System.Text;

namespace ELicense.Core.Enterprises;

/// <summary>Which text may stand on a face: NFC, no control, bidirectional, zero-width, private-use or unassigned characters, no lone surrogates, no leading formula sign.</summary>
public static class FaceText
{
    // What spreadsheets take for the start of a formula; some take the full-width forms too.
    private const string FormulaSigns = "=+-@＝＋－＠";

    /// <summary>Trims spaces, normalizes to NFC and checks. Codes: text-forbidden, text-too-long, formula.</summary>
    /// <param name="maxLength">In UTF-16 code units.</param>
    /// <returns>An empty text is clean: whether it may be empty is the field's matter.</returns>
    public static bool TryClean(string text, int maxLength, out string clean, out Refusal refusal)
    {
        clean = "";

        // NFC composes at most four code units into one, so a longer text need not be looked at.
        if (text.Length > 4L * maxLength)
        {
            refusal = TooLong(text.Length, maxLength);
            return false;
        }

        if (FindForbidden(text, out var position))
        {
            refusal = new Refusal(Codes.TextForbidden, $"U+{(int)text[position]:X4} at position {position + 1} is not allowed.");
            return false;
        }

        // Spaces only: a tab or line break at the edge is a control character and was refused above.
        var normal = text.Trim(' ', '\u3000', '\u00A0').Normalize(NormalizationForm.FormC);
        if (normal.Length > maxLength)
        {
            refusal = TooLong(normal.Length, maxLength);
            return false;
        }

        if (normal.Length > 0 && FormulaSigns.Contains(normal[0], StringComparison.Ordinal))
        {
            refusal = new Refusal(Codes.Formula, $"A text must not begin with {normal[0]}: a spreadsheet would run it as a formula.");
            return false;
        }

        clean = normal;
        refusal = default;
        return true;
    }

    private static Refusal TooLong(int length, int maxLength) => new(Codes.TextTooLong, $"{length} characters; at most {maxLength} are allowed.");

    private static bool FindForbidden(string text, out int position)
    {
        var width = 1;
        for (position = 0; position < text.Length; position += width)
        {
            // A lone surrogate decodes as no rune.
            if (Rune.DecodeFromUtf16(text.AsSpan(position), out var rune, out width) != System.Buffers.OperationStatus.Done || IsForbidden(rune))
                return true;
        }

        return false;
    }

    private static bool IsForbidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => true,
        _ => IsInvisible(rune.Value),
    };

    // UAX #44 Default_Ignorable_Code_Point, as far as not in the categories above; the blank Braille pattern; and what a broken decoding leaves.
    private static bool IsInvisible(int value) => value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F)
        or 0x2800 or 0x3164 or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or 0xFFFD or (>= 0xE0100 and <= 0xE01EF);
}
