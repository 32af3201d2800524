using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Cli.Hosting;
using ELicense.Cli.Management;
using ELicense.Core;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Commands;

/// <summary><c>elicense serve</c>: hosts the roles that exist; prints one line of JSON when they answer.</summary>
internal static class ServeCommand
{
    private static readonly string[] Roles = ["all", "authority", "public", "display", "portal", "login"];

    public static Command Create()
    {
        var role = new Option<string>("--role") { Description = string.Join('|', Roles), Required = true };
        role.AcceptOnlyFromAmong(Roles);
        var publication = new Option<string?>("--publication") { Description = "publication to follow, when it is not the data folder's own: folder or HTTP address" };
        var trust = new Option<string?>("--trust") { Description = "root's fingerprint or certificate, when it is not the data folder's development root" };
        var host = new HostingOptions();
        var command = new Command("serve", "host the roles") { role, publication, trust };
        host.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var chosen = parsed.GetValue(role)!;
            if (chosen is "login")
                throw new CommandException(Codes.RoleNotBuilt, $"The role {chosen} is not built yet.", ExitCodes.Usage);
            var configuration = host.Configuration(parsed);
            var data = configuration.Place(DataFolder.Open(host.Data(parsed)));
            using var ports = host.Ports(parsed);
            var address = configuration.Authority?.PublicAddress ?? host.PublicAddress(parsed, ports);
            await using var management = await ManagementHost.StartAsync(configuration, ports, cancellation);
            if (chosen is "all" or "authority")
                await ServeAuthorityAsync(data, configuration, ports, address, chosen, cancellation);
            else if (chosen is "portal")
                await ServePortalAsync(data, configuration, ports, address, Sources(parsed.GetValue(publication), parsed.GetValue(trust), data, configuration), cancellation);
            else
                await ServePublicAsync(data, configuration, ports, address, Sources(parsed.GetValue(publication), parsed.GetValue(trust), data, configuration), chosen, cancellation);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task ServeAuthorityAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri address, string role, CancellationToken cancellation)
    {
        await using var authority = await AuthorityZone.OpenAsync(data, configuration, address, TimeProvider.System, cancellation);
        authority.KeepPublishing();
        await authority.OpenDoorAsync(ports, address, TimeProvider.System, cancellation);
        if (role == "all")
        {
            var own = FollowedSource.Of(data, data.Publication, authority.Anchor, authority.Hierarchy.Card.AuthorityNumber);
            await ServePublicAsync(data, configuration, ports, address, [own, .. Further(configuration)], role, cancellation);
            return;
        }

        SayReady(publicZone: null, ports.AuthorityAddress, portal: null, ports, data);
        await UntilCancelledAsync(cancellation);
    }

    private static async Task ServePublicAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri address, IReadOnlyList<FollowedSource> sources, string role, CancellationToken cancellation)
    {
        var roles = role switch
        {
            "public" => PublicRoles.Verification,
            "display" => PublicRoles.Display,
            _ => PublicRoles.Verification | PublicRoles.Display,
        };
        await using var zone = await PublicZone.StartAsync(data, configuration, ports, address, sources, roles, TimeProvider.System, cancellation);
        await using var portal = role == "all" && PortalHost.IsPossible(data, configuration)
            ? await PortalHost.StartAsync(data, configuration, ports, address, sources, zone.Publications, zone.Sites, TimeProvider.System, cancellation)
            : null;
        SayReady(zone.Address.AbsoluteUri.TrimEnd('/'), role == "all" ? ports.AuthorityAddress : null, portal is null ? null : ports.PortalAddress, ports, data);
        await UntilCancelledAsync(cancellation);
    }

    private static async Task ServePortalAsync(
        DataFolder data, Configuration configuration, PortBlock ports, Uri address, IReadOnlyList<FollowedSource> sources, CancellationToken cancellation)
    {
        if (!PortalHost.IsPossible(data, configuration))
            throw new CommandException(Codes.ConfigFormat, "The portal has no TLS certificate: the configuration names it as portal.server.", ExitCodes.Usage);
        // Caches of its own: another process may follow the same publication beside it.
        var own = configuration.Follows is { Count: > 0 } ? sources
            : [.. sources.Select(source => source with { Cache = Path.Combine(data.Portal, "cache"), HighWater = Path.Combine(data.Portal, "high-water") })];
        await using var portal = await PortalHost.StartAsync(data, configuration, ports, address, own, TimeProvider.System, cancellation);
        SayReady(publicZone: null, authority: null, ports.PortalAddress, ports, data);
        await UntilCancelledAsync(cancellation);
    }

    private static void SayReady(string? publicZone, string? authority, string? portal, PortBlock ports, DataFolder data)
    {
        ports.ReleaseRest();
        Console.Out.WriteLine(JsonSerializer.Serialize(new ReadyLine(true, publicZone, authority, null, portal, ports.ManagementAddress, data.Root), ServeJson.Default.ReadyLine));
    }

    /// <summary>Ends without an exception when the process is told to stop: that is how a server ends.</summary>
    public static async Task UntilCancelledAsync(CancellationToken cancellation)
    {
        var stopped = new TaskCompletionSource();
        await using var registration = cancellation.Register(stopped.SetResult);
        await stopped.Task;
    }

    /// <summary>What the configuration names, or else the one publication of the command line or the data folder.</summary>
    private static IReadOnlyList<FollowedSource> Sources(string? publication, string? trust, DataFolder data, Configuration configuration)
    {
        if (configuration.Follows is not { Count: > 0 })
            return [FollowedSource.Of(data, publication ?? data.Publication, Anchor(trust, data))];
        return publication is null && trust is null
            ? Further(configuration)
            : throw new CommandException(Codes.ConfigFormat, "The configuration says what is followed: give neither --publication nor --trust.", ExitCodes.Usage);
    }

    private static List<FollowedSource> Further(Configuration configuration) => [.. (configuration.Follows ?? []).Select(one => one.ToSource())];

    private static TrustAnchor Anchor(string? trust, DataFolder data)
    {
        if (trust is null && !File.Exists(data.RootFingerprint))
            throw new CommandException(Codes.TrustMissing, $"{data.Root} has no development root: give --trust.", ExitCodes.Usage);
        return TrustOptions.Read(trust ?? data.RootFingerprint, out _);
    }
}

internal sealed record ReadyLine(bool Ready, string? Public, string? Authority, string? Login, string? Portal, string Management, string Data);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ReadyLine))]
internal sealed partial class ServeJson : JsonSerializerContext;
