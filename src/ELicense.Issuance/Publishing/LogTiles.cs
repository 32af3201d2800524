using ELicense.Core;
using ELicense.Core.Log;

namespace ELicense.Issuance.Publishing;

/// <summary>The right edge of the log as tiles: what is not yet in a full tile, at every level. Tiles that fill up while entries are appended are handed out at once.</summary>
internal sealed class LogTiles
{
    private readonly List<List<Digest>> _levels = [[]];
    private readonly List<ReadOnlyMemory<byte>> _entries = [];
    private readonly MerkleFrontier _frontier = new();

    public long Size => _frontier.Size;

    public Digest Root => _frontier.Root;

    public MerkleFrontier CloneFrontier() => _frontier.Clone();

    /// <param name="full">Gets the path and content of each tile and entry bundle that this entry completes.</param>
    public void Append(ReadOnlyMemory<byte> entry, Action<string, byte[]> full)
    {
        var leaf = MerkleTree.Leaf(entry.Span);
        _frontier.Append(leaf);
        _entries.Add(entry);
        if (_entries.Count == TilePath.Width)
        {
            full(TilePath.Entries((Size - 1) / TilePath.Width, TilePath.Width), EntryBundle.Encode(_entries));
            _entries.Clear();
        }
        AppendHash(0, leaf, full);
    }

    /// <summary>The partial tiles of this size, C2SP tlog-tiles.</summary>
    public void WritePartials(Action<string, byte[]> write)
    {
        if (_entries.Count > 0)
            write(TilePath.Entries(Size / TilePath.Width, _entries.Count), EntryBundle.Encode(_entries));
        for (var level = 0; level < _levels.Count; level++)
        {
            if (_levels[level].Count > 0)
                write(TilePath.Hashes(level, TileNumber(level, Size), _levels[level].Count), Concatenate(_levels[level]));
        }
    }

    private void AppendHash(int level, Digest hash, Action<string, byte[]> full)
    {
        if (level == _levels.Count)
            _levels.Add([]);
        var hashes = _levels[level];
        hashes.Add(hash);
        if (hashes.Count < TilePath.Width)
            return;
        full(TilePath.Hashes(level, TileNumber(level, Size - 1), TilePath.Width), Concatenate(hashes));
        var parent = MerkleTree.Root(hashes.ToArray());
        hashes.Clear();
        AppendHash(level + 1, parent, full);
    }

    /// <summary>A tile of a level spans 256^(level + 1) entries.</summary>
    private static long TileNumber(int level, long position) => position >> (8 * (level + 1));

    private static byte[] Concatenate(List<Digest> hashes)
    {
        var bytes = new byte[hashes.Count * Digest.Size];
        for (var i = 0; i < hashes.Count; i++)
            hashes[i].Span.CopyTo(bytes.AsSpan(i * Digest.Size));
        return bytes;
    }
}
