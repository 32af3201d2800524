using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ELicense.AspNetCore.Certificates;

/// <summary>Authentication by client certificate: the listener, the middleware, the scheme.</summary>
public static class ClientCertificates
{
    /// <summary>Name of the authentication scheme.</summary>
    public const string Scheme = "ClientCertificate";

    public static AuthenticationBuilder AddClientCertificates(this AuthenticationBuilder builder, Action<ClientCertificateOptions> configure) =>
        builder.AddScheme<ClientCertificateOptions, ClientCertificateHandler>(Scheme, configure);

    /// <summary>Comes before everything that looks at the client: drops what clients forge, takes what configured proxies forward, authenticates.</summary>
    // UseAuthentication said here: a WebApplication would else put its own first, which judges before the headers are read.
    public static IApplicationBuilder UseClientCertificates(this IApplicationBuilder app) => app.UseMiddleware<ForwardedCertificate>().UseAuthentication();

    /// <summary>
    /// HTTPS that asks for a client certificate and lets every one through the handshake: the scheme judges it on each request and can say what is wrong, which TLS cannot.
    /// </summary>
    /// <param name="intermediates">Sent with the server's certificate.</param>
    /// <param name="issuers">CAs named in the handshake, so that browsers offer the right certificate.</param>
    [SuppressMessage("Security", "CA5359", Justification = "It is the client's certificate, judged on each request.")]
    public static ListenOptions UseHttpsWithClientCertificates(
        this ListenOptions listen, X509Certificate2 serverCertificate, X509Certificate2Collection intermediates, IReadOnlyList<X509Certificate2> issuers)
    {
        var named = new X509Certificate2Collection(issuers.ToArray());
        var context = SslStreamCertificateContext.Create(
            serverCertificate, intermediates, offline: true, SslCertificateTrust.CreateForX509Collection(named, sendTrustInHandshake: true));
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // A stranger's certificate names addresses; the handshake must not go there.
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(named);
        // Told everything for each handshake: given a certificate alone, Kestrel would build its chain while starting, with downloads from the addresses in it.
        return listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = context,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
                // A resumed session would carry an identity that this handshake did not prove.
                AllowTlsResume = false,
                CertificateChainPolicy = policy,
            }),
        });
    }
}
