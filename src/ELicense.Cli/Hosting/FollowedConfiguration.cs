using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Hosting;

/// <summary>A publication that the public zone follows.</summary>
/// <param name="Source">Absolute path of a folder, or http(s) address.</param>
/// <param name="Authority">Number of the authority whose it is; a card of another is refused.</param>
/// <param name="Root">SHA-256 of its root's SubjectPublicKeyInfo, 64 hexadecimal digits, from another way than the publication.</param>
/// <param name="State">Absolute path of a folder of its own: caches, which may be deleted, and the high-water mark, which must not.</param>
/// <param name="Inbox">Absolute path of the folder of filings to that authority; null: no OCSP answers for its certificates.</param>
internal sealed record FollowedConfiguration(
    [property: JsonRequired] string Source, [property: JsonRequired] int Authority, [property: JsonRequired] string Root, [property: JsonRequired] string State, string? Inbox = null)
{
    public FollowedSource ToSource() => Digest.TryParseHex(Root, out var root)
        ? new FollowedSource(Source, TrustAnchor.Fingerprint(root), Authority, Path.Combine(State, "cache"), Path.Combine(State, "high-water"), Inbox)
        : throw new CommandException(Codes.ConfigFormat, $"follows: the root of authority {Authority} is not 64 hexadecimal digits.", ExitCodes.Usage);

    /// <param name="path">Of the configuration.</param>
    public static void Check(IReadOnlyList<FollowedConfiguration> follows, string path)
    {
        foreach (var one in follows)
        {
            _ = one.ToSource();
            var fault = !Path.IsPathFullyQualified(one.State) || one.Inbox is { } inbox && !Path.IsPathFullyQualified(inbox) ? "state and inbox are absolute paths."
                : !(Path.IsPathFullyQualified(one.Source) || (Uri.TryCreate(one.Source, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
                    ? "source is an absolute path or an http(s) address."
                : follows.Count(other => other.Authority == one.Authority || other.State == one.State || other.Root == one.Root) > 1
                    ? "each publication has an authority, a root and a state folder of its own."
                : null;
            if (fault is not null)
                throw new CommandException(Codes.ConfigFormat, $"{path}: follows, authority {one.Authority}: {fault}", ExitCodes.Usage);
        }
    }
}

/// <summary>One publication to follow, and where is kept what goes with it.</summary>
/// <param name="Authority">Null: whichever its card says.</param>
internal sealed record FollowedSource(string Publication, TrustAnchor Anchor, int? Authority, string Cache, string HighWater, string? Inbox)
{
    /// <summary>That of the data folder, or the one that the command line names.</summary>
    public static FollowedSource Of(DataFolder data, string publication, TrustAnchor anchor, int? authority = null) =>
        new(publication, anchor, authority, data.VerifierCache, data.VerifierHighWater, data.Inbox);

    public PublicationFollower Follow(TimeProvider clock) => new(PublicationSource.Open(Publication), new FollowerSettings(Anchor, Cache, HighWater) { Authority = Authority }, clock);
}
