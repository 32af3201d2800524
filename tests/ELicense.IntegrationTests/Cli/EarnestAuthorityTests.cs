using System.Text.Json.Nodes;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>The documented configuration of an authority in earnest, over what a ceremony left.</summary>
public sealed class EarnestAuthorityTests(CeremonyRun ceremony) : IClassFixture<CeremonyRun>, IDisposable
{
    private readonly EarnestAuthority _authority = new(ceremony);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task It_issues_by_the_ceremonys_keys_and_makes_no_development_hierarchy()
    {
        await _authority.StartAsync(_authority.Configuration(ceremony.Output), "22280");

        Assert.Matches("^6200-[0-9]{10}$", _authority.Script("issuance.sh"));

        Assert.False(Directory.Exists(Path.Combine(_authority.Data, "tokens")));
        Assert.Equal(["approver.pem", "clerk.pem", "root.pem"], Directory.GetFiles(Path.Combine(_authority.Data, "dev")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(ceremony.Output, "trust.jws"), TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(Path.Combine(_authority.Publication, "trust.jws"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("publicAddress", "http://gs.example.cn", "address-insecure")]
    [InlineData("publicAddress", "https://other.example.cn", "qr-host")]
    [InlineData("root", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "trust-root")]
    [InlineData("trust", "trust.jws", "file-missing")]
    [InlineData("root", "?", "config-format")]
    public async Task What_is_not_in_earnest_or_not_the_authoritys_is_refused(string member, string value, string code)
    {
        var configuration = _authority.Configuration(ceremony.Output);
        configuration["authority"]![member] = value;

        Assert.Contains($"[{code}]", await _authority.RefusedAsync(configuration, "22380"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("object=license", "object=status", "key-missing")]
    [InlineData("id=%", "id=%00%", "config-format")]
    [InlineData("&pin-source=", "&pin=", "config-format")]
    [InlineData("pin-source=file:", "pin-value=7&pin-source=file:", "config-format")]
    public async Task A_key_that_is_not_named_as_the_card_has_it_is_refused(string text, string instead, string code)
    {
        var configuration = _authority.Configuration(ceremony.Output);
        var keys = configuration["authority"]!["keys"]!.AsArray();
        var license = keys.Single(key => key!.GetValue<string>().Contains("object=license", StringComparison.Ordinal))!.GetValue<string>();
        configuration["authority"]!["keys"] = new JsonArray(
            [JsonValue.Create(license.Replace(text, instead, StringComparison.Ordinal)), .. keys.Where(key => key!.GetValue<string>() != license).Select(key => key!.DeepClone())]);

        var refused = await _authority.RefusedAsync(configuration, "22380");
        Assert.Contains($"[{code}]", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("pin-value=7", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hierarchy_that_is_marked_as_development_is_refused()
    {
        var development = Path.Combine(ceremony.Folder, "marked");
        var plan = CeremonyRun.DocumentedPlan().Replace("\"witnesses\": 3", "\"mark\": \"DEVELOPMENT ONLY\", \"witnesses\": 3", StringComparison.Ordinal);
        plan = plan.Replace("\"organization\": \"Example Province Administration for Market Regulation\"", "\"organization\": \"Example Province\"", StringComparison.Ordinal);
        foreach (var token in (string[])["root", "issuing"])
        {
            ceremony.InitializeToken($"marked-{token}");
            plan = plan.Replace($"token=example-{token}", $"token=marked-{token}", StringComparison.Ordinal);
        }

        var file = Path.Combine(ceremony.Folder, "marked.json");
        await File.WriteAllTextAsync(file, ceremony.OnTheseTokens(plan), TestContext.Current.CancellationToken);
        var run = await ceremony.HoldAsync("run", file, "--out", development);
        Assert.True(run.ExitCode == 0, run.Error);

        Assert.Contains("[development-key]", await _authority.RefusedAsync(_authority.Configuration(development), "22380"), StringComparison.Ordinal);
    }
}
