using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace ELicense.Display.Sites;

/// <summary>How registered sites are reached.</summary>
public sealed record SiteSettings
{
    /// <summary>Where names are resolved; empty: the machine's resolvers.</summary>
    public IReadOnlyList<IPEndPoint> Resolvers { get; init; } = [];

    /// <summary>Origins on this machine's loopback addresses, on whichever port, that may be registered and fetched: for a demo and for tests. None in earnest.</summary>
    public IReadOnlyList<Uri> Loopback { get; init; } = [];

    /// <summary>CAs that a site's TLS certificate leads to; null: those of the machine.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>For all of one fetch: names, redirects, headers, body.</summary>
    public TimeSpan LongestFetch { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between two fetches from one host.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    internal bool AllowsLoopback(Uri address) =>
        Loopback.Any(allowed => allowed.Scheme == address.Scheme && allowed.IdnHost == address.IdnHost && allowed.Port == address.Port);
}
