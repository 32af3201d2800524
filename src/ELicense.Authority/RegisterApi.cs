using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>What the register holds of a license: versions, events, artefacts.</summary>
internal static class RegisterApi
{
    private const string Elic = "application/octet-stream";
    private const string Cose = "application/cose"; // RFC 9052 11.2

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/register/{licenseNumber}").WithTags("Register").For(Call.ReadRegister).Refuses(400, 404);
        api.MapGet("", Get).WithName("register").WithSummary("A license: its versions, what happened to it, where its artefacts are.").Produces<RegisterDocument>();
        api.MapGet("/versions/{version:int}/file", (string licenseNumber, int version, HttpContext context, AuthorityRoleOptions authority) =>
                Artefact(licenseNumber, version, context, authority, license => Results.Bytes(license.File, Elic, $"{license.Number}-{license.Version}.elic")))
            .WithName("license-file").WithSummary("The .elic file of a version.").Produces<byte[]>(StatusCodes.Status200OK, Elic);
        api.MapGet("/versions/{version:int}/token", (string licenseNumber, int version, HttpContext context, AuthorityRoleOptions authority) =>
                Artefact(licenseNumber, version, context, authority, license => Results.Bytes(license.Token, Cose)))
            .WithName("license-token").WithSummary("The COSE_Sign1 of a version.").Produces<byte[]>(StatusCodes.Status200OK, Cose);
    }

    private static IResult Get(string licenseNumber, HttpContext context, AuthorityRoleOptions authority)
    {
        if (!TryFind(licenseNumber, context, authority, out var license, out var refusal))
            return context.Refuse(refusal);
        var newest = license.Newest.License;
        return Results.Json(
            new RegisterDocument(
                newest.Number.ToString(), newest.Version, newest.CreditCode.Value, newest.Name, Name(license.Newest.Standing), license.Office,
                [.. license.Versions.Select(version => Of(version, authority))], [.. license.Events.Select(Of)],
                [.. authority.Licensing.Certificates.Find(newest.Number).Select(CertificatesApi.Of)]),
            ApiJson.Default.RegisterDocument);
    }

    private static IResult Artefact(string licenseNumber, int version, HttpContext context, AuthorityRoleOptions authority, Func<ReleasedLicense, IResult> answer)
    {
        if (!TryFind(licenseNumber, context, authority, out var license, out var refusal))
            return context.Refuse(refusal);
        return license.Versions.FirstOrDefault(one => one.License.Version == version) is { } found
            ? answer(found.License)
            : context.Refuse(new Refusal(Codes.NotFound, $"License {licenseNumber} has no version {version}."));
    }

    private static bool TryFind(
        string licenseNumber, HttpContext context, AuthorityRoleOptions authority, [NotNullWhen(true)] out LicenseHistory? license, out Refusal refusal)
    {
        license = null;
        if (!LicenseNumber.TryParse(licenseNumber, out var number))
            refusal = new Refusal(Codes.Malformed, "A license number is dddd-dddddddddd.");
        else if ((license = authority.Licensing.FindHistory(number)) is null)
            refusal = new Refusal(Codes.NotFound, $"The register has no license {number}.");
        else
            refusal = Rights.Check(context.Officer(), Call.ReadRegister, license.Office) ?? default;
        return refusal == default;
    }

    private static VersionDocument Of(LicenseVersionRecord version, AuthorityRoleOptions authority)
    {
        var license = version.License;
        var address = $"/api/v1/register/{license.Number}/versions/{license.Version}";
        return new VersionDocument(
            license.Version, license.Identifier.ToString(), license.Name, Name(version.Standing), license.List, license.Index, license.LogPosition,
            QrText.For(authority.PublicAddress, license.Token.Span), address + "/file", address + "/token");
    }

    private static EventDocument Of(LicenseEvent happened) => new(
        MatterNames.Of(happened.Type), happened.At, happened.MatterId, happened.Applicant, happened.Approver, happened.Version,
        happened.Standing is { } standing ? Name(standing) : null, Reasons.Find(happened.Reason)?.Code, happened.LogPosition);

    public static string Name(Standing standing) => JsonNamingPolicy.KebabCaseLower.ConvertName(standing.ToString());
}
