using System.Net;
using ELicense.Display;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ELicense.Cli.Demo;

/// <summary>A shop's web site that shows its badge, on a port of its own. The same page on another port is a thief's copy.</summary>
public static class SampleShop
{
    private const string Style =
        """
        :root { color-scheme: light; }
        * { box-sizing: border-box; }
        body { margin: 0; font: 16px/1.7 -apple-system, "Segoe UI", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #22301f; background: #fbfaf5; }
        header, main, footer { max-width: 960px; margin: 0 auto; padding: 0 20px; }
        header { display: flex; justify-content: space-between; align-items: baseline; gap: 16px; padding-block: 24px; border-bottom: 1px solid #dcdccb; }
        header b { font-size: 22px; letter-spacing: .15em; }
        header span { color: #5a6550; }
        h1 { font-size: 30px; font-weight: 600; line-height: 1.35; margin: 48px 0 8px; }
        main > p { margin: 0 0 32px; color: #4b5743; }
        ul { list-style: none; margin: 0 0 56px; padding: 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 20px; }
        li { background: #fff; border: 1px solid #dcdccb; border-radius: 6px; padding: 20px; }
        li svg { display: block; margin-bottom: 12px; }
        li b { display: block; }
        li span { color: #5a6550; font-size: 14px; }
        li em { display: block; margin-top: 8px; font-style: normal; color: #8a3b12; font-weight: 600; }
        footer { border-top: 1px solid #dcdccb; padding-block: 24px 40px; display: flex; flex-wrap: wrap; gap: 16px 32px; align-items: center; justify-content: space-between; color: #5a6550; font-size: 14px; }
        footer img { display: block; }
        """;

    /// <param name="listen">Scheme, address and port to listen on, e.g. http://127.0.0.1:5084.</param>
    /// <param name="displayAddress">Where badges are served.</param>
    /// <param name="enterpriseName">Shown in the page's footer; foreign text.</param>
    /// <param name="sockets">Where the listening socket comes from, when it is held already.</param>
    /// <returns>Not started: the caller starts and stops it.</returns>
    public static WebApplication Create(Uri listen, Uri displayAddress, Badge badge, string enterpriseName, Action<SocketTransportOptions>? sockets = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(listen.GetLeftPart(UriPartial.Authority));
        if (sockets is not null)
            builder.WebHost.UseSockets(sockets);
        builder.Services.AddRoutingCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        var page = Page(BadgeSnippet.Html(badge, displayAddress), enterpriseName);
        var service = displayAddress.GetLeftPart(UriPartial.Authority);
        // A strict site: of the badge's service the picture, the script, and what the script asks for.
        var policy = $"default-src 'none'; style-src 'self'; img-src data: {service}; script-src {service}; connect-src {service}; base-uri 'none'; frame-ancestors 'none'";
        app.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = policy;
            return Results.Content(page, "text/html; charset=utf-8");
        });
        app.MapGet("/shop.css", () => Results.Content(Style, "text/css; charset=utf-8"));
        return app;
    }

    /// <summary>All that a site needs for its badge is the snippet in the footer.</summary>
    private static string Page(string snippet, string enterpriseName)
    {
        var name = WebUtility.HtmlEncode(enterpriseName);
        return $$"""
            <!DOCTYPE html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>山间茶铺</title>
            <link rel="icon" href="data:,">
            <link rel="stylesheet" href="/shop.css">
            </head>
            <body>
            <header><b>山间茶铺</b><span>产地直送</span></header>
            <main>
            <h1>今年的新茶，到了。</h1>
            <p>每一批都写明产地、采摘日期和制茶师傅。</p>
            <ul>
            {{Product("#5f8a4a", "高山绿茶", "清明前采摘 · 100 克", "￥68.00")}}
            {{Product("#8a4a2b", "武夷岩茶", "炭焙 · 125 克", "￥128.00")}}
            {{Product("#b98a3c", "白毫银针", "日光萎凋 · 50 克", "￥98.00")}}
            </ul>
            </main>
            <footer>
            <span>© {{name}}</span>
            {{snippet}}
            </footer>
            </body>
            </html>
            """;
    }

    private static string Product(string colour, string name, string about, string price) =>
        $"""<li><svg width="48" height="48" viewBox="0 0 48 48" aria-hidden="true"><path fill="{colour}" d="M8 40C8 20 22 8 42 8c0 20-12 34-32 34l8-14z"/></svg><b>{name}</b><span>{about}</span><em>{price}</em></li>""";
}
