using ELicense.Core;
using ELicense.Core.Enterprises;
using Xunit;

namespace ELicense.UnitTests.Enterprises;

public sealed class CreditCodeTests
{
    [Theory]
    [InlineData("91350100M000100Y43")] // GB 32100-2015, the worked code of annex A
    [InlineData("914403001922038216")] // published codes
    [InlineData("9144030071526726XG")]
    [InlineData("91440300708461136T")]
    [InlineData("91100000100003962T")]
    [InlineData("91110000710926094P")]
    [InlineData("91110000710925462X")]
    [InlineData("911100007109250324")]
    [InlineData("911000001000013428")]
    [InlineData("911100001011016602")]
    [InlineData("91440300192317458F")]
    [InlineData("91440300192181490G")]
    [InlineData("91440300100012316L")]
    [InlineData("9144030010001686XA")]
    [InlineData("91440400192548256N")]
    [InlineData("91440606722473344C")]
    [InlineData("91370200264574251E")]
    [InlineData("91330100799655058B")]
    public void Accepts_a_published_code(string text)
    {
        Assert.True(CreditCode.TryParse(text, out var code, out _));
        Assert.Equal(text, code.Value);
    }

    [Theory]
    [InlineData(null, "absent")]
    [InlineData("", "empty")]
    [InlineData("91350100M000100Y4", "17 characters")]
    [InlineData("91350100M000100Y430", "19 characters")]
    [InlineData("91350100m000100Y43", "lower case")]
    [InlineData("91350100I000100Y43", "I is not in the alphabet")]
    [InlineData("91350100M000100Z43", "Z is not in the alphabet")]
    [InlineData("91A50100M000100Y43", "a letter in the region")]
    [InlineData("９1350100M000100Y43", "a full-width digit")]
    [InlineData("91350100M000100Y4\n", "a line break")]
    public void Refuses_another_form(string? text, string because)
    {
        Assert.False(CreditCode.TryParse(text, out _, out var refusal), because);
        Assert.Equal(Codes.CreditCodeFormat, refusal.Code);
    }

    [Theory]
    [InlineData("91350100M000100Y42")]
    [InlineData("91350101M000100Y43")]
    public void Refuses_a_wrong_last_character(string text)
    {
        Assert.False(CreditCode.TryParse(text, out _, out var refusal));
        Assert.Equal(Codes.CreditCodeCheck, refusal.Code);
    }

    // By hand: character 17 from 4 to 5 adds its weight 28 to the sum, so the last one falls by 28 mod 31, from 3 to 6.
    [Fact]
    public void Refuses_a_wrong_organization_code_under_a_right_last_character()
    {
        Assert.False(CreditCode.TryParse("91350100M000100Y56", out _, out var refusal));
        Assert.Equal(Codes.OrganizationCodeCheck, refusal.Code);
    }

    [Fact]
    public void Every_changed_character_is_found()
    {
        const string Code = "91350100M000100Y43";
        for (var position = 0; position < Code.Length; position++)
        {
            foreach (var other in "0123456789ABCDEFGHJKLMNPQRTUWXY".Where(character => character != Code[position]))
                Assert.False(CreditCode.TryParse($"{Code[..position]}{other}{Code[(position + 1)..]}", out _, out _));
        }
    }
}
