using System.Net;
using ELicense.Core;
using ELicense.Display;
using ELicense.Display.Sites;

namespace ELicense.Cli.Hosting;

/// <summary>How registered sites are reached.</summary>
/// <param name="Resolvers">Addresses of name servers, as 192.0.2.53 or 192.0.2.53:5353; null: the machine's.</param>
/// <param name="Loopback">Origins of this machine that may be registered, as http://127.0.0.1:5084; null: none. For trying out.</param>
internal sealed record SitesConfiguration(IReadOnlyList<string>? Resolvers = null, IReadOnlyList<Uri>? Loopback = null)
{
    private const int DnsPort = 53;

    /// <summary>The sites of a data folder's badges.</summary>
    /// <param name="service">Where badges are served.</param>
    public static SiteRegistry Open(DataFolder data, Configuration configuration, Uri service, TimeProvider clock) => Open(BadgeStore.Open(data.Badges), configuration, service, clock);

    /// <inheritdoc cref="Open(DataFolder, Configuration, Uri, TimeProvider)"/>
    public static SiteRegistry Open(BadgeStore badges, Configuration configuration, Uri service, TimeProvider clock) =>
        new(badges, (configuration.Sites ?? new SitesConfiguration()).ToSettings("configuration"), service, clock);

    /// <param name="path">Of the configuration.</param>
    public SiteSettings ToSettings(string path) => new()
    {
        Resolvers = [.. (Resolvers ?? []).Select(resolver => ToEndPoint(resolver, path))],
        Loopback = [.. (Loopback ?? []).Select(origin => origin is { IsAbsoluteUri: true, Scheme: "http" or "https", IsLoopback: true, AbsolutePath: "/" }
            ? origin
            : throw new CommandException(Codes.ConfigFormat, $"{path}: sites.loopback has {origin}, which is no origin of this machine.", ExitCodes.Usage))],
    };

    private static IPEndPoint ToEndPoint(string resolver, string path)
    {
        if (!IPEndPoint.TryParse(resolver, out var parsed))
            throw new CommandException(Codes.ConfigFormat, $"{path}: sites.resolvers has {resolver}, which is no address of a name server.", ExitCodes.Usage);
        return parsed.Port == 0 ? new IPEndPoint(parsed.Address, DnsPort) : parsed;
    }
}
