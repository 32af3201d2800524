using ELicense.Core;
using ELicense.Core.Log;
using Xunit;

namespace ELicense.UnitTests.Log;

public sealed class MerkleTreeTests
{
    // The leaves and roots that the Certificate Transparency implementations share as their reference data.
    private static readonly string[] Leaves =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private static MerkleFrontier Frontier(int size)
    {
        var frontier = new MerkleFrontier();
        foreach (var leaf in Leaves.Take(size))
            frontier.Append(MerkleTree.Leaf(Convert.FromHexString(leaf)));
        return frontier;
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void States_the_reference_root_of_every_size(int size) => Assert.Equal(Roots[size], Frontier(size).Root.ToString());

    // head -c 5001 /dev/zero | sha256sum: the prefix and 5,000 zeros.
    [Fact]
    public void Hashes_entries_of_any_length() =>
        Assert.Equal("e65be96c0f1afd31777f5328ea8e790cbcded0d82d277f7aaccc73dcfe2f6c4e", MerkleTree.Leaf(new byte[5000]).ToString());

    [Fact]
    public void A_subtree_of_complete_subtrees_has_the_root_of_their_leaves()
    {
        Digest[] halves = [Frontier(4).Root, MerkleTree.Root([.. Leaves.Skip(4).Select(leaf => MerkleTree.Leaf(Convert.FromHexString(leaf)))])];
        Assert.Equal(Roots[8], MerkleTree.Root(halves).ToString());
    }

    [Fact]
    public void A_clone_grows_apart_from_its_original()
    {
        var original = Frontier(5);
        original.Clone().Append(MerkleTree.EmptyRoot);
        Assert.Equal(Roots[5], original.Root.ToString());
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(5), InlineData(7)]
    public void A_decoded_frontier_grows_to_the_reference_root(int size)
    {
        Assert.True(MerkleFrontier.TryDecode(Frontier(size).Encode(), out var frontier, out _));
        foreach (var leaf in Leaves.Skip(size))
            frontier.Append(MerkleTree.Leaf(Convert.FromHexString(leaf)));
        Assert.Equal((8L, Roots[8]), (frontier.Size, frontier.Root.ToString()));
    }

    [Fact]
    public void Encodes_the_size_and_the_complete_subtrees_from_left_to_right() =>
        Assert.Equal(
            "0000000000000005" + Roots[4] + "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            Convert.ToHexStringLower(Frontier(5).Encode()));

    [Theory]
    [InlineData("")]
    [InlineData("00000000000000")]
    [InlineData("0000000000000001")]
    [InlineData("000000000000000000")]
    [InlineData("8000000000000000" + "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Refuses_a_frontier_whose_roots_do_not_follow_from_its_size(string hex)
    {
        Assert.False(MerkleFrontier.TryDecode(Convert.FromHexString(hex), out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }
}
