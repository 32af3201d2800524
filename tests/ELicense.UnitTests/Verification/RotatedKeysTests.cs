using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>Keys that were replaced: roots handed over, log keys that overlap, keys that were stolen.</summary>
public sealed class RotatedKeysTests : FollowedPublication
{
    private readonly SigningKey _newRoot;

    private TestAuthority Authority => Publication.Authority;

    public RotatedKeysTests() => _newRoot = Authority.Make(Suite.Es256);

    [Fact]
    public async Task A_root_that_changed_is_followed_from_the_old_anchor_and_after_that_the_old_one_alone_is_worth_nothing()
    {
        var license = Publication.Issue(1);
        Publication.Publish();
        await FollowAsync(Follower());
        WriteCard(2, [Authority.Root, _newRoot], Authority.Root, _newRoot);
        await FollowAsync(Follower());
        WriteCard(3, [_newRoot], _newRoot);

        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(Follower()), license));
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(Fresh(Authority.Root)), license));
        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(Fresh(_newRoot)), license));
        WriteCard(4, [Authority.Root], Authority.Root);
        Assert.Equal(Codes.TrustRoot, await RefusedAsync(Follower()));
        Assert.Equal(Codes.TrustRoot, await RefusedAsync(Fresh(_newRoot)));
    }

    [Fact]
    public async Task A_stranger_who_points_at_a_real_change_of_root_is_not_believed()
    {
        Publication.Publish();
        WriteCard(2, [Authority.Root, _newRoot], Authority.Root, _newRoot);
        var stranger = Authority.Make(Suite.Es256);
        WriteCard(3, [stranger], stranger);

        Assert.Equal(Codes.TrustRoot, await RefusedAsync(Fresh(Authority.Root)));
    }

    [Fact]
    public async Task Without_the_card_that_handed_over_the_new_root_is_a_strangers()
    {
        Publication.Publish();
        WriteCard(3, [_newRoot], _newRoot);

        Assert.Equal(Codes.TrustRoot, await RefusedAsync(Fresh(Authority.Root)));
    }

    [Fact]
    public void A_card_with_one_right_and_one_wrong_signature_is_refused()
    {
        var card = Card(2, [Authority.Root, _newRoot]);
        var right = Sign(card, Authority.Root, _newRoot);
        var other = JsonSerializer.Deserialize<JsonElement>(Sign(card with { MaxAge = 7 }, Authority.Root, _newRoot));
        var mixed = Encoding.ASCII.GetString(right).Replace(
            JsonSerializer.Deserialize<JsonElement>(right).GetProperty("signatures")[1].GetProperty("signature").GetString()!,
            other.GetProperty("signatures")[1].GetProperty("signature").GetString()!, StringComparison.Ordinal);

        Assert.True(VerifiedTrust.TryOpen(right, Anchor(Authority.Root), TestAuthority.Now, out var trust, out _));
        Assert.Equal([Fingerprint(_newRoot), Fingerprint(Authority.Root)], trust.Roots);
        Assert.False(VerifiedTrust.TryOpen(Encoding.ASCII.GetBytes(mixed), Anchor(Authority.Root), TestAuthority.Now, out _, out var refusal));
        Assert.Equal(Codes.TrustSignature, refusal.Code);
    }

    /// <summary>RFC 7515 7.2.1 read by hand, the signatures judged by .NET's ECDSA (RFC 7518 3.4: r‖s).</summary>
    [Fact]
    public void Both_signatures_are_those_of_the_general_json_serialization()
    {
        var jws = JsonSerializer.Deserialize<JsonElement>(Sign(Card(2, [Authority.Root, _newRoot]), Authority.Root, _newRoot));

        foreach (var (key, signature) in ((SigningKey[])[Authority.Root, _newRoot]).Zip(jws.GetProperty("signatures").EnumerateArray()))
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(key.PublicKey.SubjectPublicKeyInfo.Span, out _);
            var signed = $"{signature.GetProperty("protected").GetString()}.{jws.GetProperty("payload").GetString()}";
            var bytes = System.Buffers.Text.Base64Url.DecodeFromChars(signature.GetProperty("signature").GetString());
            Assert.True(ecdsa.VerifyData(Encoding.ASCII.GetBytes(signed), bytes, HashAlgorithmName.SHA256));
        }
    }

    [Theory]
    [InlineData("""{"payload":"e30","signatures":[]}""")]
    [InlineData("""{"payload":"e30","signatures":[null,null]}""")]
    [InlineData("""{"payload":"e30","payload":"e30","signatures":[]}""")]
    [InlineData("""{"payload":"e30","signature":"AA"}""")]
    [InlineData("{")]
    public void What_is_not_of_the_general_serialization_is_refused(string json)
    {
        Assert.False(GeneralJws.TryParse(Encoding.UTF8.GetBytes(json), 1000, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Two_signatures_of_one_key_are_one_too_many()
    {
        var jws = Encoding.ASCII.GetString(Sign(Card(2, [Authority.Root, _newRoot]), Authority.Root, _newRoot));
        var first = jws[jws.IndexOf("{\"protected", StringComparison.Ordinal)..jws.IndexOf("},", StringComparison.Ordinal)] + "}";
        var doubled = jws[..jws.IndexOf("{\"protected", StringComparison.Ordinal)] + first + "," + first + "]}";

        Assert.False(GeneralJws.TryParse(Encoding.ASCII.GetBytes(doubled), 100_000, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public async Task While_log_and_clock_keys_overlap_a_checkpoint_by_either_pair_is_followed()
    {
        var (log, clock) = (Authority.Make(Suite.Ed25519), Authority.Make(Suite.Ed25519));
        var license = Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        WriteOverlap(2, log, clock);
        await FollowAsync(follower);
        Publication.Issue(2);
        Publication.Publish();
        WriteOverlap(2, log, clock);
        WriteCheckpoint(log, clock);

        Assert.Equal(VerdictValue.Valid, Judge(await FollowAsync(follower), license));
    }

    [Fact]
    public async Task A_log_key_that_was_stolen_signs_no_larger_log()
    {
        Publication.Issue(1);
        Publication.Publish();
        var follower = Follower();
        await FollowAsync(follower);
        Publication.WriteTrust(Authority.Card(2, key => key.Role == KeyRole.Log ? key with { AcceptedBelow = 1 } : key));
        await FollowAsync(follower);
        Publication.Issue(2);
        Publication.TrustVersion = 2;
        Publication.Publish();
        Publication.WriteTrust(Authority.Card(2, key => key.Role == KeyRole.Log ? key with { AcceptedBelow = 1 } : key));

        Assert.Equal(Codes.KeyLogSize, await RefusedAsync(follower));
    }

    [Fact]
    public async Task What_a_stolen_license_key_signed_before_stays_valid_and_what_was_logged_after_is_refused()
    {
        var (before, after) = (Publication.Issue(1), Publication.Issue(2));
        Publication.Publish();
        Publication.WriteTrust(Authority.Card(2, key => key.Role == KeyRole.License ? key with { AcceptedBelow = 1 } : key));
        var view = await FollowAsync(Follower());

        var refused = view.Verify(new TokenArtefact(after.Token, QrHost: null), Clock.Now);
        Assert.Equal(VerdictValue.Valid, Judge(view, before));
        Assert.Equal((VerdictValue.Invalid, CheckResult.Fail, Codes.KeyLogSize), (refused.Value, refused[CheckName.Issuer].Result, refused[CheckName.Issuer].Code));
    }

    [Fact]
    public void Where_the_log_is_not_at_hand_a_stolen_key_proves_nothing()
    {
        var trust = Authority.Trust(Authority.Card(2, key => key.Role == KeyRole.License ? key with { AcceptedBelow = 1 } : key));
        var license = Authority.Issue(1);

        var verdict = LicenseVerifier.Verify(license.Token, license.Document, qrHost: null, trust, _ => null, TestAuthority.Now);

        Assert.Equal((VerdictValue.Unknown, CheckResult.NotChecked), (verdict.Value, verdict[CheckName.Issuer].Result));
    }

    [Fact]
    public async Task The_audit_names_a_document_by_a_stolen_key_and_a_status_list_beyond_its_size()
    {
        Publication.Issue(1);
        Publication.Issue(2);
        Publication.Publish();
        Publication.WriteTrust(Authority.Card(2, key => key.Role is KeyRole.License or KeyRole.Status ? key with { AcceptedBelow = 1 } : key));

        var report = await PublicationAudit.RunAsync(
            PublicationSource.Open(Publication.Folder), Anchor(Authority.Root), highWaterFolder: null, TestAuthority.Now, progress: null, CancellationToken.None);

        Assert.Equal(
            [("documents/000", 1L), ("status/licenses/3.cwt", null), ("status/licenses/3.jwt", null)],
            report.Findings.Where(finding => finding.Refusal.Code == Codes.KeyLogSize).Select(finding => (finding.Path, finding.Position)).Order());
    }

    private static Digest Fingerprint(SigningKey key) => Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span);

    private static TrustAnchor Anchor(SigningKey root) => TrustAnchor.Fingerprint(Fingerprint(root));

    private static byte[] Sign(TrustCard card, params SigningKey[] roots) => GeneralJws.Sign(roots, TrustCard.Type, card.EncodeJson());

    /// <summary>A verifier that has seen nothing yet.</summary>
    private PublicationFollower Fresh(SigningKey root) =>
        Keep(new PublicationFollower(PublicationSource.Open(Publication.Folder), new FollowerSettings(Anchor(root), StateFolder: null, HighWaterFolder: null), Clock));

    /// <summary>The new root begins a day later than the old one.</summary>
    private TrustCard Card(long version, SigningKey[] roots)
    {
        var card = Authority.Card(version);
        var entries = roots.Select(root => root == _newRoot ? Later(KeyRole.Root, root) : TestAuthority.Trusted(KeyRole.Root, root));
        return card with { Keys = [.. entries, .. card.Keys.Where(key => key.Role != KeyRole.Root)], RootChange = version > 2 ? 2 : null };
    }

    private static TrustedKey Later(KeyRole role, SigningKey key)
    {
        var entry = TestAuthority.Trusted(role, key);
        return entry with { From = entry.From + 86_400 };
    }

    private void WriteCard(long version, SigningKey[] named, params SigningKey[] signers)
    {
        var jws = Sign(Card(version, named), signers);
        Publication.Write("trust.jws", jws);
        Publication.Write($"trust/{version}.jws", jws);
    }

    private void WriteOverlap(long version, SigningKey log, SigningKey clock)
    {
        var card = Authority.Card(version);
        Publication.WriteTrust(card with { Keys = [.. card.Keys, Later(KeyRole.Log, log), Later(KeyRole.Clock, clock)] });
    }

    private void WriteCheckpoint(SigningKey log, SigningKey clock)
    {
        Assert.True(SignedNote.TryParse(Publication.Read("log/checkpoint"), out var note, out _));
        Assert.True(Checkpoint.TryParse(note.Text, out var checkpoint, out _));
        Publication.Write("log/checkpoint", Encoding.UTF8.GetBytes(CheckpointSigning.Sign(checkpoint, log, clock, TestAuthority.Now).ToString()));
    }
}
