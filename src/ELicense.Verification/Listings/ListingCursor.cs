using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ELicense.Core;

namespace ELicense.Verification.Listings;

/// <summary>Where a list goes on: what the last page ended with, as an opaque text. It names what was shown, not how much, so that what is added meanwhile moves nothing.</summary>
internal static class ListingCursor
{
    private const int MaxLength = 1024;

    public static string Write(params ReadOnlySpan<object> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
            text.Append(CultureInfo.InvariantCulture, $"{part}.");
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text.ToString(0, text.Length - 1)));
    }

    /// <param name="count">How many numbers it has; a text may follow them.</param>
    public static bool TryRead(string cursor, int count, out long[] numbers, out string text, out Refusal refusal)
    {
        (numbers, text, refusal) = (new long[count], "", default);
        if (cursor.Length <= MaxLength && Base64Url.IsValid(cursor))
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('.', count + 1);
            var read = 0;
            while (read < count && read < parts.Length && long.TryParse(parts[read], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[read]))
                read++;
            if (read == count)
            {
                text = parts.Length > count ? parts[count] : "";
                return true;
            }
        }

        refusal = Unreadable;
        return false;
    }

    public static Refusal Unreadable { get; } = new(Codes.Malformed, "cursor is the text that the page before gave.");
}
