using ELicense.Core;
using ELicense.Core.Tokens;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Tokens;

public sealed class CanonicalCborTests
{
    // RFC 8949 appendix A, those of its examples that are deterministic and without floating point.
    [Theory]
    [InlineData("00")]
    [InlineData("17")]
    [InlineData("1818")]
    [InlineData("1903e8")]
    [InlineData("1a000f4240")]
    [InlineData("1b000000e8d4a51000")]
    [InlineData("1bffffffffffffffff")]
    [InlineData("3bffffffffffffffff")]
    [InlineData("20")]
    [InlineData("3903e7")]
    [InlineData("f4")]
    [InlineData("f5")]
    [InlineData("f6")]
    [InlineData("c11a514b67b0")]
    [InlineData("d74401020304")]
    [InlineData("d818456449455446")]
    [InlineData("40")]
    [InlineData("4401020304")]
    [InlineData("60")]
    [InlineData("6449455446")]
    [InlineData("62225c")]
    [InlineData("63e6b0b4")]
    [InlineData("64f0908591")]
    [InlineData("80")]
    [InlineData("8301820203820405")]
    [InlineData("98190102030405060708090a0b0c0d0e0f101112131415161718181819")]
    [InlineData("a0")]
    [InlineData("a201020304")]
    [InlineData("a26161016162820203")]
    [InlineData("a56161614161626142616361436164614461656145")]
    public void Accepts_deterministic_examples_of_the_standard(string hex) => Assert.True(Check(hex, out _));

    [Theory]
    [InlineData("1817", "23 in two bytes")]
    [InlineData("190017", "23 in three")]
    [InlineData("1900ff", "255 in three")]
    [InlineData("1a0000ffff", "65535 in five")]
    [InlineData("1b00000000ffffffff", "4294967295 in nine")]
    [InlineData("3817", "-24 in two")]
    [InlineData("580100", "a long head before a short byte string")]
    [InlineData("780161", "a long head before a short text")]
    [InlineData("980100", "a long head before a short array")]
    [InlineData("b8010000", "a long head before a short map")]
    [InlineData("d81200", "tag 18 in two bytes")]
    [InlineData("5f42010243030405ff", "indefinite bytes; RFC 8949 appendix A")]
    [InlineData("7f657374726561646d696e67ff", "indefinite text; RFC 8949 appendix A")]
    [InlineData("9fff", "indefinite array; RFC 8949 appendix A")]
    [InlineData("bf61610161629f0203ffff", "indefinite map; RFC 8949 appendix A")]
    [InlineData("a203040102", "keys out of order")]
    [InlineData("a2200010 00", "-1 before 16")]
    [InlineData("a262616100616200", "aa before b: the shorter one's head comes first")]
    [InlineData("a201020103", "the same key twice")]
    public void Refuses_another_encoding_of_the_same_data(string hex, string why)
    {
        Assert.False(Check(hex, out var refusal), why);
        Assert.Equal(Codes.NotCanonical, refusal.Code);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("18", "a head without its argument")]
    [InlineData("1900", "half an argument")]
    [InlineData("1b00000000000000", "an argument that is a byte short")]
    [InlineData("4401", "bytes that end early")]
    [InlineData("5b00000001000000000000", "4 GiB of bytes")]
    [InlineData("5bffffffffffffffff00", "a length beyond every integer")]
    [InlineData("9a10000000", "268 million elements")]
    [InlineData("9bffffffffffffffff00", "an array without end")]
    [InlineData("bbffffffffffffffff0000", "a map without end")]
    [InlineData("bb80000000000000000000", "a count whose double overflows to 0")]
    [InlineData("8201", "an element missing")]
    [InlineData("a101", "a value missing")]
    [InlineData("c1", "a tag on nothing")]
    [InlineData("0000", "two items")]
    [InlineData("a000", "a byte after the end")]
    [InlineData("1c", "reserved 28")]
    [InlineData("5d", "reserved 29")]
    [InlineData("fe", "reserved 30")]
    [InlineData("1f", "indefinite integer")]
    [InlineData("ff", "break without a beginning")]
    [InlineData("dfff", "indefinite tag")]
    [InlineData("f7", "undefined")]
    [InlineData("e0", "simple value 0")]
    [InlineData("f0", "simple value 16; RFC 8949 appendix A")]
    [InlineData("f8ff", "simple value 255; RFC 8949 appendix A")]
    [InlineData("f93c00", "1.0 in half precision")]
    [InlineData("fa47c35000", "100000.0")]
    [InlineData("fb3ff199999999999a", "1.1")]
    [InlineData("61ff", "not UTF-8")]
    [InlineData("62c080", "NUL in two bytes, overlong")]
    [InlineData("63eda080", "a surrogate in UTF-8")]
    public void Refuses_what_is_no_item_of_ours(string hex, string why)
    {
        Assert.False(Check(hex, out var refusal), why);
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Theory]
    [InlineData("818100", 2, true)]
    [InlineData("818100", 1, false)]
    [InlineData("c1c100", 1, false)]
    [InlineData("a1a00000", 1, false)]
    [InlineData("00", 0, true)]
    [InlineData("80", 0, false)]
    public void Counts_arrays_maps_and_tags_as_depth(string hex, int depth, bool accepted)
    {
        Assert.Equal(accepted, CanonicalCbor.Check(Hex(hex), 100, depth, out var refusal));
        Assert.Equal(accepted ? null : Codes.TooDeep, refusal.Code);
    }

    [Fact]
    public void Refuses_a_megabyte_of_opening_brackets_as_too_deep()
    {
        var bytes = new byte[1 << 20];
        Array.Fill(bytes, (byte)0x81);
        Assert.False(CanonicalCbor.Check(bytes, bytes.Length, CanonicalCbor.DeepestAllowed, out var refusal));
        Assert.Equal(Codes.TooDeep, refusal.Code);
    }

    [Fact]
    public void Refuses_more_bytes_than_asked_for_before_reading_them()
    {
        Assert.False(CanonicalCbor.Check(new byte[11], 10, 1, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Allocates_nothing_for_what_it_accepts()
    {
        var bytes = Hex("a56161614161626142616361436164614461656145");
        CanonicalCbor.Check(bytes, 100, 4, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        CanonicalCbor.Check(bytes, 100, 4, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Never_throws_and_never_accepts_an_item_and_a_prefix_of_it() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            bytes => !CanonicalCbor.Check(bytes, 1000, 8, out _) || bytes.Length == 1 || !CanonicalCbor.Check(bytes.AsSpan(..^1), 1000, 8, out _))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    private static bool Check(string hex, out Refusal refusal) => CanonicalCbor.Check(Hex(hex), 100, 4, out refusal);

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
