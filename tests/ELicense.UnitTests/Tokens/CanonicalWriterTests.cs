using ELicense.Core.Tokens;
using Xunit;

namespace ELicense.UnitTests.Tokens;

public sealed class CanonicalWriterTests
{
    // RFC 8949 appendix A; 2^32 and its neighbour by hand.
    [Theory]
    [InlineData(0, "00")]
    [InlineData(23, "17")]
    [InlineData(24, "1818")]
    [InlineData(100, "1864")]
    [InlineData(255, "18ff")]
    [InlineData(256, "190100")]
    [InlineData(1000, "1903e8")]
    [InlineData(65536, "1a00010000")]
    [InlineData(1000000, "1a000f4240")]
    [InlineData(4294967295, "1affffffff")]
    [InlineData(4294967296, "1b0000000100000000")]
    [InlineData(1000000000000, "1b000000e8d4a51000")]
    [InlineData(long.MaxValue, "1b7fffffffffffffff")]
    [InlineData(-1, "20")]
    [InlineData(-100, "3863")]
    [InlineData(-1000, "3903e7")]
    [InlineData(long.MinValue, "3b7fffffffffffffff")]
    public void Integers_have_the_shortest_head(long value, string expected)
    {
        var writer = new CanonicalWriter([]);
        writer.WriteInteger(value);
        Assert.Equal(expected, Convert.ToHexStringLower(writer.Written));
    }

    // RFC 8949 appendix A: {"a": 1, "b": [2, 3]}, with its last element changed to null, h'01020304' and 水.
    [Fact]
    public void A_buffer_that_is_too_short_is_outgrown()
    {
        var writer = new CanonicalWriter(stackalloc byte[3]);
        writer.WriteMap(2);
        writer.WriteText("a");
        writer.WriteInteger(1);
        writer.WriteText("b");
        writer.WriteArray(4);
        writer.WriteEncoded([0x02]);
        writer.WriteNull();
        writer.WriteBytes([1, 2, 3, 4]);
        writer.WriteTextOrNull("水");
        Assert.Equal("a26161016162" + "8402f64401020304" + "63e6b0b4", Convert.ToHexStringLower(writer.ToArray()));
    }

    [Fact]
    public void A_lone_surrogate_is_no_text()
    {
        Assert.ThrowsAny<ArgumentException>(() =>
        {
            var writer = new CanonicalWriter([]);
            writer.WriteText("\uD83D");
        });
    }
}
