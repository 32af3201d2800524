using System.Globalization;
using System.Text;

namespace ELicense.Verification.Listings;

/// <summary>A name as it is searched for: what people type differently for the same name is made equal, on both sides.</summary>
public static class NameFolding
{
    /// <summary>Characters that a name to search for has, folded.</summary>
    public const int Shortest = 2;

    /// <inheritdoc cref="Shortest"/>
    public const int Longest = 64;

    /// <summary>NFKC (full-width forms become plain ones, UAX #15), lower case, and nothing but letters, marks and digits: no spaces, brackets or points.</summary>
    public static string Fold(string text)
    {
        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // half a surrogate pair becomes U+FFFD
            whole.Append(rune.ToString());
        var folded = new StringBuilder(whole.Length);
        foreach (var rune in whole.ToString().Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            // Letters, marks and numbers are the first eleven categories; 〇 is a letter number.
            if (Rune.GetUnicodeCategory(rune) <= UnicodeCategory.OtherNumber)
                folded.Append(Rune.ToLowerInvariant(rune).ToString());
        }

        return folded.ToString();
    }

    /// <summary>Every two characters that follow each other, between spaces; empty for less than two.</summary>
    internal static string Bigrams(string folded) => string.Join(' ', Pairs(folded));

    /// <summary>The question of FTS5 for names that have all of them (sqlite.org/fts5.html, 3.1: a text in quotes is one phrase; phrases side by side are all required).</summary>
    internal static string Question(string folded) => string.Join(' ', Pairs(folded).Distinct(StringComparer.Ordinal).Select(pair => $"\"{pair}\""));

    /// <summary>Characters of Unicode, not of UTF-16.</summary>
    internal static int Length(string folded) => folded.EnumerateRunes().Count();

    private static IEnumerable<string> Pairs(string folded)
    {
        string? last = null;
        foreach (var rune in folded.EnumerateRunes())
        {
            var character = rune.ToString();
            if (last is not null)
                yield return last + character;
            last = character;
        }
    }
}
