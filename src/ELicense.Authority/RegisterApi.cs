using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>What the register holds of a license.</summary>
internal static class RegisterApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/register/{licenseNumber}", Get).For(Call.ReadRegister)
        .WithTags("Register").WithName("register").WithSummary("A license's newest version, its standing and artefacts.")
        .Produces<RegisterDocument>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);

    private static IResult Get(string licenseNumber, AuthorityRoleOptions authority)
    {
        if (!LicenseNumber.TryParse(licenseNumber, out var number))
            return new Refusal(Codes.Malformed, "A license number is dddd-dddddddddd.").ToProblem();
        if (authority.Licensing.FindLicense(number) is not { } license)
            return new Refusal(Codes.NotFound, $"The register has no license {number}.").ToProblem();
        var newest = license.Newest;
        return Results.Json(
            new RegisterDocument(
                newest.Number.ToString(), newest.Version, newest.Identifier.ToString(), newest.CreditCode.Value, newest.Name, Name(license.Standing),
                newest.List, newest.Index, newest.LogPosition, Convert.ToBase64String(newest.Token.Span), Convert.ToBase64String(newest.File.Span),
                QrText.For(authority.PublicAddress, newest.Token.Span)),
            ApiJson.Default.RegisterDocument);
    }

    private static string Name(Standing standing) => standing switch
    {
        Standing.Valid => "valid",
        Standing.Suspended => "suspended",
        Standing.Revoked => "revoked",
        Standing.Cancelled => "cancelled",
        Standing.Superseded => "superseded",
        _ => "not-issued",
    };
}
