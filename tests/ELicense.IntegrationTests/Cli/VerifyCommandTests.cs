using Xunit;

namespace ELicense.IntegrationTests.Cli;

[Collection(DemoTour.Name)]
public sealed class VerifyCommandTests(FinishedDemo demo)
{
    private string[] Offline(string artefact) => ["verify", artefact, "--trust", demo.TrustCard, "--publication", demo.Publication, "--offline"];

    [Fact]
    public async Task Without_any_network_a_good_license_exits_0()
    {
        var run = await Elicense.RunWithoutNetworkAsync(Offline(demo.LicenseFile(0)));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
    }

    [Fact]
    public async Task A_revoked_license_exits_11() => await AssertExit(11, Offline(demo.LicenseFile(^1)));

    [Fact]
    public async Task Without_a_publication_the_verdict_is_unknown_and_exits_15()
    {
        var run = await Elicense.RunAsync("verify", demo.LicenseFile(0), "--trust", demo.TrustCard, "--offline", "--json");
        Assert.Equal(15, run.ExitCode);
        Assert.Equal("unknown", run.Json.GetProperty("verdict").GetString());
        Assert.Equal(
            ["integrity:pass", "issuer:pass", "logged:not-checked", "period:pass", "status:not-checked"],
            run.Json.GetProperty("checks").EnumerateArray().Take(5).Select(check => $"{check.GetProperty("check").GetString()}:{check.GetProperty("result").GetString()}"));
    }

    [Fact]
    public async Task Allowing_no_status_exits_0_and_says_that_it_was_not_checked()
    {
        var run = await Elicense.RunAsync("verify", demo.LicenseFile(0), "--trust", demo.TrustCard, "--offline", "--allow-no-status");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("status: not-checked", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fingerprint_is_trust_enough_with_a_publication() =>
        await AssertExit(0, "verify", demo.LicenseFile(0), "--trust", demo.Fingerprint, "--publication", demo.Publication);

    [Fact]
    public async Task The_roots_certificate_is_trust_enough_with_a_publication() =>
        await AssertExit(0, "verify", demo.LicenseFile(0), "--trust", Path.Combine(demo.Data, "dev", "root.pem"), "--publication", demo.Publication);

    [Fact]
    public async Task Another_root_establishes_nothing() =>
        await AssertExit(15, "verify", demo.LicenseFile(0), "--trust", new string('a', 64), "--publication", demo.Publication);

    [Fact]
    public async Task A_credit_code_and_a_qr_text_are_artefacts_too()
    {
        var license = demo.Report.GetProperty("licenses")[0];
        await AssertExit(0, Offline(license.GetProperty("uscc").GetString()!));
        await AssertExit(0, Offline(license.GetProperty("qrText").GetString()!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    [InlineData(-150)]
    public async Task One_changed_byte_is_never_accepted(int at)
    {
        var bytes = await File.ReadAllBytesAsync(demo.LicenseFile(0), TestContext.Current.CancellationToken);
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        var changed = Path.Combine(demo.Data, $"changed{at}.elic");
        await File.WriteAllBytesAsync(changed, bytes, TestContext.Current.CancellationToken);

        var run = await Elicense.RunAsync(Offline(changed));
        Assert.True(run.ExitCode is 2 or 10, $"{run.ExitCode}: {run.Output}{run.Error}");
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_license_exits_2_with_its_code()
    {
        var run = await Elicense.RunAsync(Offline("hello"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("[not-an-artefact]", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_publication_than_one_seen_before_is_refused()
    {
        using var older = new CopiedData(demo.Data);
        var state = Path.Combine(older.Folder, "state");
        await AssertExit(0, [.. Offline(demo.LicenseFile(0)), "--state", state]);

        await AssertExit(
            15, "verify", demo.LicenseFile(0), "--trust", demo.Fingerprint, "--publication", await older.RewindAsync("17280"), "--state", state);
    }

    private static async Task AssertExit(int expected, params string[] arguments)
    {
        var run = await Elicense.RunAsync(arguments);
        Assert.True(run.ExitCode == expected, $"{run.ExitCode}: {run.Output}{run.Error}");
    }
}
