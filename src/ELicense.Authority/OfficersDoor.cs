using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using ELicense.AspNetCore.Certificates;
using ELicense.Core;
using ELicense.Issuance;
using ELicense.Issuance.People;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.Authority;

/// <summary>
/// Nobody passes without a certificate of an enrolled officer; no call passes without a role that opens it. Both are asked anew on every request, and what is refused here
/// is in the audit trail.
/// </summary>
internal static class OfficersDoor
{
    /// <summary>Whose certificate this is, as of now; the standing goes with the request.</summary>
    public static Identification Identify(AuthorityPeople people, HttpContext context, X509Certificate2 certificate)
    {
        if (!people.TryIdentify(Digest.Of(certificate.RawDataMemory.Span), out var officer, out var holder, out var refusal))
        {
            context.Features.Set(holder);
            return new Identification(Principal: null, refusal);
        }

        context.Features.Set(officer with { Officer = officer.Officer with { Origin = Origin(context.Connection.RemoteIpAddress) } });
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, officer.Officer.Person)], ClientCertificates.Scheme);
        return new Identification(new ClaimsPrincipal(identity), Refusal: null);
    }

    /// <summary>Answers a client that is not let in.</summary>
    public static Task Reject(HttpContext context, int status, Refusal refusal)
    {
        context.RequestServices.GetRequiredService<DoorRefusals>().Record(context, context.Features.Get<Officer>(), refusal);
        return Problem.Of(status, refusal).ExecuteAsync(context);
    }

    /// <summary>Every endpoint says which call it is, and only those marked anonymous are open to all.</summary>
    public static async Task Pass(HttpContext context, RequestDelegate next)
    {
        if (context.IsOpenToAll())
        {
            await next(context);
            return;
        }

        if (!await context.TryLetInAsync())
            return;
        // Routing's own endpoints say 405 or 415, and are no routes.
        if (context.GetEndpoint() is RouteEndpoint endpoint && Forbidden(context.Officer(), endpoint) is { } refusal)
            await context.Refuse(refusal).ExecuteAsync(context);
        else
            await next(context);
    }

    public static OfficerStanding Officer(this HttpContext context) => context.Features.GetRequiredFeature<OfficerStanding>();

    /// <summary>What the door refuses by itself; what the authority refuses is in the trail with the act.</summary>
    public static IResult Refuse(this HttpContext context, Refusal refusal)
    {
        context.RequestServices.GetRequiredService<DoorRefusals>().Record(context, context.Officer().Officer, refusal);
        return refusal.ToProblem();
    }

    /// <summary>The place that acts and refusals come from, in the trail.</summary>
    public static string Origin(IPAddress? address) => $"officers {address?.ToString() ?? "unknown"}";

    /// <summary>Says which call an endpoint is, and documents what every call may answer.</summary>
    public static TBuilder For<TBuilder>(this TBuilder endpoint, Call call)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(call).Refuses(
            StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable);

    /// <summary>Documents further refusals.</summary>
    public static TBuilder Refuses<TBuilder>(this TBuilder endpoint, params ReadOnlySpan<int> statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), [Problem.ContentType]));
        return endpoint;
    }

    private static Refusal? Forbidden(OfficerStanding officer, Endpoint endpoint) => endpoint.Metadata.OfType<Call>().ToArray() is [var call]
        ? Rights.Check(officer, call)
        : new Refusal(Codes.RightMissing, "No role opens this address.");
}
