using ELicense.Core;
using ELicense.Core.Enterprises;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Enterprises;

public sealed class RegisteredCapitalTests
{
    [Theory]
    [InlineData("530万人民币", 530_000_000, "CNY", "530万元人民币")]
    [InlineData("50(万元人民币)", 50_000_000, "CNY", "50万元人民币")]
    [InlineData("1,088(万元人民币)", 1_088_000_000, "CNY", "1088万元人民币")]
    [InlineData("150.1600(万元人民币)", 150_160_000, "CNY", "150.16万元人民币")]
    [InlineData("150.1600（万元人民币）", 150_160_000, "CNY", "150.16万元人民币")]
    [InlineData("20(万美元)", 20_000_000, "USD", "20万美元")]
    [InlineData("530万元人民币", 530_000_000, "CNY", "530万元人民币")]
    [InlineData("1000元人民币", 100_000, "CNY", "1000元人民币")]
    [InlineData("人民币500万元", 500_000_000, "CNY", "500万元人民币")]
    [InlineData("500 万元", 500_000_000, "CNY", "500万元人民币")]
    [InlineData("500万元(人民币)", 500_000_000, "CNY", "500万元人民币")]
    [InlineData("1.5亿元", 15_000_000_000, "CNY", "15000万元人民币")]
    [InlineData("300万港币", 300_000_000, "HKD", "300万港元")]
    [InlineData("35,640,625.71(万元人民币)", 35_640_625_710_000, "CNY", "35640625.71万元人民币")]
    [InlineData("4104113.182万人民币", 4_104_113_182_000, "CNY", "4104113.182万元人民币")]
    [InlineData("0.000001万人民币", 1, "CNY", "0.01元人民币")]
    [InlineData("0万人民币", 0, "CNY", "0元人民币")]
    public void Reads_what_registers_write(string text, long minorUnits, string currency, string canonical)
    {
        Assert.True(RegisteredCapital.TryParse(text, out var capital, out _));
        Assert.Equal(new RegisteredCapital(minorUnits, currency), capital);
        Assert.Equal(canonical, capital.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("N/A")]
    [InlineData("530")]
    [InlineData("-5万人民币")]
    [InlineData("５30万人民币")]
    [InlineData("1,08(万元人民币)")]
    [InlineData("10,88(万元人民币)")]
    [InlineData("50(万元人民币")]
    [InlineData("50万元人民币)")]
    [InlineData("50((万元))")]
    [InlineData("50.万元")]
    [InlineData(".5万元")]
    [InlineData("1.2.3万元")]
    [InlineData("50万猫")]
    [InlineData("人民币50万美元")]
    [InlineData("0.0000001万人民币")]
    [InlineData("0.001元人民币")]
    [InlineData("999999999999999亿元")]
    [InlineData("99999999999999999999999999999999999999999999万元")]
    public void Refuses_what_it_cannot_state_exactly(string? text)
    {
        Assert.False(RegisteredCapital.TryParse(text, out _, out var refusal));
        Assert.Equal(Codes.CapitalFormat, refusal.Code);
    }

    [Fact]
    public void Its_own_text_reads_back_to_the_same_amount() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).Select(units => (long)units * 4001).ToArbitrary(), minorUnits =>
        {
            var capital = new RegisteredCapital(minorUnits, "USD");
            return RegisteredCapital.TryParse(capital.ToString(), out var read, out _) && read == capital;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_text_makes_it_throw() =>
        Prop.ForAll(Gen.Elements("1", "9", ",", ".", "万", "亿", "元", "人民币", "美元", "(", ")", "（", "-", " ").ArrayOf().Select(string.Concat).ToArbitrary(),
            text => RegisteredCapital.TryParse(text, out var capital, out _) == (capital != default || text.Contains('0', StringComparison.Ordinal)))
            .QuickCheckThrowOnFailure();
}
