using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Log;

/// <summary>Hashes of the Merkle tree, RFC 6962 2.1.</summary>
public static class MerkleTree
{
    /// <summary>Root of a tree without leaves: SHA-256 of nothing.</summary>
    public static Digest EmptyRoot { get; } = Digest.Of([]);

    /// <summary>SHA-256(00 ‖ entry).</summary>
    public static Digest Leaf(ReadOnlySpan<byte> entry) => throw new NotImplementedException();

    /// <summary>SHA-256(01 ‖ left ‖ right).</summary>
    public static Digest Node(Digest left, Digest right) => throw new NotImplementedException();
}

/// <summary>The right edge of a growing tree: enough to append leaves and to state the root. Not synchronized.</summary>
public sealed class MerkleFrontier
{
    public MerkleFrontier() => throw new NotImplementedException();

    public long Size => throw new NotImplementedException();

    public Digest Root => throw new NotImplementedException();

    public void Append(Digest leaf) => throw new NotImplementedException();

    public MerkleFrontier Clone() => throw new NotImplementedException();

    /// <summary>8 bytes of size, big-endian, then the roots of the complete subtrees from left to right, 32 bytes each.</summary>
    public byte[] Encode() => throw new NotImplementedException();

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out MerkleFrontier? frontier, out Refusal refusal) => throw new NotImplementedException();
}
