using ELicense.Core.Enterprises;
using Xunit;

namespace ELicense.UnitTests.Enterprises;

public sealed class EnterpriseKindTests
{
    [Theory]
    [InlineData("有限责任公司", EnterpriseKind.Company)]
    [InlineData("有限责任公司(法人独资)", EnterpriseKind.Company)]
    [InlineData("有限责任公司（自然人独资）", EnterpriseKind.Company)]
    [InlineData("有限责任公司(台港澳法人独资)", EnterpriseKind.Company)]
    [InlineData("有限责任公司(个人独资)", EnterpriseKind.Company)]
    [InlineData("有限责任公司(合伙企业投资)", EnterpriseKind.Company)]
    [InlineData("其他有限责任公司", EnterpriseKind.Company)]
    [InlineData("股份有限公司(上市)", EnterpriseKind.Company)]
    [InlineData("股份有限公司(非上市、国有控股)", EnterpriseKind.Company)]
    [InlineData("公司", EnterpriseKind.Company)]
    [InlineData("全民所有制", EnterpriseKind.Company)]
    [InlineData("集体所有制", EnterpriseKind.Company)]
    [InlineData("股份合作制", EnterpriseKind.Company)]
    [InlineData("有限责任公司分公司", EnterpriseKind.Branch)]
    [InlineData("有限责任公司分公司(自然人独资)", EnterpriseKind.Branch)]
    [InlineData("股份有限公司(分公司)", EnterpriseKind.Branch)]
    [InlineData("个人独资企业分支机构", EnterpriseKind.Branch)]
    [InlineData("全民所有制分支机构（非法人）", EnterpriseKind.Branch)]
    [InlineData("农民专业合作社分支机构", EnterpriseKind.Branch)]
    [InlineData("普通合伙企业", EnterpriseKind.Partnership)]
    [InlineData("有限合伙企业", EnterpriseKind.Partnership)]
    [InlineData("外商投资合伙企业(有限合伙)", EnterpriseKind.Partnership)]
    [InlineData("个人独资企业", EnterpriseKind.SoleProprietorship)]
    [InlineData("个体工商户", EnterpriseKind.SoleTrader)]
    [InlineData("个体", EnterpriseKind.SoleTrader)]
    [InlineData("个体（内地）", EnterpriseKind.SoleTrader)]
    public void Maps_what_registers_write(string text, EnterpriseKind expected)
    {
        Assert.True(EnterpriseKinds.TryFromRegister(text, out var kind));
        Assert.Equal(expected, kind);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("N/A")]
    [InlineData("农民专业合作社")]
    [InlineData("非公司外商投资企业(中外合作)")]
    [InlineData("内资非法人企业")]
    [InlineData("事业单位")]
    [InlineData("(有限责任公司)")]
    public void Leaves_other_words_to_an_officer(string? text) => Assert.False(EnterpriseKinds.TryFromRegister(text, out _));

    [Theory]
    [InlineData("company", EnterpriseKind.Company)]
    [InlineData("partnership", EnterpriseKind.Partnership)]
    [InlineData("sole-proprietorship", EnterpriseKind.SoleProprietorship)]
    [InlineData("sole-trader", EnterpriseKind.SoleTrader)]
    [InlineData("branch", EnterpriseKind.Branch)]
    public void Names_of_the_api_go_both_ways(string name, EnterpriseKind expected)
    {
        Assert.True(EnterpriseKinds.TryFromApiName(name, out var kind));
        Assert.Equal(expected, kind);
        Assert.Equal(name, expected.ApiName());
    }
}
