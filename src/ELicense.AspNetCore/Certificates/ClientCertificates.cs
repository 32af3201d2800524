using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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

    /// <summary>The endpoint is marked anonymous: it is the business of no certificate.</summary>
    public static bool IsOpenToAll(this HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null;

    /// <summary>Judges the certificate as of now. False: the client was answered, and nothing more is to be said.</summary>
    public static async Task<bool> TryLetInAsync(this HttpContext context)
    {
        var authentication = await context.AuthenticateAsync(Scheme);
        if (authentication.Succeeded)
            context.User = authentication.Principal;
        else
            await context.ChallengeAsync(Scheme);
        return authentication.Succeeded;
    }

    /// <summary>
    /// HTTPS that asks for a client certificate and lets every one through the handshake: the scheme judges it on each request and can say what is wrong, which TLS cannot.
    /// </summary>
    /// <param name="intermediates">Sent with the server's certificate.</param>
    /// <param name="issuers">CAs named in the handshake, so that browsers offer the right certificate.</param>
    public static ListenOptions UseHttpsWithClientCertificates(
        this ListenOptions listen, X509Certificate2 serverCertificate, X509Certificate2Collection intermediates, IReadOnlyList<X509Certificate2> issuers) =>
        listen.UseHttpsWithClientCertificates(serverCertificate, intermediates, () => issuers);

    /// <inheritdoc cref="UseHttpsWithClientCertificates(ListenOptions, X509Certificate2, X509Certificate2Collection, IReadOnlyList{X509Certificate2})"/>
    /// <param name="issuers">As above; asked for at every handshake, the same list again while nothing has changed.</param>
    public static ListenOptions UseHttpsWithClientCertificates(
        this ListenOptions listen, X509Certificate2 serverCertificate, X509Certificate2Collection intermediates, Func<IReadOnlyList<X509Certificate2>> issuers)
    {
        var handshake = new Handshake(serverCertificate, intermediates, issuers());
        // Told everything for each handshake: given a certificate alone, Kestrel would build its chain while starting, with downloads from the addresses in it.
        return listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ =>
            {
                var named = issuers();
                var current = Volatile.Read(ref handshake);
                if (!ReferenceEquals(current.Issuers, named))
                    Volatile.Write(ref handshake, current = new Handshake(serverCertificate, intermediates, named));
                return ValueTask.FromResult(current.Options());
            },
        });
    }

    /// <summary>What is the same in every handshake while the CAs are the same.</summary>
    private sealed class Handshake
    {
        private readonly SslStreamCertificateContext _context;

        private readonly X509ChainPolicy _policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // A stranger's certificate names addresses; the handshake must not go there.
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
        };

        public Handshake(X509Certificate2 serverCertificate, X509Certificate2Collection intermediates, IReadOnlyList<X509Certificate2> issuers)
        {
            Issuers = issuers;
            var named = new X509Certificate2Collection(issuers.ToArray());
            _context = SslStreamCertificateContext.Create(
                serverCertificate, intermediates, offline: true, SslCertificateTrust.CreateForX509Collection(named, sendTrustInHandshake: true));
            _policy.CustomTrustStore.AddRange(named);
        }

        public IReadOnlyList<X509Certificate2> Issuers { get; }

        [SuppressMessage("Security", "CA5359", Justification = "It is the client's certificate, judged on each request.")]
        public SslServerAuthenticationOptions Options() => new()
        {
            ServerCertificateContext = _context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            // A resumed session would carry an identity that this handshake did not prove.
            AllowTlsResume = false,
            CertificateChainPolicy = _policy,
        };
    }
}
