using ELicense.Core;
using ELicense.Portal.Pages;
using ELicense.Web.Http;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Portal;

/// <summary>
/// Before every POST: that the portal's own page sent it (Fetch Metadata 2.4, RFC 6454 7; a browser sends the certificate whoever asks), that the form was made for this certificate, and
/// that the enterprise may act.
/// </summary>
internal static class FormGuard
{
    public const string FieldName = "form";

    public static RouteHandlerBuilder Guarded(this RouteHandlerBuilder form) => form.AddEndpointFilter(Check).ExcludeFromDescription();

    /// <summary>The hidden field of a page's forms. Sets the cookie that belongs to it.</summary>
    public static string Token(HttpContext context) => context.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(context).RequestToken!;

    /// <summary>The answer of a page that something stands in the way of.</summary>
    public static IResult Refuse(HttpContext context, int status, Refusal refusal) => Problem.WantsPage(context.Request)
        ? new PageResult<RefusedPage, RefusedPage.Refused>(context.Page(), new(context.Visitor(), refusal.Code), status)
        : Problem.Of(status, refusal);

    private static async ValueTask<object?> Check(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        if (!IsOwn(context.Request))
            return Refuse(context, StatusCodes.Status403Forbidden, new Refusal(Codes.FormOrigin, "Another site sent the form."));
        if (!context.Request.HasFormContentType)
            return Refuse(context, StatusCodes.Status415UnsupportedMediaType, new Refusal(Codes.UnsupportedMediaType, "The page's own form is expected."));
        try
        {
            await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException || (e is IOException and not Microsoft.AspNetCore.Http.BadHttpRequestException))
        {
            return Refuse(context, StatusCodes.Status400BadRequest, new Refusal(Codes.Malformed, e.Message));
        }

        if (!await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context))
            return Refuse(context, StatusCodes.Status400BadRequest, new Refusal(Codes.FormToken, "The form is old, or was made for another certificate."));
        if (context.Visitor().Hindrance is { } hindrance)
            return Refuse(context, StatusCodes.Status403Forbidden, hindrance);
        return await next(call);
    }

    // Programs send neither header, and have no cookie that somebody else could use.
    private static bool IsOwn(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"];
        var origin = request.Headers.Origin;
        return (site.Count == 0 || site == "same-origin") && (origin.Count == 0 || origin == $"{request.Scheme}://{request.Host}");
    }
}
