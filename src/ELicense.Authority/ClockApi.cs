using ELicense.Core;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>The authority's clock.</summary>
/// <param name="LastSigned">The newest signed or confirmed time; null: none yet.</param>
/// <param name="Code">clock-backwards or clock-gap while nothing is signed; absent when all is well.</param>
public sealed record ClockDocument(DateTimeOffset Time, DateTimeOffset? LastSigned, string? Code);

/// <param name="Time">By the officer's own clock.</param>
public sealed record ClockRequest(DateTimeOffset? Time);

/// <summary>After a long pause an officer confirms that the clock is right, and not far ahead.</summary>
internal static class ClockApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/clock").WithTags("Clock");
        api.MapGet("", Get).For(Call.Orient)
            .WithName("clock").WithSummary("The authority's clock, and whether it signs by it.").Produces<ClockDocument>();
        api.MapPost("/confirmation", (Delegate)Confirm).For(Call.ConfirmClock)
            .WithName("confirm-clock").WithSummary("Confirms a clock that is far ahead of the last signed time, by the officer's own.")
            .Accepts<ClockRequest>("application/json").Produces<ClockDocument>().Refuses(400, 409, 415, 422);
    }

    private static IResult Get(AuthorityRoleOptions authority)
    {
        var (now, last, refusal) = authority.ClockConfirmation.Read();
        return Results.Json(new ClockDocument(now, last, refusal?.Code), ApiJson.Default.ClockDocument);
    }

    private static async Task<IResult> Confirm(HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.ClockRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (request.Time is not { } seen)
            return context.Refuse(new Refusal(Codes.Malformed, "time is the time by the officer's own clock, as 2026-11-22T08:00:00Z."));
        return authority.ClockConfirmation.TryConfirm(context.Officer().Officer, seen, out var refusal) ? Get(authority) : refusal.ToProblem();
    }
}
