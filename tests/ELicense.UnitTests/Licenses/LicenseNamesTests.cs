using ELicense.Core;
using ELicense.Core.Licenses;
using Xunit;

namespace ELicense.UnitTests.Licenses;

public sealed class LicenseNumberTests
{
    [Fact]
    public void Is_written_with_all_its_digits()
    {
        var number = new LicenseNumber(44, 17);
        Assert.Equal("0044-0000000017", number.ToString());
        Assert.Equal("00440000000017", number.Digits);
    }

    [Fact]
    public void Reads_what_it_writes()
    {
        Assert.True(LicenseNumber.TryParse("0044-9999999999", out var number));
        Assert.Equal(new LicenseNumber(44, 9_999_999_999), number);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0044-000000017")]
    [InlineData("0044_0000000017")]
    [InlineData("0000-0000000017")]
    [InlineData("0044-0000000000")]
    [InlineData("0044-00000000١7")]
    [InlineData(" 044-0000000017")]
    [InlineData("0044--000000017")]
    public void Refuses_another_form(string? text) => Assert.False(LicenseNumber.TryParse(text, out _));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(10_000, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 10_000_000_000)]
    public void Does_not_exist_out_of_range(int authority, long serial) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new LicenseNumber(authority, serial));
}

public sealed class LicenseIdentifierTests
{
    // Published certificate of the national platform (see docs/formats.md).
    private const string Published = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U";

    [Fact]
    public void Gives_the_check_character_of_a_published_identifier() =>
        Assert.Equal(Published, new LicenseIdentifier(LicenseIdentifier.DefaultRoot, "11100000000013338W011", "11430000006122244L", "20230000403", 1).ToString());

    [Fact]
    public void Reads_a_published_identifier()
    {
        Assert.True(LicenseIdentifier.TryParse(Published, LicenseIdentifier.DefaultRoot, out var identifier, out _));
        Assert.Equal("20230000403", identifier.Serial);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.V")]
    [InlineData("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000404.001.U")]
    [InlineData("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.1.U")]
    [InlineData("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.000.U")]
    [InlineData("1.2.156.3005.2.11100000000013338w011.11430000006122244L.20230000403.001.U")]
    [InlineData("1.2.156.3005.3.11100000000013338W011.11430000006122244L.20230000403.001.U")]
    [InlineData("1.2.156.3005.2.11100000000013338W011..20230000403.001.U")]
    [InlineData("1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U.U")]
    public void Refuses_another_text(string? text)
    {
        Assert.False(LicenseIdentifier.TryParse(text, LicenseIdentifier.DefaultRoot, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }
}
