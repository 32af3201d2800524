using System.Formats.Asn1;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Certificates;

public sealed class BoundedDerTests
{
    [Theory]
    [InlineData("0500", "NULL")]
    [InlineData("020101", "INTEGER 1")]
    [InlineData("3000", "empty SEQUENCE")]
    [InlineData("3006020101300105", "a SEQUENCE that ends in a value without its length", false)]
    [InlineData("3005020101300 0", "SEQUENCE { 1, SEQUENCE { } }")]
    [InlineData("300a30003000300030003000", "siblings are no depth")]
    [InlineData("5f1f00", "application 31, the first in long form")]
    [InlineData("5f8148 00", "application 200")]
    [InlineData("04820100", "a long length before too few bytes", false)]
    public void Reads_heads_of_values(string hex, string what, bool accepted = true) =>
        Assert.True(accepted == BoundedDer.Check(Hex(hex), 1000, 4, out var refusal), $"{what}: {refusal}");

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("05", "no length")]
    [InlineData("0000", "end-of-contents; X.690 8.1.5")]
    [InlineData("3080 0500 0000", "indefinite length; X.690 10.1")]
    [InlineData("048101 00", "one octet in the long form; X.690 10.1")]
    [InlineData("04820080", "a length with a leading zero")]
    [InlineData("0485 0000000001 00", "a length of five octets")]
    [InlineData("0484ffffffff00", "4 GiB")]
    [InlineData("3084 7fffffff 00", "2 GiB")]
    [InlineData("04ff00", "reserved length octet; X.690 8.1.3.5 c")]
    [InlineData("0402 00", "a byte short")]
    [InlineData("0500 00", "a byte too many")]
    [InlineData("3003 020201", "a content that ends beyond its parent")]
    [InlineData("5f1e00", "a long tag for 30; X.690 8.1.2.2")]
    [InlineData("5f801f00", "a long tag with leading zero; X.690 8.1.2.4.2 c")]
    [InlineData("5fffffffffff7f00", "a tag without end")]
    [InlineData("df888080800000", "a tag of 2^31, which .NET's reader has no number for")]
    [InlineData("5f81", "half a tag")]
    public void Refuses_what_is_not_distinguished_encoding(string hex, string why)
    {
        Assert.False(BoundedDer.Check(Hex(hex), 1000, 4, out var refusal), why);
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Theory]
    [InlineData("30023000", 2, true)]
    [InlineData("30023000", 1, false)]
    [InlineData("0500", 0, true)]
    [InlineData("3000", 0, false)]
    public void Counts_constructed_values_as_depth(string hex, int depth, bool accepted)
    {
        Assert.Equal(accepted, BoundedDer.Check(Hex(hex), 1000, depth, out var refusal));
        Assert.Equal(accepted ? null : Codes.TooDeep, refusal.Code);
    }

    [Fact]
    public void Refuses_more_bytes_than_asked_for_before_reading_them()
    {
        Assert.False(BoundedDer.Check(new byte[11], 10, 1, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    // 100,000 SEQUENCEs, one in the other, lengths right.
    [Fact]
    public void Refuses_a_bomb_of_nested_sequences_as_too_deep()
    {
        var bomb = new List<byte>();
        for (var level = 0; level < 100_000; level++)
        {
            var length = bomb.Count;
            byte[] head = length < 0x80 ? [(byte)length, 0x30]
                : length < 0x100 ? [(byte)length, 0x81, 0x30]
                : length < 0x10000 ? [(byte)length, (byte)(length >> 8), 0x82, 0x30]
                : [(byte)length, (byte)(length >> 8), (byte)(length >> 16), 0x83, 0x30];
            bomb.AddRange(head);
        }

        bomb.Reverse();
        Assert.False(BoundedDer.Check(bomb.ToArray(), bomb.Count, BoundedDer.DeepestAllowed, out var refusal));
        Assert.Equal(Codes.TooDeep, refusal.Code);
    }

    // .NET's reader, told to read one whole encoded value, is the second opinion on heads.
    [Fact]
    public void Accepts_no_head_that_another_reader_refuses() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            bytes => !BoundedDer.Check(bytes, 1000, 8, out _) || AsnDecoder.TryReadEncodedValue(bytes, AsnEncodingRules.DER, out _, out _, out _, out var read) && read == bytes.Length)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));

    [Fact]
    public void Allocates_nothing_for_what_it_accepts()
    {
        var bytes = Hex("30050201013000");
        BoundedDer.Check(bytes, 100, 4, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        BoundedDer.Check(bytes, 100, 4, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
