using ELicense.Core;
using ELicense.Core.Licenses;
using Xunit;

namespace ELicense.UnitTests.Licenses;

public sealed class LicenseIdentifierTests
{
    // An identifier that an authority published.
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
