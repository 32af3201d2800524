using System.Net;

namespace ELicense.Display;

/// <summary>What an enterprise pastes into its site: the link with the picture, which needs img-src only, and the script; or, where an editor takes nothing else, a frame.</summary>
public static class BadgeSnippet
{
    /// <param name="service">Scheme, host and port where badges are served.</param>
    public static Uri Page(Badge badge, Uri service) => new(service, "/badge/" + badge.Id);

    /// <inheritdoc cref="Page"/>
    public static Uri Picture(Badge badge, Uri service, BadgeLook look = default) => new(service, $"/badge/{badge.Id}.svg{look.Query}");

    /// <inheritdoc cref="Link"/>
    public static string Html(Badge badge, Uri service) =>
        $"""
        {Link(badge, service)}
        <script src="{new Uri(service, BadgeScript.Newest.Path)}" integrity="{BadgeScript.Newest.Integrity}" crossorigin="anonymous" async></script>
        """;

    /// <summary>The alternative text names what stays so; the standing of today is the picture's to say, the page's and the script's.</summary>
    /// <inheritdoc cref="Page"/>
    public static string Link(Badge badge, Uri service, BadgeLook look = default) =>
        $"""<a href="{Page(badge, service)}"><img src="{WebUtility.HtmlEncode(Picture(badge, service, look).AbsoluteUri)}" width="{look.Size.Width}" height="{look.Size.Height}" alt="{AlternativeText(badge)}"></a>""";

    /// <summary>The link inside opens a window of its own, where the confirmation page is a page like any other; nothing else is allowed to the frame.</summary>
    /// <inheritdoc cref="Page"/>
    public static string Frame(Badge badge, Uri service, BadgeLook look = default) =>
        $"""<iframe src="{WebUtility.HtmlEncode(new Uri(service, $"/badge/{badge.Id}/frame{look.Query}").AbsoluteUri)}" width="{look.Size.Width}" height="{look.Size.Height}" title="{AlternativeText(badge)}" sandbox="allow-popups allow-popups-to-escape-sandbox" style="border:0"></iframe>""";

    private static string AlternativeText(Badge badge) => WebUtility.HtmlEncode($"电子营业执照 Licensed business: {badge.Site}");
}
