using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace ELicense.Core.Log;

/// <summary>Hashes of the Merkle tree, RFC 6962 2.1.</summary>
public static class MerkleTree
{
    private const byte LeafPrefix = 0x00;
    private const byte NodePrefix = 0x01;
    private const int StackLimit = 2048;

    /// <summary>Root of a tree without leaves: SHA-256 of nothing.</summary>
    public static Digest EmptyRoot { get; } = Digest.Of([]);

    /// <summary>SHA-256(00 ‖ entry).</summary>
    public static Digest Leaf(ReadOnlySpan<byte> entry)
    {
        var length = 1 + entry.Length;
        Span<byte> input = length <= StackLimit ? stackalloc byte[length] : new byte[length];
        input[0] = LeafPrefix;
        entry.CopyTo(input[1..]);
        return Digest.Of(input);
    }

    /// <summary>SHA-256(01 ‖ left ‖ right).</summary>
    public static Digest Node(Digest left, Digest right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Digest.Size)];
        input[0] = NodePrefix;
        left.Span.CopyTo(input[1..]);
        right.Span.CopyTo(input[(1 + Digest.Size)..]);
        return Digest.Of(input);
    }

    /// <summary>MTH of hashes that are leaves, or roots of equal complete subtrees: of a full tile, the hash that the level above holds.</summary>
    public static Digest Root(ReadOnlySpan<Digest> hashes)
    {
        var frontier = new MerkleFrontier();
        foreach (var hash in hashes)
            frontier.Append(hash);
        return frontier.Root;
    }
}

/// <summary>The right edge of a growing tree: enough to append leaves and to state the root. Not synchronized.</summary>
public sealed class MerkleFrontier
{
    private const int SizeBytes = sizeof(long);

    // One root for each set bit of Size, the largest subtree first.
    private readonly List<Digest> _roots;

    public MerkleFrontier()
        : this(0, [])
    {
    }

    private MerkleFrontier(long size, List<Digest> roots)
    {
        Size = size;
        _roots = roots;
    }

    public long Size { get; private set; }

    public Digest Root
    {
        get
        {
            if (_roots.Count == 0)
                return MerkleTree.EmptyRoot;
            var root = _roots[^1];
            for (var i = _roots.Count - 2; i >= 0; i--)
                root = MerkleTree.Node(_roots[i], root);
            return root;
        }
    }

    public void Append(Digest leaf)
    {
        var root = leaf;
        for (var left = Size; (left & 1) == 1; left >>= 1)
        {
            root = MerkleTree.Node(_roots[^1], root);
            _roots.RemoveAt(_roots.Count - 1);
        }

        _roots.Add(root);
        Size = checked(Size + 1);
    }

    public MerkleFrontier Clone() => new(Size, [.. _roots]);

    /// <summary>8 bytes of size, big-endian, then the roots of the complete subtrees from left to right, 32 bytes each.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[SizeBytes + (_roots.Count * Digest.Size)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Size);
        for (var i = 0; i < _roots.Count; i++)
            _roots[i].Span.CopyTo(bytes.AsSpan(SizeBytes + (i * Digest.Size)));
        return bytes;
    }

    /// <summary>Code malformed when the number of roots does not follow from the size.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out MerkleFrontier? frontier, out Refusal refusal)
    {
        frontier = null;
        refusal = default;
        var size = bytes.Length < SizeBytes ? -1 : BinaryPrimitives.ReadInt64BigEndian(bytes);
        var count = BitOperations.PopCount((ulong)size);
        if (size < 0 || bytes.Length != SizeBytes + (count * Digest.Size))
        {
            refusal = new Refusal(Codes.Malformed, $"A frontier of {bytes.Length} bytes does not fit its size {size}.");
            return false;
        }

        var roots = new List<Digest>(count);
        for (var i = 0; i < count; i++)
            roots.Add(new Digest(bytes.Slice(SizeBytes + (i * Digest.Size), Digest.Size)));
        frontier = new MerkleFrontier(size, roots);
        return true;
    }
}
