using System.Text.Json;
using ELicense.Cli.Ceremony;
using ELicense.Core;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.IntegrationTests.Tokens;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>The plan of docs/ceremony.md, carried out with the real program on real tokens.</summary>
public sealed class CeremonyTests(CeremonyRun ceremony) : IClassFixture<CeremonyRun>, IDisposable
{
    private readonly string _copy = Directory.CreateTempSubdirectory("elicense-transcript-").FullName;

    public void Dispose() => Directory.Delete(_copy, recursive: true);

    [Fact]
    public async Task The_transcript_is_found_right_and_under_another_root_it_is_not()
    {
        var check = await Elicense.RunAsync("ceremony", "check", ceremony.Output, "--root", ceremony.Root);
        var other = TranscriptCheck.Run(ceremony.Output, TrustAnchor.Fingerprint(Digest.Of("another root"u8)));

        Assert.True(check.ExitCode == 0, check.Output + check.Error);
        Assert.Equal(Codes.TrustRoot, Assert.Single(other).Code);
    }

    [Fact]
    public void Who_was_there_and_what_was_asked_is_in_it()
    {
        var lines = File.ReadAllLines(Path.Combine(ceremony.Output, TranscriptCheck.LinesFile)).Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToList();
        var present = lines.Where(line => line.GetProperty("act").GetString() == "present").Select(line => line.GetProperty("facts").GetProperty("person").GetString());
        var heard = lines.Where(line => line.GetProperty("act").GetString() == "read-back").Select(line => line.GetProperty("facts").GetProperty("value").GetString()).ToList();

        Assert.Equal(["张三 保管人", "李四 操作员", "王五 见证人"], present);
        Assert.Equal([Programs.Run("sha256sum", [ceremony.Plan])[..64], ceremony.Root], heard);
        Assert.Equal(9, lines.Count(line => line.GetProperty("act").GetString() == "key-made"));
    }

    [Theory]
    [InlineData(6, Codes.TranscriptChanged)]
    [InlineData(11, Codes.TranscriptRemoved)]
    [InlineData(3, Codes.TranscriptAdded)]
    public void A_line_that_was_changed_removed_or_added_is_named(int line, string code)
    {
        var lines = Copy();
        switch (code)
        {
            case Codes.TranscriptChanged:
                lines[line - 1] = lines[line - 1].Replace("\"at\":\"2", "\"at\":\"3", StringComparison.Ordinal);
                break;
            case Codes.TranscriptRemoved:
                lines.RemoveAt(line - 1);
                break;
            default:
                lines.Insert(line - 1, lines[5]);
                break;
        }

        WriteCopy(lines);

        var finding = Assert.Single(TranscriptCheck.Run(_copy, TrustAnchor.Fingerprint(Fingerprint)));
        Assert.Equal((line, code), (finding.Line!.Value, finding.Code));
    }

    [Fact]
    public void A_changed_file_is_named_by_the_line_that_wrote_it_and_a_cut_off_transcript_is_open()
    {
        var lines = Copy();
        File.AppendAllText(Path.Combine(_copy, "officers-ca.pem"), "\n");
        var wrote = 1 + lines.FindIndex(line => line.Contains("\"file\":\"officers-ca.pem\"", StringComparison.Ordinal));

        var changed = Assert.Single(TranscriptCheck.Run(_copy, TrustAnchor.Fingerprint(Fingerprint)));
        File.Delete(Path.Combine(_copy, TranscriptCheck.SealFile));
        WriteCopy(lines[..wrote]);
        var open = TranscriptCheck.Run(_copy, TrustAnchor.Fingerprint(Fingerprint));

        Assert.Equal((wrote, Codes.TranscriptFile), (changed.Line, changed.Code));
        Assert.Equal([Codes.TranscriptOpen, Codes.TranscriptFile], open.Select(finding => finding.Code));
    }

    [Fact]
    public void The_root_is_alone_on_its_token_and_no_key_can_leave_one()
    {
        string List(string token) => Programs.Run(
            "pkcs11-tool", ["--module", SoftHsmFixture.ModulePath, "--token-label", token, "--login", "--pin", CeremonyRun.Pin, "--list-objects", "--type", "privkey"], ceremony.Environment);

        Assert.Equal(["root"], Labels(List("example-root")));
        Assert.Equal(
            ["answer", "clock", "enterprise-ca", "exchange", "license", "log", "officers-ca", "status"], Labels(List("example-issuing")).Order(StringComparer.Ordinal));
        Assert.Equal(8, List("example-issuing").Split("sensitive, always sensitive, never extractable").Length - 1);
    }

    [Fact]
    public void OpenSSL_and_GnuTLS_accept_what_was_issued()
    {
        string In(string name) => Path.Combine(ceremony.Output, name);
        var list = Path.Combine(_copy, "root.crl.pem");
        Programs.Run("openssl", ["crl", "-inform", "DER", "-in", In("root.crl"), "-out", list]);
        Programs.Run("openssl", ["verify", "-CAfile", In("root.pem"), "-crl_check", "-CRLfile", list, In("enterprise-ca.pem"), In("officers-ca.pem")]);
        Programs.Run("openssl", ["verify", "-CAfile", In("root.pem"), "-untrusted", In("officers-ca.pem"), "-purpose", "sslclient", In("admin1.pem"), In("admin2.pem")]);
        Programs.Run("openssl", ["verify", "-CAfile", In("root.pem"), "-untrusted", In("officers-ca.pem"), "-purpose", "sslserver", "-verify_ip", "127.0.0.1", In("door.pem")]);
        var chain = Path.Combine(_copy, "chain.pem");
        File.WriteAllText(chain, File.ReadAllText(In("door.pem")) + File.ReadAllText(In("officers-ca.pem")) + File.ReadAllText(In("root.pem")));
        Assert.Contains("Chain verification output: Verified", Programs.Run("certtool", ["--verify-chain", "--infile", chain]), StringComparison.Ordinal);
        Assert.Equal(
            Programs.Run("openssl", ["req", "-in", Path.Combine(ceremony.Folder, "door.csr"), "-noout", "-pubkey"]), Programs.Run("openssl", ["x509", "-in", In("door.pem"), "-noout", "-pubkey"]));
    }

    [Fact]
    public async Task A_rehearsal_asks_the_same_and_touches_nothing()
    {
        var before = Programs.Run("find", [Path.Combine(ceremony.Folder, "tokens"), "-type", "f"]);
        var files = Directory.GetFileSystemEntries(ceremony.Folder).Order(StringComparer.Ordinal).ToList();

        var rehearsal = await ceremony.HoldAsync("run", ceremony.Plan, "--dry-run");

        Assert.True(rehearsal.ExitCode == 0, rehearsal.Error);
        Assert.Contains("is read aloud", rehearsal.Error, StringComparison.Ordinal);
        Assert.Equal(before, Programs.Run("find", [Path.Combine(ceremony.Folder, "tokens"), "-type", "f"]));
        Assert.Equal(files, Directory.GetFileSystemEntries(ceremony.Folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_question_that_is_not_answered_with_yes_ends_it_before_a_key_is_made()
    {
        var output = Path.Combine(_copy, "declined");

        var declined = await ceremony.HoldAsync(question => question.Contains("serial number", StringComparison.Ordinal) ? "no" : null, "run", ceremony.Plan, "--out", output);

        Assert.Equal(1, declined.ExitCode);
        Assert.Contains("[ceremony-declined]", declined.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("key-made", declined.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(output, TranscriptCheck.SealFile)));
    }

    [Theory]
    [InlineData("\"algorithm\": \"Ed25519\", \"days\": 3660 }", "\"algorithm\": \"P-256\", \"days\": 3660 }", "log: the algorithm P-256 is not the one of the role")]
    [InlineData("{ \"role\": \"answer\", \"token\": \"issuing\"", "{ \"role\": \"answer\", \"token\": \"root\"", "the root's key is alone on its token")]
    [InlineData("\"role\": \"answer\"", "\"role\": \"exchange\"", "not exactly one answer key")]
    [InlineData("\"days\": 7300", "\"days\": 9000", "root: 9000 days are not 1 to 7305")]
    [InlineData("https://gs.example.cn\"", "http://gs.example.cn\"", "publicAddress is not https")]
    [InlineData(", \"request\": \"admin1.csr\"", "", "admin1: without a request")]
    [InlineData("\"witnesses\": 3", "\"witnesses\": 1", "fewer than two witnesses")]
    [InlineData("token=example-issuing?", "token=example-issuing;object=license?", "names a token by token or serial, and no key")]
    [InlineData("\"overlapDays\": 60", "\"overlapDays\": 10", "rootList")]
    public void A_plan_that_contradicts_itself_is_refused(string text, string instead, string fault)
    {
        var plan = CeremonyRun.DocumentedPlan();
        Assert.Contains(text, plan, StringComparison.Ordinal);
        var file = Path.Combine(_copy, "plan.json");
        File.WriteAllText(file, plan.Replace(text, instead, StringComparison.Ordinal));

        var faults = PlanRules.Faults(PlanFile.Read(file).Hierarchy!, CertificateProfiles.Development);

        Assert.Contains(faults, found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void The_documented_plan_of_a_rotation_is_of_its_form()
    {
        var file = Path.Combine(_copy, "rotation.json");
        File.WriteAllText(file, CeremonyRun.Example("rotation-plan", "ceremony.md"));

        Assert.Equal(("license", "P-256"), PlanFile.Read(file).Rotation!.Keys.Select(key => (key.Role, key.Algorithm)).Single());
    }

    [Fact]
    public async Task A_plan_that_is_not_of_its_form_is_refused()
    {
        var file = Path.Combine(_copy, "plan.json");
        await File.WriteAllTextAsync(file, CeremonyRun.DocumentedPlan().Replace("\"witnesses\"", "\"witness\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var plan = await Elicense.RunAsync("ceremony", "plan", file);

        Assert.Equal(2, plan.ExitCode);
        Assert.Contains("[ceremony-plan]", plan.Error, StringComparison.Ordinal);
    }

    private Digest Fingerprint => Digest.TryParseHex(ceremony.Root, out var root) ? root : throw new InvalidOperationException(ceremony.Root);

    private List<string> Copy()
    {
        foreach (var file in Directory.GetFiles(ceremony.Output))
            File.Copy(file, Path.Combine(_copy, Path.GetFileName(file)));
        return [.. File.ReadAllLines(Path.Combine(_copy, TranscriptCheck.LinesFile))];
    }

    private void WriteCopy(IEnumerable<string> lines) => File.WriteAllText(Path.Combine(_copy, TranscriptCheck.LinesFile), string.Concat(lines.Select(line => line + "\n")));

    private static IEnumerable<string> Labels(string objects) =>
        objects.Split('\n').Where(line => line.Contains("label:", StringComparison.Ordinal)).Select(line => line.Split(':')[1].Trim());
}
