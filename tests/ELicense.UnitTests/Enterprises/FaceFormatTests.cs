using System.Globalization;
using ELicense.Core.Enterprises;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.UnitTests.Enterprises;

public sealed class FaceFormatTests
{
    [Fact]
    public void The_documents_example_is_what_we_write()
    {
        var draft = new EnterpriseDraft
        {
            Kind = "有限责任公司(自然人独资)",
            Uscc = "91350100M000100Y43",
            Name = "福州示例有限公司",
            LegalRepresentative = "陈一",
            RegisteredCapital = "530万人民币",
            EstablishedOn = "2015-10-01",
            TermFrom = "2015-10-01",
            TermTo = "2035-09-30",
            Address = "福州市鼓楼区示例路1号",
            BusinessScope = "软件开发；信息技术咨询服务",
        };
        Assert.True(Face.TryCreate(draft, "福州市市场监督管理局", new DateOnly(2026, 1, 5), out var face, out _));
        Assert.Equal(Convert.ToHexStringLower(FormatsDocument.Bytes("face")), Convert.ToHexStringLower(face.Encode()));
    }

    [Fact]
    public void The_documents_fields_are_the_schemas()
    {
        var schemas = Enum.GetValues<EnterpriseKind>().SelectMany(kind => FaceSchema.For(kind).Select(rule =>
            $"{kind.ApiName()} {((int)rule.Field).ToString(CultureInfo.InvariantCulture)} {(rule.Required ? "yes" : "no")} {rule.ChineseLabel} {rule.EnglishLabel}"));
        Assert.Equal(FormatsTable.Under("Fields of each kind").Select(cells => string.Join(' ', cells)), schemas);
    }
}
