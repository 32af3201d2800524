using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Publication;

/// <summary>A head of the authority's audit trail, as an entry of the log states it.</summary>
/// <param name="Position">Of the entry in the log.</param>
/// <param name="TimeMs">Milliseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Hash">Of the trail's newest entry at that time.</param>
public sealed record PublishedAuditHead(long Position, long TimeMs, Digest Hash)
{
    /// <summary>All heads in the log of a publication, oldest first; null with the refusal when the log is not the one that its checkpoint signs.</summary>
    /// <returns>Throws an IOException or HttpRequestException when the publication cannot be reached.</returns>
    public static async Task<(IReadOnlyList<PublishedAuditHead>? Heads, Refusal Refusal)> ReadAllAsync(
        PublicationSource source, TrustAnchor anchor, DateTimeOffset now, CancellationToken cancellation)
    {
        var (trust, refusal) = await PublishedTrust.ReadAsync(source, anchor, now, cancellation);
        if (trust is null)
            return (null, refusal);
        var (signed, unsigned) = await SignedCheckpoint.ReadAsync(source, trust, now, cancellation);
        return signed is null ? (null, unsigned) : await ReadAllAsync(source, signed.Checkpoint, cancellation);
    }

    private static async Task<(IReadOnlyList<PublishedAuditHead>? Heads, Refusal Refusal)> ReadAllAsync(
        PublicationSource source, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var heads = new List<PublishedAuditHead>();
        var frontier = new MerkleFrontier();
        while (frontier.Size < checkpoint.Size)
        {
            var (bundle, refusal, path) = await PublishedLog.ReadBundleAsync(source, frontier.Size / TilePath.Width, checkpoint.Size, cancellation);
            if (bundle is null)
                return (null, refusal);
            foreach (var bytes in bundle.Entries)
            {
                if (!LogEntry.TryDecode(bytes, out var entry, out refusal))
                    return (null, refusal with { Detail = $"{path}, position {frontier.Size}: {refusal.Detail}" });
                if (entry is { Kind: LogEntryKind.AuditHead, Digest: { } hash })
                    heads.Add(new PublishedAuditHead(frontier.Size, entry.TimeMs, hash));
                frontier.Append(MerkleTree.Leaf(bytes.Span));
            }
        }

        return frontier.Root == checkpoint.Root
            ? (heads, default)
            : (null, new Refusal(Codes.LogFork, $"The entries lead to root {frontier.Root}; the checkpoint has {checkpoint.Root}. Verifying the log names the place."));
    }
}
