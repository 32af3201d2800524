using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ELicense.Verification.Verdicts;
using ELicense.Web.Pages;
using ELicense.Web.Texts;

namespace ELicense.Display;

/// <summary>
/// The badge as SVG: the authority's mark, the enterprise, the registered site, the live standing by sign and word, and its date. The same for every
/// reader: on a copied page it still names the site that it belongs to.
/// </summary>
public static class BadgePicture
{
    private const string LightColours = ":root{--i:#1b1f24;--s:#4a5057;--p:#fff;--l:#d5d9de;--m:#b3261e;--good:#0f6b3a;--warn:#805300;--bad:#a1201a;--grey:#4a5057}";
    private const string DarkColours = ":root{--i:#e8eaed;--s:#b4bac1;--p:#14171a;--l:#3a4047;--m:#f2857d;--good:#6fcf97;--warn:#e5b567;--bad:#f2857d;--grey:#b4bac1}";

    private const string Rules =
        "text{font-family:-apple-system,'Segoe UI','PingFang SC','Hiragino Sans GB','Noto Sans CJK SC','Microsoft YaHei',sans-serif;fill:var(--i)}.b{fill:var(--p);stroke:var(--l)}"
        + ".m{stroke:var(--m);fill:none}.f{fill:var(--m)}.s{fill:var(--s)}.good{--t:var(--good)}.warn{--t:var(--warn)}.bad{--t:var(--bad)}.grey{--t:var(--grey)}"
        + ".g{stroke:var(--t);fill:none}.w{fill:var(--t);font-weight:600}.n{font-weight:600}";

    // Width of a character in units of the font's size: Chinese is square, Latin about half; generous, since fonts differ.
    private const double LatinWidth = 0.56;
    private const double SmallestName = 8;
    private const double SmallestPage = 7;
    private const double NearlyThatSize = 0.82;

    private static readonly string[] Styles = [LightColours + "@media(prefers-color-scheme:dark){" + DarkColours + "}" + Rules, LightColours + Rules, DarkColours + Rules];

    private static readonly string[] Policies = [.. Styles.Select(PolicyOf)];

    /// <summary>Content-Security-Policy for the picture opened as a document: its own style and nothing else.</summary>
    public static string Policy(BadgeTheme theme) => Policies[(int)theme];

    /// <summary>What the picture says, in words; for the alternative text of the page that shows it.</summary>
    /// <param name="only">The one language of its words; null: Chinese and English.</param>
    public static string AlternativeText(JudgedBadge badge, Language? only = null)
    {
        var date = DateOf(badge);
        return $"{Said(only, Heading)}: {badge.Name}, {badge.Badge.Site}, {Said(only, language => Word(badge, language))}{(date is null ? "" : ", " + date)}";
    }

    public static byte[] Draw(JudgedBadge badge, BadgeLook look)
    {
        // What is not in use promises nothing, whatever the license is.
        var sign = StandingSign.Of(badge.SaysStanding ? badge.Verdict.Value : VerdictValue.Unknown);
        var (width, height) = look.Size;
        var svg = new StringBuilder(4096);
        var title = Escape(AlternativeText(badge, look.Only));
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{title}"><title>{title}</title><style>{Styles[(int)look.Theme]}</style>""");
        svg.Append(CultureInfo.InvariantCulture, $"""<rect class="b" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="3"/>""");
        if (look.Shape == BadgeShape.Square)
            DrawSquare(svg, badge, sign, look.Only);
        else
            DrawWide(svg, badge, sign, look.Only);
        svg.Append("</svg>");
        return Encoding.UTF8.GetBytes(svg.ToString());
    }

    private static void DrawWide(StringBuilder svg, JudgedBadge badge, StandingSign sign, Language? only)
    {
        Seal(svg, x: 6, y: 9, size: 30);
        Text(svg, 42, 11.5, 7.3, "s", Said(only, Heading));
        Name(svg, 42, 22.5, 9.5, badge.Name, 114);
        Site(svg, 42, 33, 9, badge.Badge, 114);
        svg.Append(CultureInfo.InvariantCulture, $"""<g class="{sign.Tone}">""");
        Sign(svg, sign, x: 42, y: 35.5, size: 9.5);
        var date = DateOf(badge);
        Text(svg, 54, 43.5, 8.5, "w", Words(badge, only, room: date is null ? 102 : 61, size: 8.5, out var fits), room: fits && date is not null ? 61 : 102);
        svg.Append("</g>");
        if (fits && date is not null)
            Text(svg, 156, 43.5, 7.3, "s", date, anchor: "end");
    }

    private static void DrawSquare(StringBuilder svg, JudgedBadge badge, StandingSign sign, Language? only)
    {
        Seal(svg, x: 6, y: 6, size: 22);
        if (only is null)
        {
            Text(svg, 33, 15, 9.5, "n", Heading(Language.Chinese));
            Text(svg, 33, 25.5, 6.9, "s", Heading(Language.English));
        }
        else
        {
            Text(svg, 33, 20.5, 9.5, "n", Heading(only), room: 62);
        }

        Name(svg, 48, 42, 9, badge.Name, 86, anchor: "middle");
        Site(svg, 48, 54.5, 8.5, badge.Badge, 86, anchor: "middle");
        svg.Append(CultureInfo.InvariantCulture, $"""<g class="{sign.Tone}">""");
        Sign(svg, sign, x: 8, y: 62, size: 14);
        Text(svg, 27, 73, 10, "w", Words(badge, only, room: 65, size: 10, out _), room: 65);
        svg.Append("</g>");
        if (DateOf(badge) is { } date)
            Text(svg, 48, 89, 8, "s", date, anchor: "middle");
    }

    private static void Seal(StringBuilder svg, double x, double y, double size) => svg.Append(CultureInfo.InvariantCulture,
        $"""<g transform="translate({x} {y}) scale({size / 48})"><circle class="m" cx="24" cy="24" r="21.5" stroke-width="3"/><circle class="m" cx="24" cy="24" r="17.5"/><path class="f" d="M24 10.5l3.15 9.17 9.69.16-7.75 5.83 2.84 9.26L24 29.36l-7.93 5.56 2.84-9.26-7.75-5.83 9.69-.16z"/></g>""");

    private static void Sign(StringBuilder svg, StandingSign sign, double x, double y, double size) => svg.Append(CultureInfo.InvariantCulture,
        $"""<path class="g" transform="translate({x} {y}) scale({size / 24})" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round" d="{sign.Path}"/>""");

    // Text of ours; set smaller where it must fit.
    private static void Text(StringBuilder svg, double x, double y, double size, string style, string text, double room = double.PositiveInfinity, string anchor = "start") =>
        svg.Append(CultureInfo.InvariantCulture, $"""<text class="{style}" x="{x}" y="{y}" font-size="{Math.Min(size, room / Width(text)):0.##}" text-anchor="{anchor}">{Escape(text)}</text>""");

    // Foreign text: isolated, so that its direction moves nothing around it; a little smaller, then cut.
    private static void Name(StringBuilder svg, double x, double y, double size, string name, double room, string anchor = "start")
    {
        var fitting = Math.Clamp(room / Width(name), SmallestName, size);
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<text class="n" x="{x}" y="{y}" font-size="{fitting:0.##}" text-anchor="{anchor}" direction="ltr" unicode-bidi="isolate">{Escape(FitStart(name, room / fitting))}</text>""");
    }

    // A page's address is longer than a site's, and a little smaller.
    private static void Site(StringBuilder svg, double x, double y, double size, Badge badge, double room, string anchor = "start")
    {
        var path = badge.Site[badge.Host.Length..];
        var fitting = path.Length == 0 ? size : Math.Clamp(room / Width(badge.Site), SmallestPage, size);
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<text x="{x}" y="{y}" font-size="{fitting:0.##}" text-anchor="{anchor}" direction="ltr">{Escape(FitAddress(badge.Host, path, room / fitting))}</text>""");
    }

    /// <summary>The standing: in both languages where they fit, at nearly the size; else in Chinese, or the one that was asked for.</summary>
    /// <param name="fits">Whether that one does.</param>
    private static string Words(JudgedBadge badge, Language? only, double room, double size, out bool fits)
    {
        var one = Word(badge, only ?? Language.Chinese);
        var both = Said(only, language => Word(badge, language));
        fits = Width(one) * size <= room;
        return Width(both) * size * NearlyThatSize <= room ? both : one;
    }

    private static string Word(JudgedBadge badge, Language language) => badge switch
    {
        { Badge.IsInUse: false } => TextCatalog.Of(typeof(BadgePicture).Assembly).Get(language, "unused.word"),
        { IsUnconfirmed: true } => TextCatalog.Of(typeof(BadgePicture).Assembly).Get(language, "unconfirmed.word"),
        _ => TextCatalog.Shared.Get(language, $"standing.{badge.Verdict.Value.ApiName()}.word"),
    };

    private static string Heading(Language language) => TextCatalog.Of(typeof(BadgePicture).Assembly).Get(language, "badge.heading");

    /// <summary>In the one language, or in Chinese and English.</summary>
    private static string Said(Language? only, Func<Language, string> text) => only is null ? $"{text(Language.Chinese)} {text(Language.English)}" : text(only);

    private static string? DateOf(JudgedBadge badge) => badge is { SaysStanding: true, Verdict.Status.AsOf: { } asOf } ? Moments.Date(asOf) : null;

    private static double Width(Rune rune) => rune.Value < 0x2E80 ? LatinWidth : 1;

    private static double Width(string text)
    {
        var width = 0.0;
        foreach (var rune in text.EnumerateRunes())
            width += Width(rune);
        return width;
    }

    /// <summary>The beginning of a text, with an ellipsis when it does not fit.</summary>
    private static string FitStart(string text, double room)
    {
        if (Width(text) <= room)
            return text;
        var kept = new StringBuilder();
        var width = 1.0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Width(rune);
            if (width > room)
                break;
            kept.Append(rune.ToString());
        }

        return kept.Append('…').ToString();
    }

    /// <summary>
    /// Of a site's name the end says whose it is: that end is never cut. Of a page's path the end tells it from others; a cut one begins with /…, so that it is never taken for a site's name, and has
    /// two fifths of the room at least.
    /// </summary>
    private static string FitAddress(string host, string path, double room)
    {
        if (Width(host + path) <= room)
            return host + path;
        var start = FitEnd(host, room - Math.Min(Width(path), room * 0.4));
        return path.Length == 0 ? start : start + "/" + FitEnd(path[1..], room - Width(start) - LatinWidth);
    }

    /// <summary>The end of a text, after an ellipsis when it does not fit.</summary>
    private static string FitEnd(string text, double room)
    {
        var from = text.Length;
        for (var width = 1.0; from > 0 && width + Width(new Rune(text[from - 1])) <= room; from--)
            width += Width(new Rune(text[from - 1]));
        return Width(text) <= room ? text : string.Concat("…", text.AsSpan(from));
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static string PolicyOf(string style) =>
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'; frame-ancestors 'none'; base-uri 'none'";
}
