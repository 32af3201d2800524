using System.Net;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cli.Hosting;

/// <summary>The enterprises' portal.</summary>
/// <param name="Server">Its TLS certificate.</param>
/// <param name="Key">PKCS#11 URI (RFC 7512) of the P-256 key that signs filings, with pin-source; null: it takes only those that the token signed.</param>
/// <param name="ForwardedFrom">Addresses, or networks as 10.1.0.0/24, of the proxies that may forward a client certificate by RFC 9440; null: none.</param>
internal sealed record PortalConfiguration([property: JsonRequired] ServerCertificateConfiguration Server, string? Key = null, IReadOnlyList<IPNetwork>? ForwardedFrom = null)
{
    /// <param name="path">Of the configuration.</param>
    public void Check(string path)
    {
        if (Key is not null && !Pkcs11Uri.TryParse(Key, out _, out var fault))
            throw new CommandException(Codes.ConfigFormat, $"{path}: portal.key: {fault}", ExitCodes.Usage);
    }
}
