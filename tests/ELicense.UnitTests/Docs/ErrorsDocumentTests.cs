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

        Assert.Equal(All.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_pages_scripts_refuse_with_the_same_codes()
    {
        var scripts = Path.Combine(FormatsDocument.RepositoryRoot, "src", "ELicense.PublicVerification", "Browser");
        var refusals = Directory.EnumerateFiles(scripts, "*.js").SelectMany(file => Refusal().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.NotEmpty(refusals);
        Assert.All(refusals, code => Assert.Contains(code, All));
    }

    private static IEnumerable<string> All => typeof(Codes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(constant => (string)constant.GetRawConstantValue()!);

    [GeneratedRegex(@"Refusal\('([a-z-]+)'\)")]
    private static partial Regex Refusal();

    [GeneratedRegex(@"^\| `([a-z0-9-]+)` \|")]
    private static partial Regex Row();
}
