using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Web.Http;

namespace ELicense.Display;

/// <summary>
/// A version of the badge's script. Snippets name its hash, in the address and for the integrity attribute, and stand on sites that nobody here can change: a version that was released is
/// never altered, and served as long as it is one of the files Assets/badge.N.js (docs/badges.md).
/// </summary>
internal sealed class BadgeScript
{
    private const string Prefix = "Assets.badge.";
    private const string Suffix = ".js";

    private BadgeScript(Assembly room, int number)
    {
        Number = number;
        Content = Asset.Read(room, string.Create(CultureInfo.InvariantCulture, $"badge.{number}.js"));
        Path = $"/badge/{Digest.Of(Content).ToString()[..12]}.js";
        Integrity = "sha384-" + Convert.ToBase64String(SHA384.HashData(Content));
    }

    /// <summary>The oldest first.</summary>
    public static IReadOnlyList<BadgeScript> All { get; } = [.. Released()];

    /// <summary>What new snippets name.</summary>
    public static BadgeScript Newest => All[^1];

    /// <summary>1, 2, 3 …</summary>
    public int Number { get; }

    public byte[] Content { get; }

    /// <summary>Names the content.</summary>
    public string Path { get; }

    /// <summary>For the integrity attribute (W3C SRI 3.1).</summary>
    public string Integrity { get; }

    private static IEnumerable<BadgeScript> Released()
    {
        var room = typeof(BadgeScript).Assembly;
        return from file in room.GetManifestResourceNames()
               where file.StartsWith(Prefix, StringComparison.Ordinal) && file.EndsWith(Suffix, StringComparison.Ordinal)
               let number = int.Parse(file.AsSpan(Prefix.Length..^Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture)
               orderby number
               select new BadgeScript(room, number);
    }
}
