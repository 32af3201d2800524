using System.Globalization;
using System.Text.RegularExpressions;
using ELicense.Authority;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.IntegrationTests.Authority;

/// <summary>What is written about the door is what the door has.</summary>
public sealed partial class OpenApiTests : IAsyncLifetime
{
    private OfficersStation _station = null!;

    public async ValueTask InitializeAsync() => _station = await OfficersStation.StartAsync();

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task Every_call_is_in_the_document_with_its_answers_and_its_body()
    {
        var (_, document) = await OfficersStation.GetAsync(_station.As("clerk"), "/openapi/v1.json");
        var names = new List<string?>();
        foreach (var call in _station.Calls.Where(call => call.Contains(" /api/", StringComparison.Ordinal)))
        {
            var (method, path) = (call.Split(' ')[0].ToLowerInvariant(), Constraint().Replace(call.Split(' ')[1], "}"));
            Assert.True(document.GetProperty("paths").TryGetProperty(path, out var found) && found.TryGetProperty(method, out _), call);
            var operation = found.GetProperty(method);
            names.Add(operation.GetProperty("operationId").GetString());
            Assert.False(string.IsNullOrEmpty(operation.GetProperty("summary").GetString()), call);
            var answers = operation.GetProperty("responses").EnumerateObject().ToDictionary(answer => answer.Name, answer => answer.Value);
            Assert.True(answers.Single(answer => answer.Key[0] == '2').Value.GetProperty("content").EnumerateObject().Any(), call);
            foreach (var status in (string[])["401", "403", "429", "503", .. method == "post" && path.Length > 0 ? ["409"] : Array.Empty<string>()])
                Assert.True(answers.GetValueOrDefault(status).TryGetProperty("content", out var content) && content.TryGetProperty("application/problem+json", out _), call + status);
            Assert.Equal(path.Contains('{', StringComparison.Ordinal), operation.TryGetProperty("parameters", out _) && answers.ContainsKey("404"));
            Assert.True(method == "get" || path.EndsWith("/cancellation", StringComparison.Ordinal) || operation.TryGetProperty("requestBody", out _), call);
        }

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.True(names.Count > 20);
    }

    [Fact]
    public void Every_refusal_has_the_status_that_the_documentation_says()
    {
        var rows = File.ReadLines(Path.Combine(FormatsDocument.RepositoryRoot, "docs", "authority.md"))
            .SkipWhile(line => !line.StartsWith("| status | codes |", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|')).ToList();
        Assert.Equal(7, rows.Count);
        foreach (var row in rows)
        {
            var status = int.Parse(row.Split('|')[1], CultureInfo.InvariantCulture);
            foreach (Match code in Code().Matches(row))
                Assert.Equal((code.Value, status), (code.Value, code.Value == "`Retry-After`" ? status : RefusalStatus.Of(code.Value.Trim('`'))));
        }
    }

    [Fact]
    public void Every_code_of_keys_and_tokens_says_that_it_may_pass()
    {
        var codes = File.ReadLines(Path.Combine(FormatsDocument.RepositoryRoot, "docs", "errors.md"))
            .SkipWhile(line => line != "## Keys and tokens").Skip(4).TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('`')[1]).ToList();

        Assert.Equal(12, codes.Count);
        Assert.All(codes, code => Assert.Equal((code, 503), (code, RefusalStatus.Of(code))));
    }

    [GeneratedRegex(":[a-z]+}")]
    private static partial Regex Constraint();

    [GeneratedRegex("`[A-Za-z-]+`")]
    private static partial Regex Code();
}
