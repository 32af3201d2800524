using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Display.Pages;
using ELicense.Display.Sites;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using ELicense.Web.Pages;
using ELicense.Web.Texts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Display;

/// <summary>GET /badge/{id}.svg and GET /badge/{id}.</summary>
internal static class BadgeEndpoints
{
    /// <summary>Carries the other site's address through the switch of language; it can only add a warning, never take one away.</summary>
    private const string FromName = "from";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/badge/{id}.svg", ["GET", "HEAD"], Picture)
            .WithTags("Display").WithName("badge").WithMetadata(WorkPrice.LookUp).WithSummary("Picture that names the registered site and the live standing.");
        routes.MapGet("/badge/{id}", Confirm).ExcludeFromDescription();
    }

    private static IResult Picture(
        string id, string? size, string? theme, string? lang, HttpContext context, DisplayOptions options, BadgeViews counts, KeptPictures kept)
    {
        var (registry, views) = (options.Badges.Changes, options.Publications.Views);
        if (!JudgedBadge.TryFind(id, options, views, out var judged, out var refused))
            return refused;
        counts.Count(id);
        var look = BadgeLook.Of(size, theme, lang);
        KeptPictures.Allow(context.Response.Headers, look.Theme);
        var picture = BadgePicture.Draw(judged, look);
        kept.Keep(context, judged, look, picture, registry, views);
        return new TaggedContent(picture, KeptPicture.Type, options.PictureCaching);
    }

    private static IResult Confirm(string id, string? from, HttpContext context, DisplayOptions options)
    {
        context.Response.Headers.CacheControl = "no-store";
        var now = options.Clock.GetUtcNow();
        if (options.Badges.Find(id) is not { } badge)
            return NoBadge(PageContext.Of(context, now, AuthorityName(options)));
        var isKnown = options.Publications.Views.TryFind(badge.CreditCode, out var view);
        var authority = view?.Trust.Card.AuthorityName ?? AuthorityName(options);
        if (!isKnown)
            return new PageResult<ProblemPage, ProblemPage.Problem>(PageContext.Of(context, now, authority), new(Codes.NotReady), StatusCodes.Status503ServiceUnavailable);
        if (view!.VerifyNewest(badge.CreditCode, now) is not { } verdict)
            return NoBadge(PageContext.Of(context, now, authority));

        var licensePage = new Uri(options.VerificationAddress, "/l/" + badge.CreditCode.Value);
        if (!badge.IsInUse)
            return new PageResult<UnusedPage, UnusedPage.Unused>(PageContext.Of(context, now, authority), new(badge, licensePage));

        // RFC 8288 3, for machines that come to the page.
        context.Response.Headers.Link = $"<{BadgeApi.Path}{badge.Id}>; rel=\"alternate\"; type=\"application/json\"";
        var arrival = Arrival.Of(badge, context.Request.Headers.Referer.ToString(), options.PublicAddress);
        if (arrival.Place == Place.Untold && Arrival.Of(badge, from ?? "", options.PublicAddress) is { IsWrong: true } carried)
            arrival = carried;
        var path = context.Request.Path + (arrival.IsWrong ? $"?{FromName}={Uri.EscapeDataString(arrival.From!.GetLeftPart(arrival.Place == Place.OtherPage ? UriPartial.Path : UriPartial.Authority))}" : "");
        var model = new ConfirmationPage.Confirmation(new JudgedBadge(badge, view, verdict, now), arrival, licensePage, OEmbed.Address(badge, options.PublicAddress));
        return new PageResult<ConfirmationPage, ConfirmationPage.Confirmation>(PageContext.Of(context, now, authority, path), model);
    }

    /// <summary>Of pages that tell of no enterprise: where several are followed, of none.</summary>
    private static BilingualText? AuthorityName(DisplayOptions options) =>
        options.Publications.Followers is [{ View: { } view }] ? view.Trust.Card.AuthorityName : null;

    private static IResult NoBadge(PageContext page) => new PageResult<ProblemPage, ProblemPage.Problem>(
        page,
        new(Codes.NotFound, TextCatalog.Of(typeof(BadgeEndpoints).Assembly).Get(page.Language, "badge.unknown"), VerdictValue.Invalid),
        StatusCodes.Status404NotFound);
}
