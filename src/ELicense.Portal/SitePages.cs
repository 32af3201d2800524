using System.Globalization;
using ELicense.Core;
using ELicense.Display.Sites;
using ELicense.Portal.Pages;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Portal;

/// <summary>网站亮照: the enterprise's sites, each with its badge.</summary>
internal static class SitePages
{
    private const string Start = "/sites";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Start).ExcludeFromDescription();
        pages.MapGet("", Sites);
        pages.MapGet("/{id}", Site);
        pages.MapPost("", Register).Guarded();
        pages.MapPost("/{id}/prove", ProveAsync).Guarded();
        pages.MapPost("/{id}/move", Move).Guarded();
        pages.MapPost("/{id}/pause", (string id, HttpContext context, SiteRegistry sites) => Answer(context, id, sites.Pause(context.Visitor().CreditCode, id))).Guarded();
        pages.MapPost("/{id}/delete", Delete).Guarded();
    }

    private static PageResult<SitesPage, SitesPage.Sites> Sites(HttpContext context, SiteRegistry sites)
    {
        var visitor = context.Visitor();
        return new(context.Page(), new(visitor, sites.Of(visitor.CreditCode), FormGuard.Token(context)));
    }

    private static IResult Site(string id, HttpContext context, SiteRegistry sites)
    {
        var visitor = context.Visitor();
        return sites.Find(visitor.CreditCode, id) is { } site
            ? new PageResult<SitePage, SitePage.Shown>(context.Page(), new(visitor, site, sites.Snippet(site), sites.ConfirmationPage(site), sites.Pictures(site), sites.History(site), FormGuard.Token(context)))
            : FormGuard.Refuse(context, StatusCodes.Status404NotFound, new Refusal(Codes.NotFound, "The enterprise has no such site."));
    }

    private static IResult Register(HttpContext context, SiteRegistry sites) =>
        sites.TryRegister(context.Visitor().CreditCode, Field(context, "address"), Field(context, "scope") == "page" ? SiteScope.Page : SiteScope.Origin, out var site, out var refusal)
            ? context.SeeOther($"{Start}/{site.Badge.Id}")
            : Answer(context, "", refusal);

    private static async Task<IResult> ProveAsync(string id, HttpContext context, SiteRegistry sites)
    {
        var method = Field(context, "method") switch { "file" => SiteMethod.File, "dns" => SiteMethod.Dns, "meta" => SiteMethod.Meta, _ => SiteMethod.Operator };
        if (method == SiteMethod.Operator)
            return FormGuard.Refuse(context, StatusCodes.Status400BadRequest, new Refusal(Codes.Malformed, "The method is file, dns or meta."));
        var refusal = await sites.ProveAsync(context.Visitor().CreditCode, id, method, context.RequestAborted);
        // What the look found stands on the site's own page, with what to do.
        return Answer(context, id, refusal is { Code: Codes.NotFound or Codes.SiteTooSoon or Codes.SiteChecks or Codes.SiteProofExpired or Codes.SiteMethod } ? refusal : null);
    }

    private static IResult Move(string id, HttpContext context, SiteRegistry sites) =>
        Answer(context, id, sites.TryMove(context.Visitor().CreditCode, id, Field(context, "address"), out _, out var refusal) ? null : refusal);

    private static IResult Delete(string id, HttpContext context, SiteRegistry sites) =>
        sites.Delete(context.Visitor().CreditCode, id) is { } refusal ? Answer(context, id, refusal) : context.SeeOther(Start);

    private static IResult Answer(HttpContext context, string id, Refusal? refusal)
    {
        if (refusal is not { } why)
            return context.SeeOther($"{Start}/{id}");
        if (SiteRegistry.RetryAfter(why.Code) is { } wait)
            context.Response.Headers.RetryAfter = wait.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        return FormGuard.Refuse(
            context,
            why.Code switch
            {
                Codes.NotFound => StatusCodes.Status404NotFound,
                Codes.StateConflict or Codes.SiteLimit or Codes.SiteProofExpired => StatusCodes.Status409Conflict,
                Codes.SiteTooSoon or Codes.SiteChecks or Codes.SiteRegistrations => StatusCodes.Status429TooManyRequests,
                _ => StatusCodes.Status400BadRequest,
            },
            why);
    }

    private static string Field(HttpContext context, string name) => context.Request.Form[name].ToString();
}
