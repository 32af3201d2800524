using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using ELicense.AspNetCore.Certificates;
using ELicense.Core;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ELicense.Authority;

/// <summary>Nobody passes without a certificate of an enrolled officer; no call passes without a role that opens it. Both are asked anew on every request.</summary>
internal static class OfficersDoor
{
    /// <summary>Whose certificate this is, as of now; the standing goes with the request.</summary>
    public static Identification Identify(AuthorityPeople people, HttpContext context, X509Certificate2 certificate)
    {
        if (!people.TryIdentify(Digest.Of(certificate.RawDataMemory.Span), out var officer, out var refusal))
            return new Identification(Principal: null, refusal);
        context.Features.Set(officer with { Officer = officer.Officer with { Origin = $"officers {context.Connection.RemoteIpAddress}" } });
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, officer.Officer.Person)], ClientCertificates.Scheme);
        return new Identification(new ClaimsPrincipal(identity), Refusal: null);
    }

    /// <summary>Every endpoint says which call it is, and only those marked anonymous are open to all.</summary>
    public static async Task Pass(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<IAllowAnonymous>() is not null)
        {
            await next(context);
            return;
        }

        var authentication = await context.AuthenticateAsync(ClientCertificates.Scheme);
        if (!authentication.Succeeded)
        {
            await context.ChallengeAsync(ClientCertificates.Scheme);
            return;
        }

        context.User = authentication.Principal;
        if (endpoint is not null && Forbidden(context.Officer(), endpoint) is { } refusal)
            await refusal.ToProblem().ExecuteAsync(context);
        else
            await next(context);
    }

    public static OfficerStanding Officer(this HttpContext context) => context.Features.GetRequiredFeature<OfficerStanding>();

    public static TBuilder For<TBuilder>(this TBuilder endpoint, Call call)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(call);

    private static Refusal? Forbidden(OfficerStanding officer, Endpoint endpoint) => endpoint.Metadata.OfType<Call>().ToArray() is [var call]
        ? Rights.Check(officer, call)
        : new Refusal(Codes.RightMissing, "No role opens this address.");
}
