using System.Globalization;
using ELicense.Core;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>
/// Reads the trust card of a publication. One of a later root than the anchor is followed back: the card names the one with which its root took over, that one carries the signatures of the root
/// before too, and so on until a root is met that the anchor accepts (docs/formats.md, trust.jws).
/// </summary>
internal static class PublishedTrust
{
    public const string Path = "trust.jws";

    private const int MostRootChanges = 16;

    /// <summary>Codes: trust-missing and those of <see cref="VerifiedTrust.TryOpen"/>.</summary>
    public static async Task<(VerifiedTrust? Trust, Refusal Refusal)> ReadAsync(
        PublicationSource source, TrustAnchor anchor, DateTimeOffset now, CancellationToken cancellation) =>
        await OpenAsync(source, await source.ReadAsync(Path, VerifiedTrust.MaxJwsBytes, cancellation), anchor, now, cancellation);

    /// <param name="jws">The publication's card; null: it has none.</param>
    public static async Task<(VerifiedTrust? Trust, Refusal Refusal)> OpenAsync(
        PublicationSource source, byte[]? jws, TrustAnchor anchor, DateTimeOffset now, CancellationToken cancellation)
    {
        if (jws is null)
            return (null, new Refusal(Codes.TrustMissing, $"{source.Name} has no trust card."));
        if (!VerifiedTrust.TryOpen(jws, TrustAnchor.AsGiven, now, out var trust, out var refusal))
            return (null, refusal);
        return await RefusalAsync(source, trust, anchor, cancellation) is { } untrusted ? (null, untrusted) : (trust, default);
    }

    /// <summary>Null when the anchor accepts a root of the card, or one from which the card's root was handed over. Code: trust-root, those of a card that cannot be read.</summary>
    public static async Task<Refusal?> RefusalAsync(PublicationSource source, VerifiedTrust trust, TrustAnchor anchor, CancellationToken cancellation)
    {
        var later = trust;
        for (var hops = 0; !later.IsUnder(anchor); hops++)
        {
            if (later.Card.RootChange is not { } version || hops == MostRootChanges)
                return new Refusal(Codes.TrustRoot, $"The card is signed by another root than the one that is trusted: {trust.Roots[0]}.");
            var path = $"trust/{version.ToString(CultureInfo.InvariantCulture)}.jws";
            if (await source.ReadAsync(path, VerifiedTrust.MaxJwsBytes, cancellation) is not { } jws)
                return new Refusal(Codes.TrustRoot, $"{path}, with which the root changed, is not there.");
            // Long expired, as a rule: only its signatures count.
            if (!VerifiedTrust.TryOpenAtAnyTime(jws, out var change, out var refusal))
                return refusal with { Detail = $"{path}: {refusal.Detail}" };
            if (change.Card.Version != version || change.Card.Origin != trust.Card.Origin || change.Roots.Count < 2 || !later.Roots.Contains(change.Roots[0]))
                return new Refusal(Codes.TrustRoot, $"{path} does not hand over to root {later.Roots[^1]}.");
            later = change;
        }

        return null;
    }
}
