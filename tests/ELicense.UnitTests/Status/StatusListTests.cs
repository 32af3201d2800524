using System.Buffers.Text;
using System.IO.Compression;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Status;

public sealed class StatusListTests
{
    // Token Status List, Test vectors, 4-bit Status List: 2^20 entries, the sixteen values at the places below, 0 elsewhere.
    private const string DraftVector =
        "eNrt0EENgDAQADAIHwImkIIEJEwCUpCEBBQRHOy35Li1EjoOQGabAgAAAAAAAAAAAAAAAAAAACC1SQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABADrsCAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADoxaEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIIoCgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAACArpwKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGhqVkAzlwIAAAAAiGVRAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAABx3AoAgLpVAQAAAAAAAAAAAAAAwM89rwMAAAAAAAAAAAjsA9xMBMA";

    private static readonly Dictionary<int, int> DraftValues = new()
    {
        [0] = 1,
        [1993] = 2,
        [35460] = 3,
        [459495] = 4,
        [595669] = 5,
        [754353] = 6,
        [845645] = 7,
        [923232] = 8,
        [924445] = 9,
        [934534] = 10,
        [1004534] = 11,
        [1000345] = 12,
        [1030203] = 13,
        [1030204] = 14,
        [1030205] = 15,
    };

    private static byte[] Zlib(byte[] packed)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
            zlib.Write(packed);
        return compressed.ToArray();
    }

    private static StatusList AllValid(int length)
    {
        var list = new StatusList(length);
        for (var i = 0; i < length; i++)
            list[i] = Standing.Valid;
        return list;
    }

    [Fact]
    public void A_new_list_has_issued_nothing()
    {
        var list = new StatusList(6);
        Assert.Equal(Enumerable.Repeat(Standing.NotIssued, 6), Enumerable.Range(0, 6).Select(i => list[i]));
    }

    [Fact]
    public void The_first_entry_of_a_byte_is_in_its_least_significant_bits()
    {
        var list = new StatusList(4) { [0] = Standing.Revoked, [1] = Standing.Suspended, [2] = Standing.Superseded, [3] = Standing.Cancelled };
        Assert.Equal([0x21, 0xc3], list.Packed.ToArray());
    }

    [Fact]
    public void Packs_the_drafts_values_where_the_draft_packs_them()
    {
        var list = AllValid(StatusList.LicenseListLength);
        var known = DraftValues.Where(pair => StatusList.IsKnown((Standing)pair.Value)).ToList();
        foreach (var (index, value) in known)
            list[index] = (Standing)value;

        var draft = Inflate(DraftVector);
        foreach (var (index, _) in DraftValues.Except(known))
            draft[index / 2] &= (byte)(index % 2 == 0 ? 0xf0 : 0x0f);
        Assert.True(list.Packed.SequenceEqual(draft));
    }

    [Fact]
    public void Refuses_the_values_that_the_draft_knows_and_we_do_not()
    {
        Assert.False(StatusList.TryInflate(Base64Url.DecodeFromChars(DraftVector), StatusList.LicenseListLength, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Reads_what_zlib_made_elsewhere()
    {
        // Python's zlib.compress of 10 32 fc, 28 times ff, 0f.
        Assert.True(StatusList.TryInflate(Convert.FromHexString("789c1330faf31f0fe00700d6221d32"), 64, out var list, out _));
        Assert.Equal(
            [Standing.Valid, Standing.Revoked, Standing.Suspended, Standing.Superseded, Standing.Cancelled, Standing.NotIssued],
            Enumerable.Range(0, 6).Select(i => list[i]));
    }

    [Fact]
    public void Refuses_data_that_wants_a_dictionary()
    {
        // Python's zlib.compressobj of 32 zeros with the dictionary of 16 zeros.
        Assert.False(StatusList.TryInflate(Convert.FromHexString("78f90010000123040000200001"), 64, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Compresses_a_new_license_list_to_almost_nothing() => Assert.InRange(new StatusList(StatusList.LicenseListLength).Compress().Length, 1, 4096);

    [Theory]
    [InlineData(31)]
    [InlineData(33)]
    public void Refuses_a_list_of_another_length(int bytes)
    {
        Assert.False(StatusList.TryInflate(Zlib(new byte[bytes]), 64, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void A_bomb_of_zlib_is_not_inflated()
    {
        var bomb = Zlib(new byte[64 * 1024 * 1024]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(StatusList.TryInflate(bomb, 64, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, bomb.Length + (1024 * 1024));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("789c")]
    [InlineData("789c1330faf31f0fe007")] // the checksum is cut off
    [InlineData("789c1330faf31f0fe00700d6221d3200")] // a byte after the end
    [InlineData("789c1330faf31f0fe00700d6221d33")] // the checksum is wrong
    [InlineData("1330faf31f0fe00700")] // DEFLATE without ZLIB
    public void Refuses_what_is_not_whole_ZLIB_data(string hex) => Assert.False(StatusList.TryInflate(Convert.FromHexString(hex), 64, out _, out _));

    [Theory]
    [InlineData(0x04), InlineData(0x40), InlineData(0x0b), InlineData(0xd0), InlineData(0xee)]
    public void Refuses_a_value_without_meaning(byte pair) => Assert.False(StatusList.TryInflate(Zlib([0x00, pair, 0x00]), 6, out _, out _));

    [Theory]
    [InlineData(-1), InlineData(64)]
    public void Has_nothing_outside_its_range(int index) => Assert.Throws<ArgumentOutOfRangeException>(() => new StatusList(64)[index]);

    [Theory]
    [InlineData(0), InlineData(-2), InlineData(3)]
    public void Has_an_even_length(int length) => Assert.Throws<ArgumentOutOfRangeException>(() => new StatusList(length));

    [Fact]
    public void Takes_no_value_without_meaning() => Assert.Throws<ArgumentOutOfRangeException>(() => new StatusList(2)[0] = (Standing)4);

    [Fact]
    public void Setting_one_entry_leaves_its_neighbours() =>
        Prop.ForAll<byte, byte>((index, value) =>
        {
            Standing[] standings = [Standing.Valid, Standing.Revoked, Standing.Suspended, Standing.Superseded, Standing.Cancelled, Standing.NotIssued];
            var list = new StatusList(256) { [index] = standings[value % standings.Length] };
            return Enumerable.Range(0, 256).All(i => list[i] == (i == index ? standings[value % standings.Length] : Standing.NotIssued));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_refused_or_a_list() =>
        Prop.ForAll<byte[]>(bytes => !StatusList.TryInflate(bytes, 64, out var list, out _) || list.Length == 64).QuickCheckThrowOnFailure();

    private static byte[] Inflate(string lst)
    {
        using var inflated = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(Base64Url.DecodeFromChars(lst)), CompressionMode.Decompress))
            zlib.CopyTo(inflated);
        return inflated.ToArray();
    }
}
