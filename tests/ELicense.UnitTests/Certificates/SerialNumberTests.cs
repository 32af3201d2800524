using System.Numerics;
using ELicense.Cryptography.Certificates;
using Xunit;

namespace ELicense.UnitTests.Certificates;

public sealed class SerialNumberTests
{
    [Fact]
    public void Generated_ones_are_positive_of_one_length_and_do_not_repeat()
    {
        var serials = Enumerable.Range(0, 600).Select(_ => SerialNumber.Generate()).ToList();

        Assert.All(serials, serial => Assert.True(new BigInteger(serial.ToArray(), isUnsigned: false, isBigEndian: true).GetBitLength() == 127));
        Assert.Equal(serials.Count, serials.Distinct().Count());
        // Each of the 126 other bits is seen as 0 and as 1: the chance to miss one is 2^-592.
        for (var bit = 2; bit < 128; bit++)
            Assert.Equal(2, serials.Select(serial => serial.ToArray()[bit / 8] & (0x80 >> (bit % 8))).Distinct().Count());
    }

    [Theory]
    [InlineData("01", "01")]
    [InlineData("7f", "7f")]
    [InlineData("0080", "80")]
    [InlineData("00ffffffffffffffffffffffffffffffffffffff", "ffffffffffffffffffffffffffffffffffffff")]
    public void Reads_the_contents_of_an_integer(string contents, string hex)
    {
        Assert.True(SerialNumber.TryFromInteger(Convert.FromHexString(contents), out var serial));
        Assert.Equal(hex, serial.Hex);
        Assert.True(SerialNumber.TryParse(hex, out var parsed));
        Assert.Equal(serial, parsed);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("00", "zero")]
    [InlineData("80", "negative")]
    [InlineData("007f", "a needless octet")]
    [InlineData("0000ff", "two of them")]
    [InlineData("7f0000000000000000000000000000000000000000", "21 octets")]
    public void Refuses_what_is_no_serial_number(string contents, string why) => Assert.False(SerialNumber.TryFromInteger(Convert.FromHexString(contents), out _), why);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("0A")]
    [InlineData("00ff")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffff")]
    public void Refuses_other_spellings(string? hex) => Assert.False(SerialNumber.TryParse(hex, out _));
}
