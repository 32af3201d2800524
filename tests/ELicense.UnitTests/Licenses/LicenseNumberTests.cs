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
