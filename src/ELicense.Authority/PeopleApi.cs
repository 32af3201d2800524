using ELicense.Core;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Who is who, and where.</summary>
internal static class PeopleApi
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("People");
        api.MapGet("/me", Me).For(Call.Orient)
            .WithName("me").WithSummary("Whose certificate this is, and the roles.").Produces<OfficerDocument>();
        api.MapGet("/offices", Offices).For(Call.Orient)
            .WithName("offices").WithSummary("The tree of offices.").Produces<OfficeList>();
        api.MapGet("/people", List).For(Call.ReadPeople)
            .WithName("people").WithSummary("Persons of the offices where the officer has a role.").Produces<PersonPage>();
        api.MapGet("/people/{person}", Get).For(Call.ReadPeople)
            .WithName("person").WithSummary("One person.").Produces<PersonDocument>().Refuses(404);
    }

    private static IResult Me(HttpContext context)
    {
        var (officer, grants, _) = context.Officer();
        return Results.Json(new OfficerDocument(officer.Person, officer.Name, officer.Office, Roles(grants)), ApiJson.Default.OfficerDocument);
    }

    private static IResult Offices(AuthorityRoleOptions authority)
    {
        var tree = authority.People.Offices;
        return Results.Json(
            new OfficeList([.. tree.Offices.Select(office => new OfficeDocument(
                office, tree.Parent(office), tree.Level(office), authority.Offices[office].Chinese, authority.Offices[office].English))]),
            ApiJson.Default.OfficeList);
    }

    private static IResult List(string? cursor, HttpContext context, AuthorityRoleOptions authority)
    {
        var officer = context.Officer();
        var page = authority.People.FindPersons(cursor ?? "", PageSize);
        return Results.Json(
            new PersonPage(
                [.. page.Where(person => Rights.Check(officer, Call.ReadPeople, person.Office) is null).Select(Of)], page.Count == PageSize ? page[^1].Id : null),
            ApiJson.Default.PersonPage);
    }

    private static IResult Get(string person, HttpContext context, AuthorityRoleOptions authority)
    {
        if (authority.People.FindPerson(person) is not { } found)
            return context.Refuse(new Refusal(Codes.NotFound, "Nobody has this staff number."));
        return Rights.Check(context.Officer(), Call.ReadPeople, found.Office) is { } missing
            ? context.Refuse(missing)
            : Results.Json(Of(found), ApiJson.Default.PersonDocument);
    }

    private static PersonDocument Of(Person person) => new(
        person.Id, person.Name, person.Office, person.IsWithdrawn,
        [.. person.Certificates.Select(certificate => new CertificateDocument(certificate.Fingerprint, certificate.IsWithdrawn))], Roles(person.Roles));

    internal static IReadOnlyList<RoleDocument> Roles(IReadOnlyList<RoleGrant> grants) =>
        [.. grants.Select(grant => new RoleDocument(grant.Role.ApiName(), grant.Office))];
}
