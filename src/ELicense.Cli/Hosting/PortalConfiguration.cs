using System.Net;
using System.Text.Json.Serialization;

namespace ELicense.Cli.Hosting;

/// <summary>The enterprises' portal.</summary>
/// <param name="Server">Its TLS certificate.</param>
/// <param name="ForwardedFrom">Addresses, or networks as 10.1.0.0/24, of the proxies that may forward a client certificate by RFC 9440; null: none.</param>
internal sealed record PortalConfiguration([property: JsonRequired] ServerCertificateConfiguration Server, IReadOnlyList<IPNetwork>? ForwardedFrom = null);
