using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace ELicense.Web.Texts;

/// <summary>The languages of pages and messages; codes and names are never translated.</summary>
public enum Language
{
    Chinese,
    English,
}

/// <summary>Which language a reader gets: the query's <c>lang</c> (then remembered in a cookie), the cookie, English for a browser that asks for English and not for Chinese, else Chinese.</summary>
public static class LanguageChoice
{
    public const string QueryName = "lang";

    private const string CookieName = "lang";

    /// <summary>BCP 47 tag for the html element.</summary>
    public static string Tag(this Language language) => language == Language.English ? "en" : "zh-CN";

    /// <summary>zh or en: in the query, the cookie and the names of the text files.</summary>
    public static string ShortName(this Language language) => language == Language.English ? "en" : "zh";

    public static CultureInfo Culture(this Language language) => CultureInfo.GetCultureInfo(language.Tag());

    public static Language Of(HttpContext context)
    {
        if (FromName(context.Request.Query[QueryName]) is { } asked)
        {
            context.Response.Cookies.Append(CookieName, asked.ShortName(), new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                MaxAge = TimeSpan.FromDays(365),
            });
            return asked;
        }

        return FromName(context.Request.Cookies[CookieName]) ?? FromBrowser(context.Request);
    }

    private static Language? FromName(string? name) => name switch
    {
        "zh" => Language.Chinese,
        "en" => Language.English,
        _ => null,
    };

    private static Language FromBrowser(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptLanguage;
        var chinese = accepted.Any(l => l.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase));
        var english = accepted.Any(l => l.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase));
        return english && !chinese ? Language.English : Language.Chinese;
    }
}
