using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Core.Log;
using Xunit;

namespace ELicense.UnitTests.Log;

/// <summary>Audit paths against the tree that the tests of certificate-transparency (RFC 6962) use, and against the recursions of RFC 9162 2.1.1 and 2.1.3.1.</summary>
public sealed class InclusionProofTests
{
    private static readonly byte[][] Leaves =
        [[], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], [.. Range(0x50, 8)], [.. Range(0x60, 16)]];

    [Theory]
    [InlineData(0, 8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7", "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e", "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")]
    [InlineData(5, 8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b", "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(2, 3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    public async Task Paths_are_those_of_the_known_tree(int position, int size, string root, params string[] expected)
    {
        var path = await PathAsync(position, Leaves[..size]);
        Assert.Equal(expected, path.Select(hash => hash.ToString()));
        Assert.True(Digest.TryParseHex(root, out var known));
        Assert.True(new InclusionProof(position, Leaves[position], path).LeadsTo(size, known));
    }

    [Fact]
    public async Task Every_leaf_of_every_size_leads_to_the_root_and_nothing_else_does()
    {
        for (var size = 1; size <= 40; size++)
        {
            var leaves = Enumerable.Range(0, size).Select(i => new[] { (byte)i }).ToArray();
            var root = new Digest(Root(leaves));
            for (var position = 0; position < size; position++)
            {
                var proof = new InclusionProof(position, leaves[position], await PathAsync(position, leaves));
                Assert.True(proof.LeadsTo(size, root), $"{position} of {size}");
                Assert.False((proof with { Entry = new byte[] { 0xFF } }).LeadsTo(size, root));
                Assert.False((proof with { Path = [.. proof.Path, root] }).LeadsTo(size, root));
                Assert.False((proof with { Position = size }).LeadsTo(size, root));
                Assert.False(proof.Path.Count > 0 && (proof with { Path = [.. proof.Path.Skip(1)] }).LeadsTo(size, root));
            }
        }
    }

    private static Task<IReadOnlyList<Digest>> PathAsync(int position, byte[][] leaves) => InclusionProof.PathAsync(
        position, leaves.Length, (start, count) => Task.FromResult(new Digest(Root(leaves[(int)start..(int)(start + count)]))));

    // RFC 9162 2.1.1
    private static byte[] Root(byte[][] leaves)
    {
        if (leaves.Length == 1)
            return SHA256.HashData([0, .. leaves[0]]);
        var split = 1;
        while (split * 2 < leaves.Length)
            split *= 2;
        return SHA256.HashData([1, .. Root(leaves[..split]), .. Root(leaves[split..])]);
    }

    private static IEnumerable<byte> Range(int first, int count) => Enumerable.Range(first, count).Select(value => (byte)value);
}
