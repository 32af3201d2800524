using System.Globalization;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.PublicVerification.Listings;
using ELicense.PublicVerification.Pages;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using ELicense.Web.Pages;
using ELicense.Web.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.PublicVerification;

/// <summary>The public pages: verify, a QR code's landing page, an enterprise's license page. All of them work without scripts.</summary>
internal static class VerificationPages
{
    /// <summary>A text up to this length comes back in the address, so that its result can be kept and read in the other language.</summary>
    private const int MaxAddressText = 4096;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").WithMetadata(WorkPrice.Signature).ExcludeFromDescription().AddEndpointFilter(static (call, next) =>
        {
            call.HttpContext.Response.Headers.ContentSecurityPolicy = BrowserFiles.PagePolicy;
            call.HttpContext.Response.Headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()";
            return next(call);
        });
        pages.MapGet("/", Start);
        pages.MapPost("/", (Delegate)Submit);
        pages.MapGet("/q/{token}", (string token, HttpContext context, VerificationDesk desk) => Landing("/Q/" + token, context, desk));
        pages.MapGet("/p/{presentation}", (string presentation, HttpContext context, VerificationDesk desk) => Landing("/P/" + presentation, context, desk));
        pages.MapGet("/l/{uscc}", License);
        foreach (var language in Language.All)
            pages.MapGet(BrowserFiles.OfflinePage(language), (HttpContext context, VerificationDesk desk) => Offline(language, context, desk));
        pages.MapGet("/l/{uscc}/qr.png", (string uscc, VerificationDesk desk) => Qr(uscc, desk, QrPicture.Png, "image/png"));
        pages.MapGet("/l/{uscc}/qr.svg", (string uscc, VerificationDesk desk) => Qr(uscc, desk, QrPicture.Svg, "image/svg+xml"));
        pages.MapGet("/l/{uscc}/license.elic", File);
    }

    private static IResult Start(string? artefact, HttpContext context, VerificationDesk desk)
    {
        if (string.IsNullOrWhiteSpace(artefact))
            return Form(context, desk, new(null, null), StatusCodes.Status200OK);
        var path = "/?artefact=" + Uri.EscapeDataString(artefact);
        if (Artefact.TryRead(artefact, out var read, out var refusal))
            return Result(read, context, desk, path);
        return MayBeName(artefact.Trim(), refusal) ? Search(context, artefact.Trim()) : Form(context, desk, new(artefact, refusal.Code), StatusCodes.Status400BadRequest, path);
    }

    private static async Task<IResult> Submit(HttpContext context, VerificationDesk desk)
    {
        if (!context.Request.HasFormContentType)
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, Codes.UnsupportedMediaType, "The page's own form is expected.");
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException || (e is IOException and not BadHttpRequestException))
        {
            // Not a form after all, one in a charset that nobody reads (UTF-7), or one that ends too early. A body that Kestrel refuses (too large) is answered as such.
            return Form(context, desk, new(null, Codes.Malformed), StatusCodes.Status400BadRequest);
        }

        if (form.Files.GetFile("file") is { Length: > 0 } file)
            return await OfFile(file, context, desk);
        var text = form["artefact"].ToString().Trim();
        if (text.Length == 0)
            return Form(context, desk, new(null, VerifyForm.Empty), StatusCodes.Status400BadRequest);
        if (!Artefact.TryRead(text, out var artefact, out var refusal))
            return MayBeName(text, refusal) ? Search(context, text) : Form(context, desk, new(text, refusal.Code), StatusCodes.Status400BadRequest);
        if (artefact is CodeArtefact code)
            return SeeOther(context, "/l/" + code.CreditCode.Value);
        return text.Length <= MaxAddressText ? SeeOther(context, "/?artefact=" + Uri.EscapeDataString(text)) : Result(artefact, context, desk, path: "/");
    }

    // Every enterprise's name has letters that no code and no encoding has: Chinese ones, or of another script without capitals.
    private static bool MayBeName(string text, Refusal refusal) =>
        refusal.Code is Codes.NotAnArtefact or Codes.CreditCodeFormat && text.Length <= FaceSchema.MaxLength(FaceField.Name)
        && text.Any(letter => char.GetUnicodeCategory(letter) == UnicodeCategory.OtherLetter);

    private static IResult Search(HttpContext context, string name) => SeeOther(context, ListingPages.Address("/search", ("name", name)));

    private static async Task<IResult> OfFile(IFormFile file, HttpContext context, VerificationDesk desk)
    {
        // The request as a whole is bounded, so the file is.
        var content = new byte[file.Length];
        await using (var stream = file.OpenReadStream())
            await stream.ReadExactlyAsync(content, context.RequestAborted);
        return Artefact.TryRead(content, out var artefact, out var refusal)
            ? Result(artefact, context, desk, path: "/")
            : Form(context, desk, new(null, refusal.Code), StatusCodes.Status400BadRequest);
    }

    private static IResult Landing(string path, HttpContext context, VerificationDesk desk)
    {
        // The text that the QR code held: this page was reached at the address that it names.
        var text = desk.Options.PublicAddress.GetLeftPart(UriPartial.Authority) + path;
        if (!Artefact.TryRead(text, out var artefact, out var refusal))
            return Form(context, desk, new(null, refusal.Code), StatusCodes.Status400BadRequest, path: "/");
        return Result(artefact, context, desk, path: null, desk.Options.PublicAddress.Authority);
    }

    private static IResult Result(Artefact artefact, HttpContext context, VerificationDesk desk, string? path, string? landedAt = null)
    {
        if (!desk.TryView(artefact, out var view))
            return NotReady(context, desk);
        var page = desk.Page(context, path, view);
        // A code that nobody knows has its own page: nothing was shown that could be false.
        if (artefact is CodeArtefact { CreditCode: var code } && view.VerifyNewest(code, desk.Now) is null)
            return Unknown(code, page, view);
        var verdict = view.Verify(artefact, desk.Now);
        desk.Metrics.Count(verdict);
        return new PageResult<VerdictPage, VerdictPage.Result>(page, new(view.WithPublishedFace(verdict), TokenOf(artefact), HostOf(artefact), landedAt, PublicationOf(desk, view)));
    }

    private static IResult License(string uscc, HttpContext context, VerificationDesk desk)
    {
        if (!CreditCode.TryParse(uscc.ToUpperInvariant(), out var code, out var refusal))
            return Form(context, desk, new(uscc, refusal.Code), StatusCodes.Status400BadRequest, path: "/");
        if (!desk.TryView(code, out var view))
            return NotReady(context, desk);
        var page = desk.Page(context, view: view);
        return view.VerifyNewest(code, desk.Now) is { } verdict
            ? new PageResult<LicensePage, LicensePage.License>(page, new(code, verdict, view.NewestToken(code), PublicationOf(desk, view), new Uri(desk.Options.PublicAddress, "/l/" + code.Value)))
            : Unknown(code, page, view);
    }

    private static ReadOnlyMemory<byte>? TokenOf(Artefact artefact) => artefact switch
    {
        TokenArtefact { Token: var token } => token,
        FileArtefact { Token: var token } => token,
        PresentationArtefact shown => shown.Presentation.LicenseToken,
        _ => null,
    };

    private static string? HostOf(Artefact artefact) => artefact switch
    {
        TokenArtefact token => token.QrHost,
        PresentationArtefact shown => shown.QrHost,
        _ => null,
    };

    // The one that is served here is the first one's; another authority's evidence is with that authority.
    private static string? PublicationOf(VerificationDesk desk, PublicationView view) =>
        desk.Options.PublicationFolder is not null && desk.Options.Publications.Followers[0].View?.Trust.Card.Origin == view.Trust.Card.Origin ? "/publication" : null;

    private static IResult Unknown(CreditCode code, PageContext page, PublicationView view) =>
        new PageResult<UnknownCodePage, UnknownCodePage.Miss>(page, new(code, view.AsOf), StatusCodes.Status404NotFound);

    private static IResult Qr(string uscc, VerificationDesk desk, Func<string, byte[]> draw, string contentType)
    {
        if (!CreditCode.TryParse(uscc, out var code, out var refusal))
            return Problem.Of(StatusCodes.Status400BadRequest, refusal);
        if (!desk.TryView(code, out var view))
            return Problem.NotReady();
        return view.NewestToken(code) is { } token
            ? new TaggedContent(draw(QrText.For(desk.Options.PublicAddress, token.Span)), contentType, "public, max-age=60")
            : Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound);
    }

    private static IResult File(string uscc, HttpContext context, VerificationDesk desk)
    {
        if (!CreditCode.TryParse(uscc, out var code, out var refusal))
            return Problem.Of(StatusCodes.Status400BadRequest, refusal);
        if (!desk.TryView(code, out var view))
            return Problem.NotReady();
        if (view.Lookup.FindNewest(code)?.File is not { } file)
            return Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{code.Value}.elic\"";
        return new TaggedContent(file.ToArray(), "application/octet-stream", VerificationApi.Revalidated);
    }

    private static IResult Form(HttpContext context, VerificationDesk desk, VerifyPage.Entry entry, int status, string? path = null) =>
        new PageResult<VerifyPage, VerifyPage.Entry>(desk.Page(context, path), entry, status);

    private static PageResult<OfflinePage, OfflinePage.Nothing> Offline(Language language, HttpContext context, VerificationDesk desk) =>
        new(desk.Page(context, path: "/") with { Language = language }, new());

    internal static IResult NotReady(HttpContext context, VerificationDesk desk)
    {
        context.Response.Headers.RetryAfter = "5";
        return new PageResult<ProblemPage, ProblemPage.Problem>(desk.Page(context), new(Codes.NotReady), StatusCodes.Status503ServiceUnavailable);
    }

    // RFC 9110 15.4.4: the browser gets the result by GET, and a reload asks nothing.
    private static IResult SeeOther(HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }
}
