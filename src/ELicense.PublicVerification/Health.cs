using ELicense.Web.Limits;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.PublicVerification;

/// <summary>Whether answers can be given, and how old their ground is.</summary>
/// <param name="Refusal">Code of what the newest round of following refused; the last good state goes on. Null when it was good.</param>
/// <param name="Alarm">publication-ageing past half of the max age, status-stale past all of it; else null.</param>
/// <param name="OcspUntil">When the OCSP delegate's certificate ends; null: there is none, and every OCSP answer is tryLater.</param>
/// <param name="AgeSeconds">Age of the checkpoint's cosignature.</param>
/// <param name="MaxAgeSeconds">Above it every standing is stale.</param>
public sealed record Readiness(
    bool Ready, string? Refusal, string? Alarm, long? LogSize, string? AsOf, long? AgeSeconds, long? MaxAgeSeconds, long? TrustVersion, string? TrustExpires, string? OcspUntil);

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
        var refusal = desk.Options.Follower.LastRefusal?.Code;
        var ocsp = desk.Options.Ocsp?.Delegates.Until is { } until ? Moments.Rfc3339(until) : null;
        if (!desk.TryView(out var view))
            return new Readiness(Ready: false, refusal, null, null, null, null, null, null, null, ocsp);
        var card = view.Trust.Card;
        var age = (long)(desk.Now - view.AsOf).TotalSeconds;
        var expires = DateTimeOffset.FromUnixTimeSeconds(card.Expires);
        var alarm = view.Ageing(desk.Now)?.Code;
        return new Readiness(age <= card.MaxAge && desk.Now < expires, refusal, alarm, view.Checkpoint.Size, Moments.Rfc3339(view.AsOf), age, card.MaxAge, card.Version, Moments.Rfc3339(expires), ocsp);
    }
}
