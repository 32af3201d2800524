using System.Net;
using System.Security.Claims;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace ELicense.AspNetCore.Certificates;

/// <summary>Whom a good certificate belongs to: a principal, or why there is none (answered with 403).</summary>
public readonly record struct Identification(ClaimsPrincipal? Principal, Refusal? Refusal);

/// <summary>Settings of authentication by client certificate.</summary>
public sealed class ClientCertificateOptions : AuthenticationSchemeOptions
{
    /// <summary>Judges the certificate itself.</summary>
    public ClientCertificateRules Rules { get; set; } = new(() => []);

    /// <summary>Proxies that end TLS and forward the client's certificate by RFC 9440; from every other address the header is dropped unread.</summary>
    public IReadOnlyList<IPNetwork> ForwardedFrom { get; set; } = [];

    /// <summary>Asked on every request, so that a standing withdrawn in mid-session counts at once.</summary>
    public Func<HttpContext, X509Certificate2, Identification> Identify { get; set; } =
        (_, certificate) => new(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, certificate.Subject)], ClientCertificates.Scheme)), Refusal: null);

    /// <summary>Writes the answer to a client that is not let in.</summary>
    public Func<HttpContext, int, Refusal, Task> Refuse { get; set; } = (context, status, refusal) =>
        Results.Problem(statusCode: status, detail: refusal.Detail, extensions: new Dictionary<string, object?> { ["code"] = refusal.Code }).ExecuteAsync(context);
}
