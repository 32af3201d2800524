using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Portal.Pages;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Portal;

/// <summary>我的执照: what the publication says of the enterprise.</summary>
internal static class LicensePages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", Licenses);
        pages.MapGet("/license/qr.svg", Qr);
        pages.MapGet("/license/license.elic", File);
    }

    private static PageResult<LicensesPage, LicensesPage.Licenses> Licenses(HttpContext context, PortalOptions options)
    {
        var visitor = context.Visitor();
        var versions = visitor.View.Versions(visitor.CreditCode).Reverse().Select(version => new LicensesPage.Version(
            version.Token?.Version, ValueOf(version.Version.Standing), version.Issued, version.Version.Since)).ToList();
        return new(context.Page(), new(
            visitor, visitor.View.NewestToken(visitor.CreditCode) is not null, new Uri(options.PublicAddress, "/l/" + visitor.CreditCode.Value), versions));
    }

    private static VerdictValue ValueOf(Standing standing) => standing switch
    {
        Standing.Valid => VerdictValue.Valid,
        Standing.Revoked => VerdictValue.Revoked,
        Standing.Suspended => VerdictValue.Suspended,
        Standing.Superseded => VerdictValue.Superseded,
        Standing.Cancelled => VerdictValue.Cancelled,
        _ => VerdictValue.Unknown,
    };

    private static IResult Qr(HttpContext context, PortalOptions options)
    {
        var visitor = context.Visitor();
        return visitor.View.NewestToken(visitor.CreditCode) is { } token
            ? Results.Bytes(QrPicture.Svg(QrText.For(options.PublicAddress, token.Span)), "image/svg+xml")
            : Problem.Of(StatusCodes.Status404NotFound, Core.Codes.NotFound);
    }

    private static IResult File(HttpContext context)
    {
        var visitor = context.Visitor();
        return visitor.View.Lookup.FindNewest(visitor.CreditCode)?.File is { } file
            ? Results.Bytes(file.ToArray(), "application/octet-stream", visitor.CreditCode.Value + ".elic")
            : Problem.Of(StatusCodes.Status404NotFound, Core.Codes.NotFound);
    }
}
