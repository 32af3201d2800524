using ELicense.Core;
using ELicense.Core.Log;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Log;

public sealed class TilesTests
{
    // C2SP tlog-tiles: 1234067 is x001/x234/067.
    [Theory]
    [InlineData(0, "000")]
    [InlineData(67, "067")]
    [InlineData(999, "999")]
    [InlineData(1000, "x001/000")]
    [InlineData(1234067, "x001/x234/067")]
    [InlineData(1000000, "x001/x000/000")]
    public void Writes_an_index_in_groups_of_three_digits(long n, string path) => Assert.Equal(path, TilePath.Index(n));

    [Theory]
    [InlineData(0, 0, 256, "tile/0/000")]
    [InlineData(1, 1234067, 256, "tile/1/x001/x234/067")]
    [InlineData(0, 273, 112, "tile/0/273.p/112")]
    [InlineData(63, 0, 1, "tile/63/000.p/1")]
    public void Names_a_tile(int level, long n, int width, string path) => Assert.Equal(path, TilePath.Hashes(level, n, width));

    [Theory]
    [InlineData(0, 256, "tile/entries/000")]
    [InlineData(1001, 9, "tile/entries/x001/001.p/9")]
    public void Names_an_entry_bundle(long n, int width, string path) => Assert.Equal(path, TilePath.Entries(n, width));

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(64, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, 257)]
    public void Names_no_tile_outside_the_standard(int level, long n, int width) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TilePath.Hashes(level, n, width));

    // C2SP tlog-tiles, Partial Tiles: the examples of sizes 70,000 and 256.
    [Theory]
    [InlineData(70_000, 0, 272, 256)]
    [InlineData(70_000, 0, 273, 112)]
    [InlineData(70_000, 0, 274, 0)]
    [InlineData(70_000, 1, 0, 256)]
    [InlineData(70_000, 1, 1, 17)]
    [InlineData(70_000, 2, 0, 1)]
    [InlineData(70_000, 3, 0, 0)]
    [InlineData(256, 0, 0, 256)]
    [InlineData(256, 0, 1, 0)]
    [InlineData(256, 1, 0, 1)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(long.MaxValue, 8, 0, 0)]
    [InlineData(long.MaxValue, 0, long.MaxValue, 0)]
    public void Knows_how_wide_a_tile_is(long size, int level, long n, int width) => Assert.Equal(width, TilePath.WidthIn(size, level, n));

    [Fact]
    public void Writes_a_big_endian_length_before_each_entry() =>
        Assert.Equal("0001aa0000" + "0002bbcc", Convert.ToHexStringLower(EntryBundle.Encode([new byte[] { 0xaa }, Array.Empty<byte>(), new byte[] { 0xbb, 0xcc }])));

    [Fact]
    public void Reads_the_entries_of_a_bundle()
    {
        Assert.True(EntryBundle.TryDecode(Convert.FromHexString("0001aa00000002bbcc"), 3, out var entries, out _));
        Assert.Equal(["AA", "", "BBCC"], entries.Select(entry => Convert.ToHexString(entry.Span)));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("00", 1)]
    [InlineData("0001", 1)]
    [InlineData("ffffaa", 1)]
    [InlineData("0001aa", 2)]
    [InlineData("0001aa0000", 1)]
    public void Refuses_a_bundle_of_other_length_than_its_entries(string hex, int count)
    {
        Assert.False(EntryBundle.TryDecode(Convert.FromHexString(hex), count, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Refuses_an_entry_longer_than_its_length_can_say() =>
        Assert.Throws<OverflowException>(() => EntryBundle.Encode([new byte[65536]]));

    [Fact]
    public void Any_bytes_are_refused_or_come_back_the_same() =>
        Prop.ForAll<byte[], byte>((bytes, last) =>
            !EntryBundle.TryDecode(bytes, last + 1, out var entries, out _) || EntryBundle.Encode(entries).SequenceEqual(bytes)).QuickCheckThrowOnFailure();
}
