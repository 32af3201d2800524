using System.Text.Json;
using ELicense.Cli.Ceremony;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>Keys on real tokens replaced by real ceremonies under a running authority, with a follower that began with the first card.</summary>
public sealed class RotationTests(CeremonyRun ceremony) : IClassFixture<CeremonyRun>, IDisposable
{
    private const string First = "91350100M000100Y43";
    private const string Second = "91990100MA0TEA015M";
    private const string Third = "914403001922038216";

    private readonly EarnestAuthority _authority = new(ceremony);
    private readonly string _state = Directory.CreateTempSubdirectory("elicense-follower-").FullName;
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    [Fact]
    public async Task What_replaced_keys_signed_stays_valid_and_revocable_and_what_a_stolen_one_signed_after_its_size_is_refused()
    {
        await _authority.StartAsync(_authority.Configuration(ceremony.Output), "22080");
        var first = _authority.Issue(First);
        var certified = _authority.Script("certificate.sh", first, Directory.CreateDirectory(Path.Combine(_state, "token")).FullName).Split(' ');
        using var follower = Follower("mark");
        var stolenAt = (await UntilAsync(follower, view => view.Verify(Code(First), Now).Value == VerdictValue.Valid)).Checkpoint.Size;
        _authority.Issue(Second);
        await UntilAsync(follower, view => view.Verify(Code(Second), Now).Value == VerdictValue.Valid);

        // The license key was stolen after the first license; log, clock, status and enterprise CA are replaced because it is time.
        var keys = Path.Combine(ceremony.Folder, "keys");
        await RotateAsync(keys, ceremony.Output, ["license", "status", "log", "clock", "enterprise-ca"], [new { kid = Kid(ceremony.Output, "license"), acceptedBelow = stolenAt }]);
        await _authority.StartAsync(_authority.Configuration(keys, ceremony.Output), "22080");
        _authority.Issue(Third);
        var view = await UntilAsync(follower, view => view.Verify(Code(Third), Now).Value == VerdictValue.Valid);

        var refused = view.Verify(Code(Second), Now);
        Assert.Equal(VerdictValue.Valid, view.Verify(Code(First), Now).Value);
        Assert.Equal((VerdictValue.Invalid, Codes.KeyLogSize), (refused.Value, refused[CheckName.Issuer].Code));

        // The old CA's certificate is revoked in the old CA's list, and the old license in the log.
        Assert.Equal("done revoked valid", _authority.Script("loss-report.sh", first, certified[0], certified[1]).Split('\n')[1]);
        Assert.Equal("revoked", _authority.Script("standing.sh", "revocation", first, "business-ceased"));
        await UntilAsync(follower, view => view.Verify(Code(First), Now).Value == VerdictValue.Revoked);
        Assert.Equal(Kid(ceremony.Output, "enterprise-ca"), certified[0]);
        Assert.Contains(certified[1], Crl(certified[0]), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(certified[1], Crl(Kid(keys, "enterprise-ca")), StringComparison.OrdinalIgnoreCase);

        // A card that was in force before does not come back.
        await _authority.StopAsync();
        Assert.Contains("[trust-rollback]", await _authority.RefusedAsync(_authority.Configuration(ceremony.Output), "22080"), StringComparison.Ordinal);

        // A new root, signed for by the old one.
        ceremony.InitializeToken("example-root-2");
        var root = Path.Combine(ceremony.Folder, "root-2");
        await RotateAsync(root, keys, ["root"], []);
        await _authority.StartAsync(_authority.Configuration(root, keys, ceremony.Output), "22080");
        await UntilAsync(follower, view => view.Trust.Card.Version == 3 && view.Verify(Code(Third), Now).Value == VerdictValue.Valid);
        using var fresh = Follower("another");
        Assert.Equal(VerdictValue.Revoked, (await UntilAsync(fresh, _ => true)).Verify(Code(First), Now).Value);
        foreach (var fingerprint in (string[])[ceremony.Root, File.ReadAllText(Path.Combine(root, "root.fingerprint")).Trim()])
            Assert.Empty(TranscriptCheck.Run(root, Anchor(fingerprint)));
        Programs.Run("openssl", ["verify", "-CAfile", Path.Combine(root, "root.pem"), Path.Combine(root, $"officers-ca-{Kid(ceremony.Output, "officers-ca")}.pem"), Path.Combine(root, $"enterprise-ca-{Kid(keys, "enterprise-ca")}.pem")]);
        // The old CA's certificate was revoked with its key's replacement, and stays so in the old root's list.
        var list = Programs.Run("openssl", ["crl", "-inform", "DER", "-noout", "-text", "-in", Path.Combine(root, $"root-{Kid(ceremony.Output, "root")}.crl")]);
        var replaced = Programs.Run("openssl", ["x509", "-noout", "-serial", "-in", Path.Combine(ceremony.Output, "enterprise-ca.pem")]).Trim()["serial=".Length..];
        Assert.Matches($"Serial Number: {replaced}\\s[^S]*Superseded", list);
        var audit = await Elicense.RunAsync("log", "verify", "--trust", ceremony.Root, "--publication", _authority.Publication, "--json");
        Assert.Equal(["key-log-size"], audit.Json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    private static CodeArtefact Code(string text) =>
        CreditCode.TryParse(text, out var code, out var refusal) ? new CodeArtefact(code) : throw new InvalidOperationException(refusal.ToString());

    private static TrustAnchor Anchor(string fingerprint) => Digest.TryParseHex(fingerprint, out var root) ? TrustAnchor.Fingerprint(root) : throw new InvalidOperationException(fingerprint);

    /// <summary>One that trusts the first root and keeps a mark.</summary>
    private PublicationFollower Follower(string mark) => new(
        PublicationSource.Open(_authority.Publication),
        new FollowerSettings(Anchor(ceremony.Root), StateFolder: null, Path.Combine(_state, mark)),
        TimeProvider.System);

    /// <summary>Follows until the view is as wanted.</summary>
    private async Task<PublicationView> UntilAsync(PublicationFollower follower, Func<PublicationView, bool> wanted)
    {
        await Eventually.IsAsync(async () => (await follower.PollAsync(_cancellation)).Refusal is null && wanted(follower.View!));
        return follower.View!;
    }

    /// <summary>A ceremony from the card of one folder to another: new keys of these roles.</summary>
    private async Task RotateAsync(string to, string from, string[] roles, object[] changes)
    {
        var suffix = Path.GetFileName(to);
        var newest = roles.Contains("root") ? "root-2" : "root";
        object[] existing = roles.Contains("root")
            ? [Key(ceremony.Output, "root", "root"), Key(ceremony.Output, "officers-ca", "officers-ca"), Key(ceremony.Output, "enterprise-ca", "enterprise-ca"), Key(from, "enterprise-ca", "enterprise-ca-keys")]
            : [Key(ceremony.Output, "root", "root")];
        var plan = new
        {
            card = Path.Combine(from, "trust.jws"),
            formerRootList = Path.Combine(from, "root.crl"),
            revoked = roles.Contains("enterprise-ca") ? [new { certificate = Path.Combine(from, "enterprise-ca.pem"), reason = "superseded" }] : Array.Empty<object>(),
            witnesses = 2,
            profiles = "profiles.json",
            rootList = new { days = 397, overlapDays = 60 },
            publicAddress = "https://gs.example.cn",
            organization = "Example Province Administration for Market Regulation",
            tokens = ((string[])["root", "issuing", "root-2"]).Where(token => token != "root-2" || newest == "root-2")
                .Select(token => new { name = token, uri = ceremony.OnTheseTokens($"pkcs11:token=example-{token}?module-path=/opt/vendor/libpkcs11.so") }),
            existing,
            keys = roles.Select(role => new
            {
                role,
                token = role == "root" ? "root-2" : "issuing",
                label = role == "root" ? "root" : $"{role}-{suffix}",
                algorithm = role is "log" or "clock" ? "Ed25519" : "P-256",
                days = role == "root" ? 7300 : 1830,
                commonName = role == "root" ? "Example Province Root 2" : role == "enterprise-ca" ? "Example Province Enterprise CA 2" : null,
            }),
            changes,
            services = Array.Empty<object>(),
        };
        var file = Path.Combine(ceremony.Folder, suffix + ".json");
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(plan), _cancellation);
        var run = await ceremony.HoldAsync("run", file, "--out", to);
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private static object Key(string folder, string role, string label) =>
        new { kid = Kid(folder, role), token = role == "root" ? "root" : "issuing", label };

    /// <summary>Of the newest key of a role on the card that a ceremony left.</summary>
    private static string Kid(string folder, string role)
    {
        var card = JsonSerializer.Deserialize<JsonElement>(System.Buffers.Text.Base64Url.DecodeFromChars(File.ReadAllText(Path.Combine(folder, "trust.jws")).Split('.')[1]));
        return card.GetProperty("keys").EnumerateArray().Where(key => key.GetProperty("role").GetString() == role)
            .MaxBy(key => key.GetProperty("from").GetInt64()).GetProperty("kid").GetString()!;
    }

    private string Crl(string issuer) => Programs.Run("openssl", ["crl", "-inform", "DER", "-noout", "-text", "-in", Path.Combine(_authority.Publication, "crl", issuer, "complete.crl")]);
}
