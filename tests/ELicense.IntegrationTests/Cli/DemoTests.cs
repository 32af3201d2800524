using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.UnitTests;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

[Collection(DemoTour.Name)]
public sealed class DemoTests(FinishedDemo demo)
{
    [Fact]
    public void Ends_well_and_prints_nothing_but_its_json()
    {
        Assert.True(demo.Run.ExitCode == 0, demo.Run.Error);
        Assert.Equal(JsonValueKind.Object, demo.Report.ValueKind);
    }

    [Fact]
    public void Licenses_every_enterprise_of_the_sample()
    {
        Assert.Equal(19, demo.Report.GetProperty("licenses").GetArrayLength());
        Assert.Equal(0, demo.Report.GetProperty("rejected").GetArrayLength());
    }

    [Fact]
    public void Says_of_each_license_what_the_contract_names()
    {
        string[] names = ["uscc", "name", "licenseNumber", "identifier", "token", "qrText", "file"];
        Assert.All(demo.Report.GetProperty("licenses").EnumerateArray(), license =>
            Assert.All(names, name => Assert.NotEmpty(license.GetProperty(name).GetString()!)));
    }

    [Fact]
    public void Verdict_of_the_last_license_turns_from_valid_to_revoked()
    {
        var verdicts = demo.Report.GetProperty("verdicts");
        var last = demo.Report.GetProperty("licenses")[18].GetProperty("uscc").GetString();
        Assert.Equal("valid", verdicts.GetProperty("before").GetProperty("verdict").GetString());
        Assert.Equal("revoked", verdicts.GetProperty("after").GetProperty("verdict").GetString());
        Assert.Equal(last, verdicts.GetProperty("after").GetProperty("license").GetProperty("uscc").GetString());
    }

    [Fact]
    public async Task A_second_run_over_the_same_data_finds_every_row_licensed()
    {
        // A copy: other tests of this class look at the first run's data.
        using var second = new CopiedData(demo.Data);
        var run = await Elicense.RunAsync("demo", "--exit", "--json", "--csv", Elicense.SampleRegister, "--data", second.Folder, "--port-base", "17180");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(0, run.Json.GetProperty("licenses").GetArrayLength());
        Assert.All(run.Json.GetProperty("rejected").EnumerateArray(), row => Assert.Equal("already-licensed", row.GetProperty("code").GetString()));
    }

    [Fact]
    public void Leaves_the_files_of_the_development_hierarchy()
    {
        string[] files = ["root.pem", "clerk.pem", "approver.pem", "enterprise.pem", "clerk.p12", "approver.p12", "enterprise.p12"];
        Assert.All(files, file => Assert.True(File.Exists(Path.Combine(demo.Data, "dev", file)), file));
    }

    [Theory]
    [InlineData("clerk", "officers-ca")]
    [InlineData("approver", "officers-ca")]
    [InlineData("enterprise", "enterprise-ca")]
    public async Task Openssl_accepts_the_chain_of(string person, string issuer)
    {
        string Dev(string name) => Path.Combine(demo.Data, "dev", name + ".pem");
        var verified = await Elicense.RunToolAsync(
            "openssl", "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", Dev("root"), "-untrusted", Dev(issuer), Dev(person));
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
    }

    [Fact]
    public async Task The_enterprise_at_the_counter_has_a_certificate_of_the_log_that_stands()
    {
        string Dev(string name) => Path.Combine(demo.Data, "dev", name);
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Dev("enterprise.pem"));
        using var pkcs12 = X509CertificateLoader.LoadPkcs12FromFile(Dev("enterprise.p12"), "development");
        var first = demo.Report.GetProperty("licenses")[0];

        Assert.Equal(certificate.RawData, await File.ReadAllBytesAsync(Path.Combine(demo.Publication, "certificates", "4096", "0.cer"), TestContext.Current.CancellationToken));
        Assert.Equal(certificate.RawData, pkcs12.RawData);
        Assert.True(pkcs12.HasPrivateKey);
        Assert.Contains($"NTRCN-{first.GetProperty("uscc").GetString()}", certificate.Subject, StringComparison.Ordinal);
        Assert.Contains("DEVELOPMENT ONLY", certificate.Issuer, StringComparison.Ordinal);
        var verified = await Elicense.RunAsync("verify", Dev("enterprise.pem"), "--trust", Dev("root.fingerprint"), "--publication", demo.Publication, "--offline", "--json");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);
        Assert.Equal("valid", verified.Json.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Every_private_key_is_sensitive_and_was_never_extractable()
    {
        var pin = (await File.ReadAllTextAsync(Path.Combine(demo.Data, "dev", "issuing.pin"), TestContext.Current.CancellationToken)).Trim();
        var listed = await Elicense.RunToolAsync(
            "env", $"SOFTHSM2_CONF={Path.Combine(demo.Data, "softhsm2.conf")}", "pkcs11-tool", "--module", "/usr/lib/softhsm/libsofthsm2.so",
            "--token-label", "ELicense DEV issuing", "--login", "--pin", pin, "--list-objects", "--type", "privkey");

        var access = listed.Output.Split('\n').Where(line => line.Contains("Access:", StringComparison.Ordinal)).ToArray();
        Assert.Equal(8, access.Length);
        Assert.All(access, line => Assert.EndsWith("sensitive, always sensitive, never extractable, local", line.TrimEnd(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_status_list_decodes_in_another_implementation()
    {
        var jwt = await File.ReadAllTextAsync(Path.Combine(demo.Publication, "status", "licenses", "0.jwt"), TestContext.Current.CancellationToken);
        var decoded = await Peers.RunAsync("status-list.mjs", new { jwt }, TestContext.Current.CancellationToken);

        int[] expected = [.. Enumerable.Repeat(0, 18), 1, 15]; // 18 valid, the last revoked, then one that was never issued
        Assert.Equal(expected, decoded.GetProperty("statuses").EnumerateArray().Take(20).Select(status => status.GetInt32()));
    }
}
