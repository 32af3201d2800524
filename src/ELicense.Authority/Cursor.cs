using System.Globalization;
using ELicense.Core;

namespace ELicense.Authority;

/// <summary>Where a page of a list begins: after the last id of the page before.</summary>
internal static class Cursor
{
    /// <param name="cursor">As the page before gave it; null: the first page.</param>
    public static bool TryRead(string? cursor, out long after, out Refusal refusal)
    {
        after = 0;
        refusal = default;
        if (cursor is null || (long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after) && after >= 0))
            return true;
        refusal = new Refusal(Codes.Malformed, "cursor is the text that the page before gave.");
        return false;
    }

    /// <returns>Null after the last page.</returns>
    public static string? Next<T>(IReadOnlyList<T> page, int size, Func<T, long> id) => page.Count == size ? id(page[^1]).ToString(CultureInfo.InvariantCulture) : null;
}
