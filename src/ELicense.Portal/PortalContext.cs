using ELicense.Web.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Portal;

/// <summary>What every page of the portal begins with.</summary>
internal static class PortalContext
{
    /// <param name="path">Where the switch of language leads; null: to this address. After a POST: a page that can be read again.</param>
    public static PageContext Page(this HttpContext context, string? path = null)
    {
        var options = context.RequestServices.GetRequiredService<PortalOptions>();
        return PageContext.Of(
            context, options.Clock.GetUtcNow(), context.Visitor().View.Trust.Card.AuthorityName, path ?? (HttpMethods.IsPost(context.Request.Method) ? "/" : null));
    }

    /// <summary>RFC 9110 15.4.4: the browser gets the result by GET, and a reload asks nothing.</summary>
    public static IResult SeeOther(this HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
