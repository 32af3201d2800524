using System.Numerics;

namespace ELicense.Core.Log;

/// <summary>That an entry is in a tree (RFC 9162 2.1.3; RFC 6962 2.1.1 has the same bytes).</summary>
/// <param name="Position">Of the entry, from 0.</param>
/// <param name="Path">Audit path, from the leaf's sibling up.</param>
public sealed record InclusionProof(long Position, ReadOnlyMemory<byte> Entry, IReadOnlyList<Digest> Path)
{
    /// <summary>Audit path of a leaf, made from roots of subtrees.</summary>
    /// <param name="subtree">Root of the leaves from a position on, so many.</param>
    public static async Task<IReadOnlyList<Digest>> PathAsync(long position, long treeSize, Func<long, long, Task<Digest>> subtree)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)position, (ulong)treeSize, nameof(position));
        var path = new List<Digest>();
        var (start, count) = (0L, treeSize);
        while (count > 1)
        {
            // RFC 9162 2.1.1: k is the largest power of two smaller than n.
            var left = (long)BitOperations.RoundUpToPowerOf2((ulong)count) / 2;
            var isLeft = position - start < left;
            path.Add(isLeft ? await subtree(start + left, count - left) : await subtree(start, left));
            (start, count) = isLeft ? (start, left) : (start + left, count - left);
        }

        path.Reverse();
        return path;
    }

    /// <summary>Whether it leads to the root of a tree of this size (RFC 9162 2.1.3.2).</summary>
    public bool LeadsTo(long treeSize, Digest root)
    {
        if (Position < 0 || Position >= treeSize)
            return false;
        var (node, last, hash) = (Position, treeSize - 1, MerkleTree.Leaf(Entry.Span));
        foreach (var sibling in Path)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleTree.Node(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                    (node, last) = (node >> 1, last >> 1);
            }
            else
            {
                hash = MerkleTree.Node(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }
}
