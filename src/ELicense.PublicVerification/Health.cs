using ELicense.Verification.Publication;
using ELicense.Web.Limits;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.PublicVerification;

/// <summary>Whether answers can be given: where several publications are followed, of one of them at least.</summary>
public sealed record Readiness(bool Ready, IReadOnlyList<PublicationReadiness> Publications);

/// <summary>Whether answers can be given about one authority's licenses, and how old their ground is.</summary>
/// <param name="Authority">Its number; null until a card was read, where the configuration does not name it.</param>
/// <param name="Refusal">Code of what the newest round of following refused; the last good state goes on. Null when it was good.</param>
/// <param name="Alarm">publication-ageing past half of the max age, status-stale past all of it; else null.</param>
/// <param name="AgeSeconds">Age of the checkpoint's cosignature.</param>
/// <param name="MaxAgeSeconds">Above it every standing is stale.</param>
/// <param name="OcspUntil">When the OCSP delegate's certificate ends; null: there is none, and every OCSP answer is tryLater.</param>
/// <param name="StatusListAgeSeconds">Of the oldest status list that is published; null with the next two until they were read. Answers here do not depend on them.</param>
/// <param name="RevocationListAgeSeconds">Of the oldest complete CRL of a CA for enterprises.</param>
/// <param name="RevocationListUntil">The first nextUpdate of them.</param>
public sealed record PublicationReadiness(
    int? Authority, bool Ready, string? Refusal, string? Alarm, long? LogSize, string? AsOf, long? AgeSeconds, long? MaxAgeSeconds, long? TrustVersion, string? TrustExpires,
    string? OcspUntil, long? StatusListAgeSeconds = null, long? RevocationListAgeSeconds = null, string? RevocationListUntil = null);

/// <summary>/healthz: the process answers. /readyz: it answers from good and fresh data.</summary>
internal static class Health
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("").WithTags("Operation").WithMetadata(WorkPrice.Free);
        health.MapGet("/healthz", (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Results.Text("{\"status\":\"ok\"}", "application/json");
        }).WithName("health").WithSummary("200 while the process answers.");
        health.MapGet("/readyz", Ready).WithName("ready").WithSummary("200 with ages while answers stand on good and fresh data, else 503.")
            .Produces<Readiness>().Produces<Readiness>(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Ready(HttpContext context, VerificationDesk desk)
    {
        var readiness = Of(desk);
        context.Response.Headers.CacheControl = "no-store";
        if (!readiness.Ready)
            context.Response.Headers.RetryAfter = "5";
        return Results.Json(readiness, ApiJson.Default.Readiness, statusCode: readiness.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static Readiness Of(VerificationDesk desk)
    {
        var publications = desk.Options.Publications.Followers.Select(follower => Of(follower, desk)).ToList();
        return new Readiness(publications.Exists(publication => publication.Ready), publications);
    }

    private static PublicationReadiness Of(PublicationFollower follower, VerificationDesk desk)
    {
        var (refusal, now) = (follower.LastRefusal?.Code, desk.Now);
        var ocsp = desk.Options.Ocsp.FirstOrDefault(ocsp => ocsp.Follower == follower)?.Delegates.Until is { } until ? Moments.Rfc3339(until) : null;
        if (follower.View is not { } view)
            return new PublicationReadiness(follower.Authority, Ready: false, refusal, null, null, null, null, null, null, null, ocsp);
        var card = view.Trust.Card;
        var age = (long)(now - view.AsOf).TotalSeconds;
        var expires = DateTimeOffset.FromUnixTimeSeconds(card.Expires);
        var ages = follower.Ages;
        return new PublicationReadiness(
            card.AuthorityNumber, age <= card.MaxAge && now < expires, refusal, view.Ageing(now)?.Code, view.Checkpoint.Size, Moments.Rfc3339(view.AsOf), age, card.MaxAge,
            card.Version, Moments.Rfc3339(expires), ocsp,
            (long?)(now - ages.StatusLists)?.TotalSeconds, (long?)(now - ages.RevocationLists)?.TotalSeconds, ages.RevocationListsUntil is { } end ? Moments.Rfc3339(end) : null);
    }
}
