using System.Net;
using System.Security.Cryptography;
using System.Text;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Display;

/// <summary>
/// GET /badge/{id}/frame: picture and link as a page of their own, for sites whose editor takes nothing but an iframe. Only the registered site may frame it: on a copy the browser shows
/// nothing. The X-Frame-Options: DENY of all answers stays; browsers that know frame-ancestors pass over it (HTML Living Standard, 7.4.1), others show no frame.
/// </summary>
internal static class BadgeFrame
{
    private const string Style = "body{margin:0}a,img{display:block}";

    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/badge/{id}/frame", ["GET", "HEAD"], Serve).WithMetadata(WorkPrice.LookUp).ExcludeFromDescription();

    private static IResult Serve(string id, string? size, string? theme, string? lang, HttpContext context, DisplayOptions options)
    {
        if (!JudgedBadge.TryFind(id, options, options.Publications.Views, out var judged, out var refused))
            return refused;
        var (badge, look) = (judged.Badge, BadgeLook.Of(size, theme, lang));
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; img-src 'self'; style-src 'sha256-{StyleHash}'; frame-ancestors {badge.Origin.GetLeftPart(UriPartial.Authority)}; base-uri 'none'; form-action 'none'";
        // A page of an opener policy cannot be in a sandbox (HTML Living Standard, 7.1.3), and this one opens what it links to without an opener.
        context.Response.Headers["Cross-Origin-Opener-Policy"] = "unsafe-none";
        var text = WebUtility.HtmlEncode(BadgePicture.AlternativeText(judged, look.Only));
        var page = $"""
            <!DOCTYPE html>
            <html lang="{(look.Only ?? Web.Texts.Language.Chinese).Tag}">
            <head><meta charset="utf-8"><title>{text}</title><style>{Style}</style></head>
            <body><a href="/badge/{badge.Id}" target="_blank" rel="noopener"><img src="/badge/{badge.Id}.svg{WebUtility.HtmlEncode(look.Query)}" width="{look.Size.Width}" height="{look.Size.Height}" alt="{text}"></a></body>
            </html>
            """;
        return new TaggedContent(Encoding.UTF8.GetBytes(page), "text/html; charset=utf-8", options.PictureCaching);
    }
}
