using ELicense.Web.Pages;
using ELicense.Web.Texts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Portal;

/// <summary>What every page of the portal begins with.</summary>
internal static class PortalContext
{
    public static DateTimeOffset Now(this HttpContext context) => context.RequestServices.GetRequiredService<PortalOptions>().Clock.GetUtcNow();

    /// <summary>Chosen once a request: the choice may set a cookie.</summary>
    public static Language Language(this HttpContext context)
    {
        if (context.Items[typeof(Language)] is not Language language)
            context.Items[typeof(Language)] = language = LanguageChoice.Of(context);
        return language;
    }

    /// <summary>One of the portal's texts, for what a page is given and does not say itself.</summary>
    public static string Text(this HttpContext context, string key, params ReadOnlySpan<object?> arguments) =>
        TextCatalog.Of(typeof(PortalContext).Assembly).Get(context.Language(), key, arguments);

    /// <param name="path">Where the switch of language leads; null: to this address. After a POST: a page that can be read again.</param>
    public static PageContext Page(this HttpContext context, string? path = null) => new(
        context.Language(), context.Now(), path ?? (HttpMethods.IsPost(context.Request.Method) ? "/" : context.Request.Path.ToUriComponent()),
        context.Visitor().View.Trust.Card.AuthorityName);

    /// <summary>A file of the form that was read; null: none, or a larger one.</summary>
    public static async Task<byte[]?> ReadFileAsync(this HttpRequest request, string field, int mostBytes, CancellationToken cancellation)
    {
        if (request.Form.Files.GetFile(field) is not { Length: > 0 } file || file.Length > mostBytes)
            return null;
        var content = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(content, cancellation);
        return content;
    }

    /// <summary>RFC 9110 15.4.4: the browser gets the result by GET, and a reload asks nothing.</summary>
    public static IResult SeeOther(this HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
