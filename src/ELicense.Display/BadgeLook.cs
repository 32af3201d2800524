using ELicense.Web.Texts;

namespace ELicense.Display;

public enum BadgeShape
{
    /// <summary>160×48</summary>
    Wide,

    /// <summary>96×96</summary>
    Square,
}

public enum BadgeTheme
{
    /// <summary>As the reader's browser prefers.</summary>
    Auto,
    Light,
    Dark,
}

/// <summary>How a badge is drawn. Its address says it, never the request: what is kept for one reader is right for all.</summary>
/// <param name="Only">The one language of its words; null: Chinese and English.</param>
public readonly record struct BadgeLook(BadgeShape Shape, BadgeTheme Theme, Language? Only)
{
    /// <summary>What the query asks for; anything unknown is as good as left out.</summary>
    /// <param name="size">square</param>
    /// <param name="theme">light or dark</param>
    /// <param name="lang">zh or en</param>
    public static BadgeLook Of(string? size, string? theme, string? lang) => new(
        size == "square" ? BadgeShape.Square : BadgeShape.Wide,
        theme switch
        {
            "light" => BadgeTheme.Light,
            "dark" => BadgeTheme.Dark,
            _ => BadgeTheme.Auto,
        },
        Language.Find(lang));

    /// <summary>Width and height in pixels.</summary>
    public (int Width, int Height) Size => Shape == BadgeShape.Square ? (96, 96) : (160, 48);

    /// <summary>What <see cref="Of"/> reads, with its question mark; empty for the usual look.</summary>
    public string Query
    {
        get
        {
            var asked = string.Join('&', ((string?[])
            [
                Shape == BadgeShape.Square ? "size=square" : null,
                Theme switch
                {
                    BadgeTheme.Light => "theme=light",
                    BadgeTheme.Dark => "theme=dark",
                    _ => null,
                },
                Only is null ? null : "lang=" + Only.ShortName,
            ]).OfType<string>());
            return asked.Length == 0 ? "" : "?" + asked;
        }
    }
}
