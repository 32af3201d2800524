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
        Assert.True(Face.TryCreate(FaceTests.Company, "福州市市场监督管理局", new DateOnly(2026, 1, 5), out var face, out _));
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
