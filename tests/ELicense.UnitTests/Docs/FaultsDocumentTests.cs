using System.Text.RegularExpressions;
using Xunit;

namespace ELicense.UnitTests.Docs;

public sealed partial class FaultsDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(FormatsDocument.RepositoryRoot, "docs", "faults.md"));

    private static readonly string Tests = Path.Combine(FormatsDocument.RepositoryRoot, "tests");

    [Fact]
    public void Every_test_that_is_named_is_in_the_sources()
    {
        var named = TestName().Matches(Document).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name =>
        {
            var file = Assert.Single(Directory.EnumerateFiles(Tests, name.Groups[1].Value + ".cs", SearchOption.AllDirectories));
            Assert.Contains($" {name.Groups[2].Value}(", File.ReadAllText(file), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_drill_that_is_named_is_there()
    {
        var named = DrillName().Matches(Document).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(File.Exists(Path.Combine(Tests, "drills", name.Groups[1].Value)), name.Value));
    }

    [GeneratedRegex(@"`(\w+Tests)\.(\w+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"drill `([a-z-]+)`")]
    private static partial Regex DrillName();
}
