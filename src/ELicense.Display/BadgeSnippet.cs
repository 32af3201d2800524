using System.Net;
using System.Security.Cryptography;
using ELicense.Web.Http;

namespace ELicense.Display;

/// <summary>What an enterprise pastes into its site: the link with the picture, which needs img-src only, and the script.</summary>
public static class BadgeSnippet
{
    /// <summary>/badge.js. Snippets name its hash: a changed script would need an address of its own beside this one.</summary>
    internal static byte[] Script { get; } = Asset.Read(typeof(BadgeSnippet).Assembly, "badge.js");

    // W3C SRI 3.1
    private static string Integrity { get; } = "sha384-" + Convert.ToBase64String(SHA384.HashData(Script));

    /// <param name="service">Scheme, host and port where badges are served.</param>
    public static Uri Page(Badge badge, Uri service) => new(service, "/badge/" + badge.Id);

    /// <inheritdoc cref="Page"/>
    public static Uri Picture(Badge badge, Uri service) => new(service, $"/badge/{badge.Id}.svg");

    /// <summary>The alternative text names what stays so; the standing of today is the picture's to say, the page's and the script's.</summary>
    /// <param name="service">Scheme, host and port where badges are served.</param>
    public static string Html(Badge badge, Uri service) =>
        $"""
        <a href="{Page(badge, service)}"><img src="{Picture(badge, service)}" width="160" height="48" alt="{WebUtility.HtmlEncode($"电子营业执照 Licensed business: {badge.Site}")}"></a>
        <script src="{new Uri(service, "/badge.js")}" integrity="{Integrity}" crossorigin="anonymous" async></script>
        """;
}
