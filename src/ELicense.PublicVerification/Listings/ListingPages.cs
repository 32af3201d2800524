using ELicense.PublicVerification.Pages;
using ELicense.Verification.Listings;
using ELicense.Web.Limits;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;

namespace ELicense.PublicVerification.Listings;

/// <summary>The pages /search and /bulletin; they have no scripts.</summary>
internal static class ListingPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").WithMetadata(WorkPrice.List).ExcludeFromDescription();
        pages.MapGet("/search", Search);
        pages.MapGet("/bulletin", Announce);
    }

    private static IResult Search(string? name, string? cursor, HttpContext context, VerificationDesk desk)
    {
        var page = desk.Page(context, Address("/search", ("name", name), ("cursor", cursor)));
        if (name is null)
            return new PageResult<SearchPage, SearchPage.Question>(page, new("", Error: null, Found: null));
        if (desk.Views.All is not { Count: > 0 } views)
            return VerificationPages.NotReady(context, desk);
        return NameSearch.TryFind(views, name, cursor, desk.Now, out var found, out var refusal)
            ? new PageResult<SearchPage, SearchPage.Question>(page, new(name, Error: null, found))
            : new PageResult<SearchPage, SearchPage.Question>(page, new(name, refusal.Code, Found: null), StatusCodes.Status400BadRequest);
    }

    private static IResult Announce(string? kind, string? cursor, HttpContext context, VerificationDesk desk)
    {
        if (desk.Views.All is not { Count: > 0 } views)
            return VerificationPages.NotReady(context, desk);
        var page = desk.Page(context, Address("/bulletin", ("kind", kind), ("cursor", cursor)));
        return Bulletin.TryRead(views, kind, cursor, desk.Now, out var announcements, out var refusal)
            ? new PageResult<BulletinPage, Announcements>(page, announcements)
            : new PageResult<ProblemPage, ProblemPage.Problem>(page, new(refusal.Code), StatusCodes.Status400BadRequest);
    }

    /// <summary>With the members of the query that are there.</summary>
    internal static string Address(string path, params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in members)
        {
            if (value is not null)
                query.Add(name, value);
        }

        return path + query;
    }
}
