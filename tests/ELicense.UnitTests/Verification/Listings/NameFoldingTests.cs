using ELicense.Verification.Listings;
using Xunit;

namespace ELicense.UnitTests.Verification.Listings;

public sealed class NameFoldingTests
{
    [Theory]
    [InlineData("华为技术（深圳）有限公司", "华为技术深圳有限公司")]
    [InlineData("华为技术(深圳)  有限公司 ", "华为技术深圳有限公司")]
    [InlineData("ＡＢＣ　Ｃｏ．，Ｌｔｄ", "abccoltd")] // UAX #15: full-width forms
    [InlineData("第①分店", "第1分店")]
    [InlineData("二〇二六·商店", "二〇二六商店")] // U+3007 is a letter number
    [InlineData("㈱", "株")]
    [InlineData("𠮷野家", "𠮷野家")] // beyond the basic plane
    [InlineData("Café", "café")] // one composed character
    [InlineData("\"' OR 1=1 --", "or11")]
    [InlineData("（）。—", "")]
    public void Makes_equal_what_is_typed_differently(string typed, string folded) => Assert.Equal(folded, NameFolding.Fold(typed));

    [Fact]
    public void Half_a_surrogate_pair_is_no_letter() => Assert.Equal("ab", NameFolding.Fold("a\uD842b"));
}
