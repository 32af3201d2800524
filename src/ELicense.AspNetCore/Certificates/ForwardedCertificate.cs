using System.Net;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace ELicense.AspNetCore.Certificates;

/// <summary>
/// The client's certificate as a proxy forwards it (RFC 9440). Only configured proxies are heard; from anybody else, and in every other spelling, such headers are dropped.
/// After this middleware the connection's certificate is the only one there is.
/// </summary>
internal sealed class ForwardedCertificate(RequestDelegate next, IOptionsMonitor<ClientCertificateOptions> options)
{
    private const string Header = "Client-Cert"; // RFC 9440 2.2
    private const int MaxHeaderLength = 12_000;

    private static readonly string[] Forgeable =
    [
        Header, "Client-Cert-Chain", "X-Client-Cert", "X-SSL-CERT", "X-SSL-Client-Cert", "SSL-Client-Cert", "X-Forwarded-Client-Cert", "X-Forwarded-Tls-Client-Cert",
        "X-ARR-ClientCert", "X-Amzn-Mtls-Clientcert",
    ];

    public Task Invoke(HttpContext context)
    {
        var forwarded = context.Request.Headers[Header];
        foreach (var name in Forgeable)
            context.Request.Headers.Remove(name);
        if (IsProxy(context.Connection.RemoteIpAddress))
            Take(context, forwarded.Count == 1 ? forwarded[0] : null);
        return next(context);
    }

    private bool IsProxy(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is not null && options.Get(ClientCertificates.Scheme).ForwardedFrom.Any(network => network.Contains(address));
    }

    /// <summary>The proxy's own certificate, if it showed one, is no client's.</summary>
    private static void Take(HttpContext context, string? header)
    {
        var connection = new ForwardedConnection();
        context.Features.Set<ITlsConnectionFeature>(connection);
        if (header is null)
            return;
        if (TryRead(header, out var certificate))
        {
            context.Response.RegisterForDispose(certificate);
            connection.ClientCertificate = certificate;
        }
        else
        {
            context.Features.Set(new UnreadableCertificate(new Refusal(Codes.CertificateUntrusted, "The proxy's Client-Cert header holds no certificate (RFC 9440 2.1).")));
        }
    }

    // RFC 9440 2.1: a byte sequence of RFC 8941, base64 of the DER between colons.
    private static bool TryRead(string header, out X509Certificate2 certificate)
    {
        certificate = null!;
        if (header.Length is < 3 or > MaxHeaderLength || header[0] != ':' || header[^1] != ':')
            return false;
        var der = new byte[header.Length];
        return Convert.TryFromBase64String(header[1..^1], der, out var length) && ForeignCertificate.TryLoad(der.AsSpan(0, length), out certificate!, out _);
    }
}

/// <summary>In the place of the proxy's own connection, which would show the proxy's certificate when there is none.</summary>
internal sealed class ForwardedConnection : ITlsConnectionFeature
{
    public X509Certificate2? ClientCertificate { get; set; }

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
}

/// <summary>On the request when a proxy forwarded something that is no certificate.</summary>
internal sealed record UnreadableCertificate(Refusal Refusal);
