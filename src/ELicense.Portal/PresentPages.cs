using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Portal.Pages;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Portal;

/// <summary>出示: a presentation that the token signed becomes the QR code that a citizen scans. Nothing is kept.</summary>
internal static class PresentPages
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/present", (HttpContext context, PortalOptions options) => Page(context, options, shown => shown)).ExcludeFromDescription();
        routes.MapPost("/present", Present).Guarded();
    }

    private static async Task<IResult> Present(HttpContext context, PortalOptions options, CancellationToken cancellation)
    {
        var bytes = await context.Request.ReadFileAsync("file", Presentation.MaxBytes, cancellation);
        Refusal refusal;
        if (bytes is null)
            refusal = new Refusal(Codes.Malformed, "No file, or one that is too large.");
        else if (Artefact.TryRead(bytes.AsMemory(), out var artefact, out refusal))
        {
            if (artefact is PresentationArtefact shown && Judge(shown, context, out refusal) is { } until)
            {
                var qr = QrPicture.PresentationPng(QrText.ForPresentation(options.PublicAddress, bytes));
                return Page(context, options, page => page with { Qr = qr, Until = until });
            }

            if (artefact is not PresentationArtefact)
                refusal = new Refusal(Codes.Malformed, "The file is no presentation.");
        }

        return Page(context, options, page => page with { Refusal = refusal });
    }

    /// <summary>When it ends; null: the verify page would not believe it, or it is another enterprise's.</summary>
    private static DateTimeOffset? Judge(PresentationArtefact shown, HttpContext context, out Refusal refusal)
    {
        var visitor = context.Visitor();
        var verdict = visitor.View.Verify(shown, context.Now());
        var holder = verdict[CheckName.Holder];
        refusal = holder.Result != CheckResult.Pass ? new Refusal(holder.Code, holder.Detail)
            : verdict.Token!.CreditCode != visitor.CreditCode ? new Refusal(Codes.PresentationHolder, "It presents another enterprise's license.")
            : default;
        return refusal == default ? verdict.Presentation!.To : null;
    }

    private static PageResult<PresentPage, PresentPage.Shown> Page(HttpContext context, PortalOptions options, Func<PresentPage.Shown, PresentPage.Shown> filled)
    {
        var shown = filled(new(context.Visitor(), options.PublicAddress.GetLeftPart(UriPartial.Authority), FormGuard.Token(context)));
        return new(context.Page("/present"), shown, shown.Refusal is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }
}
