using System.Reflection;
using System.Text.RegularExpressions;
using ELicense.Core;
using Xunit;

namespace ELicense.UnitTests.Docs;

public sealed partial class ErrorsDocumentTests
{
    [Fact]
    public void Documents_every_code_exactly_once_and_no_other()
    {
        var path = Path.Combine(FormatsDocument.RepositoryRoot, "docs", "errors.md");
        var documented = File.ReadLines(path).Select(line => Row().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value);
        var codes = typeof(Codes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(codes.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| `([a-z0-9-]+)` \|")]
    private static partial Regex Row();
}
