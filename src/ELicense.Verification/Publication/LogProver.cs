using System.Collections.Concurrent;
using System.Numerics;
using ELicense.Core;
using ELicense.Core.Log;

namespace ELicense.Verification.Publication;

/// <summary>Proves that entries are in the log, from the publication's tiles. What it gives out leads to the checkpoint's root. Good for many threads.</summary>
internal sealed class LogProver(PublicationSource source)
{
    private const int HashTileBytes = TilePath.Width * Digest.Size;

    // Full tiles never change, nor do partial ones of a width: 2 MB of hashes, or some more of entries.
    private const int MostKept = 256;

    private readonly ConcurrentDictionary<string, byte[]> _kept = new(StringComparer.Ordinal);

    /// <summary>Codes: entry-missing, malformed, tile-mismatch (tiles and checkpoint contradict each other).</summary>
    /// <exception cref="IOException">The publication cannot be read.</exception>
    public async Task<(IReadOnlyList<InclusionProof>? Proofs, Refusal Refusal)> ProveAsync(
        IReadOnlyList<long> positions, Checkpoint checkpoint, CancellationToken cancellation)
    {
        var proofs = new List<InclusionProof>();
        foreach (var position in positions)
        {
            var (bundle, refusal, _) = await PublishedLog.ReadBundleAsync(source, position / TilePath.Width, checkpoint.Size, cancellation);
            if (bundle is null)
                return (null, refusal);
            try
            {
                var path = await InclusionProof.PathAsync(position, checkpoint.Size, (start, count) => SubtreeAsync(start, count, checkpoint.Size, cancellation));
                proofs.Add(new InclusionProof(position, bundle.Entries[(int)(position - bundle.First)], path));
            }
            catch (InvalidDataException missing)
            {
                return (null, new Refusal(Codes.EntryMissing, missing.Message));
            }

            if (proofs[^1].LeadsTo(checkpoint.Size, checkpoint.Root))
                continue;
            _kept.Clear();
            return (null, new Refusal(Codes.TileMismatch, $"The tiles above position {position} do not lead to the checkpoint of size {checkpoint.Size}."));
        }

        return (proofs, default);
    }

    private async Task<Digest> SubtreeAsync(long start, long count, long treeSize, CancellationToken cancellation)
    {
        if (!BitOperations.IsPow2(count) || start % count != 0)
        {
            var left = (long)BitOperations.RoundUpToPowerOf2((ulong)count) / 2;
            return MerkleTree.Node(await SubtreeAsync(start, left, treeSize, cancellation), await SubtreeAsync(start + left, count - left, treeSize, cancellation));
        }

        // A complete subtree: its root, or the hashes below it, stand side by side in one tile.
        var (height, level) = (BitOperations.Log2((ulong)count), BitOperations.Log2((ulong)count) / 8);
        var first = start >> (8 * level);
        var tile = await TileAsync(level, first / TilePath.Width, treeSize, cancellation);
        var hashes = new Digest[1 << (height - (8 * level))];
        for (var i = 0; i < hashes.Length; i++)
            hashes[i] = new Digest(tile.AsSpan((int)((first % TilePath.Width) + i) * Digest.Size, Digest.Size));
        return MerkleTree.Root(hashes);
    }

    private async Task<byte[]> TileAsync(int level, long n, long treeSize, CancellationToken cancellation)
    {
        var width = TilePath.WidthIn(treeSize, level, n);
        // C2SP tlog-tiles: partial tiles may go once the full one is there.
        foreach (var wide in (int[])[width, TilePath.Width])
        {
            var path = "log/" + TilePath.Hashes(level, n, wide);
            if (_kept.TryGetValue(path, out var kept))
                return kept;
            if (await source.ReadAsync(path, HashTileBytes, cancellation) is not { } read || read.Length != wide * Digest.Size)
                continue;
            if (_kept.Count >= MostKept)
                _kept.Clear();
            _kept[path] = read;
            return read;
        }

        throw new InvalidDataException($"The hash tile {n} of level {level} is not there.");
    }
}
