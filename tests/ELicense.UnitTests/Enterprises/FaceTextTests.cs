using ELicense.Core;
using ELicense.Core.Enterprises;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Enterprises;

public sealed class FaceTextTests
{
    [Theory]
    [InlineData("华为技术有限公司", "华为技术有限公司")]
    [InlineData("  \u3000阿里巴巴(中国)有限公司 ", "阿里巴巴(中国)有限公司")]
    [InlineData("Cafe\u0301", "Caf\u00E9")]
    [InlineData("𠮷野家", "𠮷野家")]
    [InlineData("<script>alert(1)</script>", "<script>alert(1)</script>")]
    [InlineData("", "")]
    public void Cleans(string text, string expected)
    {
        Assert.True(FaceText.TryClean(text, 100, out var clean, out _));
        Assert.Equal(expected, clean);
    }

    [Theory]
    [InlineData("a\0b", "NUL")]
    [InlineData("a\tb", "tab")]
    [InlineData("a\n", "line break at the edge")]
    [InlineData("a\u0085b", "next line")]
    [InlineData("a\u202Eb", "right-to-left override")]
    [InlineData("a\u2066b", "isolate")]
    [InlineData("a\u200Bb", "zero-width space")]
    [InlineData("a\u200Db", "zero-width joiner")]
    [InlineData("\uFEFFa", "byte order mark")]
    [InlineData("a\u2028b", "line separator")]
    [InlineData("a\u3164b", "Hangul filler")]
    [InlineData("a\uFE0Fb", "variation selector")]
    [InlineData("a\uE000b", "private use")]
    [InlineData("a\uFFFDb", "what a broken decoding leaves")]
    [InlineData("a\uFFFFb", "noncharacter")]
    [InlineData("a\u0378b", "unassigned")]
    [InlineData("\U000E0041", "tag")]
    public void Refuses_what_cannot_be_seen(string text, string because)
    {
        Assert.False(FaceText.TryClean(text, 100, out _, out var refusal), because);
        Assert.Equal(Codes.TextForbidden, refusal.Code);
    }

    [Fact]
    public void Refuses_a_lone_surrogate()
    {
        Assert.False(FaceText.TryClean("a\uD842", 100, out _, out var refusal));
        Assert.Equal(Codes.TextForbidden, refusal.Code);
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData(" =1+1")]
    [InlineData("＝1+1")]
    public void Refuses_a_formula(string text)
    {
        Assert.False(FaceText.TryClean(text, 100, out _, out var refusal));
        Assert.Equal(Codes.Formula, refusal.Code);
    }

    [Fact]
    public void Counts_code_units_after_trimming()
    {
        Assert.True(FaceText.TryClean(" 一二三 ", 3, out _, out _));
        Assert.False(FaceText.TryClean("一二三四", 3, out _, out var refusal));
        Assert.Equal(Codes.TextTooLong, refusal.Code);
    }

    [Fact]
    public void A_clean_text_is_its_own_clean_form() =>
        Prop.ForAll(Gen.Choose(0, 0xFFFF).Select(unit => (char)unit).ArrayOf().Select(units => new string(units)).ToArbitrary(), text =>
            !FaceText.TryClean(text, 100, out var clean, out _) || (FaceText.TryClean(clean, 100, out var again, out _) && again == clean))
            .QuickCheckThrowOnFailure();
}
