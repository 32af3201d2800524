using System.Text.Encodings.Web;
using ELicense.Core;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ELicense.AspNetCore.Certificates;

/// <summary>Judges the connection's certificate on every request; a client that is not let in learns why, and the session ends.</summary>
internal sealed class ClientCertificateHandler(IOptionsMonitor<ClientCertificateOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<ClientCertificateOptions>(options, logger, encoder)
{
    private Refusal _refusal;
    private int _status = StatusCodes.Status401Unauthorized;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // RFC 9110 15.5.2: a 401 names what would be accepted; no registered scheme stands for TLS.
        if (_status == StatusCodes.Status401Unauthorized)
            Response.Headers.WWWAuthenticate = ClientCertificates.Scheme;
        Context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return Options.Refuse(Context, _status, _refusal);
    }

    private AuthenticateResult Authenticate()
    {
        if (Context.Connection.ClientCertificate is not { } certificate)
        {
            return Fail(Context.Features.Get<UnreadableCertificate>()?.Refusal
                ?? new Refusal(Codes.CertificateMissing, "No client certificate came with the TLS connection."));
        }

        if (Options.Rules.Judge(certificate, TimeProvider.GetUtcNow()) is { } refusal)
            return Fail(refusal);
        var (principal, unknown) = Options.Identify(Context, certificate);
        if (principal is not null)
            return AuthenticateResult.Success(new AuthenticationTicket(principal, Scheme.Name));
        _status = StatusCodes.Status403Forbidden;
        return Fail(unknown ?? new Refusal(Codes.OfficerUnknown, "Nobody is known by this certificate."));
    }

    private AuthenticateResult Fail(Refusal refusal)
    {
        _refusal = refusal;
        return AuthenticateResult.Fail(refusal.ToString());
    }
}
