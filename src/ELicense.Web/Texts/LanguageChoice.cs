using Microsoft.AspNetCore.Http;

namespace ELicense.Web.Texts;

/// <summary>
/// Which language a reader gets: the query's <c>lang</c> (then remembered in a cookie), the cookie, the one that the browser likes best, but English only where it asks for no other of ours;
/// else Chinese.
/// </summary>
public static class LanguageChoice
{
    public const string QueryName = "lang";

    private const string CookieName = "lang";

    public static Language Of(HttpContext context)
    {
        if (Language.Find(context.Request.Query[QueryName]) is { } asked)
        {
            context.Response.Cookies.Append(CookieName, asked.ShortName, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                MaxAge = TimeSpan.FromDays(365),
            });
            return asked;
        }

        return Language.Find(context.Request.Cookies[CookieName]) ?? FromBrowser(context.Request);
    }

    private static Language FromBrowser(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1)
            .Select(language => Language.All.FirstOrDefault(ours => language.Value.StartsWith(ours.ShortName, StringComparison.OrdinalIgnoreCase)))
            .OfType<Language>().ToList();
        return accepted.Find(language => language != Language.English) ?? accepted.FirstOrDefault() ?? Language.Chinese;
    }
}
