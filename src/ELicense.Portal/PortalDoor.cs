using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using ELicense.AspNetCore.Certificates;
using ELicense.Core;
using ELicense.Portal.Pages;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Portal;

/// <summary>Nobody passes without a certificate that the publication names and has not withdrawn; asked anew on every request. Everything else is the business of the pages.</summary>
internal static class PortalDoor
{
    /// <summary>As antiforgery has it on pages with a form; of anything else it warns in the log.</summary>
    private const string KeptByNobody = "no-cache, no-store";

    public static Identification Identify(PortalOptions options, HttpContext context, X509Certificate2 certificate)
    {
        var artefact = new CertificateArtefact(certificate.RawDataMemory);
        if (!options.Publications.Views.TryFind(artefact, out var view))
            return new Identification(Principal: null, new Refusal(Codes.NotReady, "There is no publication yet."));
        if (Portal.Visitor.Of(certificate.RawDataMemory, view, options.Clock.GetUtcNow(), out var refusal) is not { } visitor)
            return new Identification(Principal: null, refusal);
        context.Features.Set(visitor);
        // Forms are bound to the certificate: that of another one, of the same enterprise too, is another session.
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, Digest.Of(certificate.RawDataMemory.Span).ToString())], ClientCertificates.Scheme);
        return new Identification(new ClaimsPrincipal(identity), Refusal: null);
    }

    public static Visitor Visitor(this HttpContext context) => context.Features.GetRequiredFeature<Visitor>();

    /// <summary>Answers a client that is not let in: what to do, for a reader; a problem for a program.</summary>
    public static Task Reject(HttpContext context, int status, Refusal refusal)
    {
        var options = context.RequestServices.GetRequiredService<PortalOptions>();
        if (refusal.Code == Codes.NotReady)
            status = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = KeptByNobody;
        IResult answer = Problem.WantsPage(context.Request)
            ? new PageResult<NoEntryPage, NoEntryPage.Entry>(
                PageContext.Of(context, options.Clock.GetUtcNow(), options.Publications.Views.All is [var only] ? only.Trust.Card.AuthorityName : null), new(refusal.Code), status)
            : Problem.Of(status, refusal);
        return answer.ExecuteAsync(context);
    }

    /// <summary>Only endpoints marked anonymous are open to all. What the portal says is the visitor's alone: nobody keeps it.</summary>
    public static async Task Pass(HttpContext context, RequestDelegate next)
    {
        if (context.IsOpenToAll())
        {
            await next(context);
            return;
        }

        if (context.RequestServices.GetRequiredService<PortalOptions>().Publications.Views.All.Count == 0)
        {
            await Reject(context, StatusCodes.Status503ServiceUnavailable, new Refusal(Codes.NotReady, "There is no publication yet."));
            return;
        }

        if (!await context.TryLetInAsync())
            return;
        context.Response.Headers.CacheControl = KeptByNobody;
        await next(context);
    }
}
