using ELicense.Core;
using ELicense.Core.Log;

namespace ELicense.Verification.Publication;

/// <summary>
/// The Merkle tree recomputed from the entries, every hash tile compared at every level. Where an entry and its hash differ, the level above (or the signed root)
/// tells which of the two was changed, and the tree goes on with the other.
/// </summary>
/// <param name="mark">A checkpoint seen before, which the log must pass through; null: none is known.</param>
internal sealed class AuditedTree(
    PublicationSource source, Checkpoint checkpoint, HighWaterMark? mark, AuditFindings findings, CancellationToken cancellation)
{
    private const int HashTileBytes = TilePath.Width * Digest.Size;

    private readonly MerkleFrontier _frontier = new();
    private readonly List<List<Digest>> _levels = [];
    private bool _hasGap;

    public int Tiles { get; private set; }

    public long Size => _frontier.Size;

    public Digest? Root => _hasGap ? null : _frontier.Root;

    /// <param name="bundle">Null when it is missing or malformed; then the hash tile stands in for it.</param>
    public async Task AddAsync(long n, PublishedBundle? bundle, Refusal refusal, string bundlePath)
    {
        var first = n * TilePath.Width;
        var width = (int)Math.Min(TilePath.Width, checkpoint.Size - first);
        var (hashes, tilePath) = await ReadTileAsync(level: 0, n, width);
        var leaves = bundle?.Entries.Select(entry => MerkleTree.Leaf(entry.Span)).ToArray();
        if (leaves is null)
        {
            var position = first + await FirstDifferenceAsync(bundlePath, hashes);
            findings.Add(bundlePath, position, refusal);
        }

        if (hashes is null)
            findings.Add(tilePath, first, Missing());
        if (_hasGap || (leaves ?? hashes) is not { } believed)
        {
            _hasGap = true;
            return;
        }

        if (leaves is not null && hashes is not null && FirstDifference(leaves, hashes) is var different and >= 0)
        {
            var isTileRight = await LeadsHigherAsync(n, hashes);
            believed = isTileRight ? hashes : leaves;
            findings.Add(isTileRight ? bundlePath : tilePath, first + different, new Refusal(
                Codes.TileMismatch, $"Position {first + different}: the entry hashes to {leaves[different]}, the tile has {hashes[different]}."));
        }

        foreach (var leaf in believed)
        {
            _frontier.Append(leaf);
            if (_frontier.Size == mark?.Size && _frontier.Size < checkpoint.Size && _frontier.Root != mark.Root)
                findings.Add(SignedCheckpoint.Path, mark.Size, new Refusal(Codes.LogFork, $"The first {mark.Size} entries lead to root {_frontier.Root}; {mark.Root} was seen before."));
        }

        if (width == TilePath.Width)
            await PromoteAsync(level: 1, SubtreeRoot(believed));
    }

    /// <summary>The partial tiles above level 0, and the root.</summary>
    public async Task FinishAsync()
    {
        if (_hasGap)
            return;
        for (var i = 0; i < _levels.Count; i++)
        {
            if (_levels[i].Count > 0)
                await CompareAsync(i + 1, HashesAtLevel(i + 1) / TilePath.Width, _levels[i]);
        }

        if (_frontier.Root != checkpoint.Root)
            findings.Add(SignedCheckpoint.Path, checkpoint.Size, new Refusal(Codes.LogFork, $"The entries lead to root {_frontier.Root}; the checkpoint has {checkpoint.Root}."));
    }

    /// <summary>A full tile of one level is one hash of the next.</summary>
    private async Task PromoteAsync(int level, Digest subtree)
    {
        while (_levels.Count < level)
            _levels.Add([]);
        var hashes = _levels[level - 1];
        hashes.Add(subtree);
        if (hashes.Count < TilePath.Width)
            return;
        await CompareAsync(level, (HashesAtLevel(level) / TilePath.Width) - 1, hashes);
        var root = SubtreeRoot(hashes);
        hashes.Clear();
        await PromoteAsync(level + 1, root);
    }

    private async Task CompareAsync(int level, long n, List<Digest> computed)
    {
        var (hashes, path) = await ReadTileAsync(level, n, computed.Count);
        var leavesEach = 1L << (8 * level);
        var first = n * TilePath.Width * leavesEach;
        if (hashes is null)
            findings.Add(path, first, Missing());
        else if (FirstDifference(computed, hashes) is var different and >= 0)
            findings.Add(path, first + (different * leavesEach), new Refusal(Codes.TileMismatch, $"Hash {different} is {hashes[different]}; the entries lead to {computed[different]}."));
    }

    /// <summary>Whether these hashes, and not the entries, fit what lies above them.</summary>
    private async Task<bool> LeadsHigherAsync(long n, Digest[] hashes)
    {
        if (hashes.Length < TilePath.Width)
        {
            var tail = _frontier.Clone();
            foreach (var hash in hashes)
                tail.Append(hash);
            return tail.Root == checkpoint.Root;
        }

        var parents = n / TilePath.Width;
        var width = (int)Math.Min(TilePath.Width, (checkpoint.Size / TilePath.Width) - (parents * TilePath.Width));
        var (above, _) = await ReadTileAsync(level: 1, parents, width, isCounted: false);
        return above is not null && above[n % TilePath.Width] == SubtreeRoot(hashes);
    }

    /// <summary>The hashes wanted, of the partial tile or of the full one that has replaced it; null when there is neither or they are too few.</summary>
    private async Task<(Digest[]? Hashes, string Path)> ReadTileAsync(int level, long n, int width, bool isCounted = true)
    {
        var path = "log/" + TilePath.Hashes(level, n, width);
        var bytes = await source.ReadAsync(path, HashTileBytes, cancellation);
        var expected = width;
        if (bytes is null && width < TilePath.Width)
        {
            bytes = await source.ReadAsync("log/" + TilePath.Hashes(level, n, TilePath.Width), HashTileBytes, cancellation);
            expected = TilePath.Width;
        }

        if (bytes is null || bytes.Length != expected * Digest.Size)
            return (null, path);
        Tiles += isCounted ? 1 : 0;
        return (bytes.Chunk(Digest.Size).Take(width).Select(hash => new Digest(hash)).ToArray(), path);
    }

    /// <summary>How many entries of a malformed bundle still are what the tile says.</summary>
    private async Task<int> FirstDifferenceAsync(string bundlePath, Digest[]? hashes)
    {
        if (hashes is null || await source.ReadAsync(bundlePath, TilePath.Width * (LogEntry.MaxBytes + sizeof(ushort)), cancellation) is not { } bytes)
            return 0;
        ReadOnlyMemory<byte> rest = bytes;
        for (var i = 0; i < hashes.Length; i++)
        {
            if (rest.Length < sizeof(ushort))
                return i;
            var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(rest.Span);
            if (rest.Length < sizeof(ushort) + length || MerkleTree.Leaf(rest.Span.Slice(sizeof(ushort), length)) != hashes[i])
                return i;
            rest = rest[(sizeof(ushort) + length)..];
        }

        return hashes.Length;
    }

    private long HashesAtLevel(int level) => _frontier.Size >> (8 * level);

    private static int FirstDifference(IReadOnlyList<Digest> left, Digest[] right)
    {
        for (var i = 0; i < left.Count; i++)
        {
            if (left[i] != right[i])
                return i;
        }

        return -1;
    }

    private static Digest SubtreeRoot(IReadOnlyList<Digest> hashes)
    {
        var frontier = new MerkleFrontier();
        foreach (var hash in hashes)
            frontier.Append(hash);
        return frontier.Root;
    }

    private static Refusal Missing() => new(Codes.TileMismatch, "The hash tile is not there, or has another length.");
}
