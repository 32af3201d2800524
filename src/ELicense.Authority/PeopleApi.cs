using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Who is who, and where.</summary>
internal static class PeopleApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("People");
        api.MapGet("/me", Me).For(Call.Orient)
            .WithName("me").WithSummary("Whose certificate this is, and the roles.").Produces<OfficerDocument>();
        api.MapGet("/offices", Offices).For(Call.Orient)
            .WithName("offices").WithSummary("The tree of offices.").Produces<OfficeList>();
    }

    private static IResult Me(HttpContext context)
    {
        var (officer, grants, _) = context.Officer();
        return Results.Json(
            new OfficerDocument(officer.Person, officer.Name, officer.Office, [.. grants.Select(grant => new RoleDocument(grant.Role.ApiName(), grant.Office))]),
            ApiJson.Default.OfficerDocument);
    }

    private static IResult Offices(AuthorityRoleOptions authority)
    {
        var tree = authority.People.Offices;
        return Results.Json(
            new OfficeList([.. tree.Offices.Select(office => new OfficeDocument(
                office, tree.Parent(office), tree.Level(office), authority.Offices[office].Chinese, authority.Offices[office].English))]),
            ApiJson.Default.OfficeList);
    }
}
