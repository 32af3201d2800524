using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class LicenseVerifierTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    // The precedence of formats.md, from the top. "ended" has a term that is over, "stale" a checkpoint older than the card's max age, "foreign" a QR of another host.
    [Theory]
    [InlineData(Standing.Revoked, "ended stale foreign", VerdictValue.Invalid)]
    [InlineData(Standing.Valid, "foreign", VerdictValue.Invalid)]
    [InlineData(Standing.Revoked, "ended stale", VerdictValue.Revoked)]
    [InlineData(Standing.Cancelled, "ended stale", VerdictValue.Cancelled)]
    [InlineData(Standing.Suspended, "ended stale", VerdictValue.Suspended)]
    [InlineData(Standing.Superseded, "ended stale", VerdictValue.Superseded)]
    [InlineData(Standing.Valid, "ended stale", VerdictValue.Expired)]
    [InlineData(Standing.Valid, "future stale", VerdictValue.NotYetValid)]
    [InlineData(Standing.Valid, "stale", VerdictValue.Stale)]
    [InlineData(Standing.Valid, "unlogged", VerdictValue.Unknown)]
    [InlineData(Standing.Valid, "unlogged ended", VerdictValue.Expired)]
    [InlineData(Standing.Valid, "offline", VerdictValue.Unknown)]
    [InlineData(Standing.Valid, "offline ended", VerdictValue.Expired)]
    [InlineData(Standing.Valid, "", VerdictValue.Valid)]
    public void The_worst_that_is_known_is_the_verdict(Standing standing, string circumstances, VerdictValue expected)
    {
        var license = _authority.Issue(1, change: claims => circumstances switch
        {
            _ when circumstances.Contains("ended") => claims with { ExpiresAt = TestAuthority.Now.ToUnixTimeSeconds() },
            _ when circumstances.Contains("future") => claims with { IssuedAt = TestAuthority.Now.ToUnixTimeSeconds() + 1 },
            _ => claims,
        });
        var evidence = TestAuthority.Evidence(license, standing, circumstances.Contains("stale") ? TestAuthority.Now.AddSeconds(-TestAuthority.MaxAge - 1) : null);
        if (circumstances.Contains("unlogged"))
            evidence = evidence with { Standing = Standing.NotIssued, LoggedDigest = null, LoggedAt = null };
        var verdict = LicenseVerifier.Verify(
            license.Token, license.Document, circumstances.Contains("foreign") ? "evil.example" : TestAuthority.QrHost, _authority.Trust(),
            _ => circumstances.Contains("offline") ? null : evidence, TestAuthority.Now);
        Assert.Equal(expected, verdict.Value);
    }

    [Fact]
    public void A_valid_license_passes_every_check_that_can_be_made()
    {
        var verdict = Verify(_authority.Issue(1));
        Assert.Equal(
            ["integrity pass ok", "issuer pass ok", "logged pass ok", "period pass ok", "status pass ok", "holder not-checked not-checked", "origin not-checked not-checked"],
            verdict.Checks.Select(check => $"{check.Name.ApiName()} {check.Result.ApiName()} {check.Code}"));
        Assert.Equal("福州市鼓楼区示例路1号", verdict.Face!.Address);
    }

    [Fact]
    public void Exactly_at_the_max_age_nothing_is_stale_yet()
    {
        var license = _authority.Issue(1);
        var evidence = TestAuthority.Evidence(license, asOf: TestAuthority.Now.AddSeconds(-TestAuthority.MaxAge));
        Assert.Equal(VerdictValue.Valid, Verify(license, evidence).Value);
    }

    [Fact]
    public void The_last_second_of_the_term_still_counts()
    {
        var license = _authority.Issue(1, change: claims => claims with { ExpiresAt = TestAuthority.Now.ToUnixTimeSeconds() + 1 });
        Assert.Equal(VerdictValue.Valid, Verify(license).Value);
    }

    [Fact]
    public void Without_a_publication_integrity_issuer_and_period_pass_and_the_standing_is_not_checked()
    {
        var license = _authority.Issue(1);
        var verdict = LicenseVerifier.Verify(license.Token, license.Document, null, _authority.Trust(), _ => null, TestAuthority.Now);
        Assert.Equal(
            [CheckResult.Pass, CheckResult.Pass, CheckResult.NotChecked, CheckResult.Pass, CheckResult.NotChecked],
            verdict.Checks.Take(5).Select(check => check.Result));
        Assert.Null(verdict.Status!.Value);
    }

    [Fact]
    public void A_token_that_the_log_does_not_name_is_invalid_although_its_key_is_right()
    {
        var honest = _authority.Issue(1);
        var stolen = _authority.Issue(1, name: "福州冒名有限公司");
        var verdict = Verify(stolen, TestAuthority.Evidence(honest));
        Assert.Equal((VerdictValue.Invalid, Codes.LogMismatch), (verdict.Value, verdict[CheckName.Logged].Code));
    }

    [Fact]
    public void What_the_log_says_of_another_license_is_not_shown_as_this_ones_status()
    {
        var verdict = Verify(_authority.Issue(1, name: "福州冒名有限公司"), TestAuthority.Evidence(_authority.Issue(1), Standing.Revoked));
        Assert.Null(verdict.Status!.Value);
    }

    [Fact]
    public void A_key_that_the_card_does_not_name_is_unknown()
    {
        var license = _authority.Issue(1, key: _authority.Make(Suite.Es256));
        AssertIssuer(Codes.KeyUnknown, license);
    }

    [Fact]
    public void A_status_key_does_not_sign_licenses() => AssertIssuer(Codes.KeyRole, _authority.Issue(1, key: _authority.Status));

    [Fact]
    public void A_swapped_kid_breaks_the_signature()
    {
        using var stranger = SoftwareSigningKey.Generate(Suite.Es256);
        var forged = _authority.Issue(1, key: stranger);
        Assert.True(CoseSign1.TryDecode(forged.Token, LicenseToken.MaxBytes, out var message, out _));
        var swapped = (message with { Kid = _authority.License.PublicKey.Kid }).Encode();
        var verdict = LicenseVerifier.Verify(swapped, null, null, _authority.Trust(), _ => TestAuthority.Evidence(forged), TestAuthority.Now);
        Assert.Equal((VerdictValue.Invalid, Codes.SignatureInvalid), (verdict.Value, verdict[CheckName.Integrity].Code));
    }

    [Fact]
    public void The_algorithm_is_the_keys_not_the_messages()
    {
        var license = _authority.Issue(1);
        Assert.True(CoseSign1.TryDecode(license.Token, LicenseToken.MaxBytes, out var message, out _));
        var renamed = (message with { Algorithm = CoseAlgorithm.EdDsa }).Encode();
        var verdict = LicenseVerifier.Verify(renamed, null, null, _authority.Trust(), _ => TestAuthority.Evidence(license), TestAuthority.Now);
        Assert.Equal((VerdictValue.Invalid, Codes.SignatureInvalid), (verdict.Value, verdict[CheckName.Integrity].Code));
    }

    [Fact]
    public void Another_type_of_message_is_no_license()
    {
        var license = _authority.Issue(1);
        var badge = CoseSigning.Sign(_authority.License, "elicense-badge+cose", license.Claims.EncodeClaims());
        var verdict = LicenseVerifier.Verify(badge, null, null, _authority.Trust(), _ => TestAuthority.Evidence(license), TestAuthority.Now);
        Assert.Equal((VerdictValue.Invalid, Codes.UnknownFormat), (verdict.Value, verdict[CheckName.Integrity].Code));
    }

    [Fact]
    public void A_document_of_another_license_does_not_fit()
    {
        var license = _authority.Issue(1);
        var verdict = LicenseVerifier.Verify(
            license.Token, _authority.Issue(2, name: "福州另一有限公司").Document, null, _authority.Trust(), _ => TestAuthority.Evidence(license), TestAuthority.Now);
        Assert.Equal((VerdictValue.Invalid, Codes.DigestMismatch), (verdict.Value, verdict[CheckName.Integrity].Code));
        Assert.Null(verdict.Face);
    }

    [Fact]
    public void A_face_that_contradicts_its_signed_token_is_not_shown()
    {
        var license = _authority.Issue(1, change: claims => claims with { Name = "福州别名有限公司" });
        Assert.Equal(Codes.DigestMismatch, Verify(license)[CheckName.Integrity].Code);
    }

    [Fact]
    public void A_license_of_another_authority_is_out_of_scope() =>
        AssertIssuer(Codes.IssuerScope, _authority.Issue(1, change: claims => claims with { Number = new LicenseNumber(3501, 77) }));

    [Fact]
    public void A_list_of_certificates_is_out_of_scope() =>
        AssertIssuer(Codes.IssuerScope, _authority.Issue(1, change: claims => claims with { List = 10 }));

    [Fact]
    public void A_license_from_before_its_key_is_refused() =>
        AssertIssuer(Codes.KeyPeriod, _authority.Issue(1, change: claims => claims with { IssuedAt = TestAuthority.Now.AddYears(-1).ToUnixTimeSeconds() - 1 }));

    [Theory]
    [InlineData(4L, null, null, VerdictValue.Valid)]
    [InlineData(6L, null, null, VerdictValue.Invalid)]
    [InlineData(null, 6L, null, VerdictValue.Valid)]
    [InlineData(null, 5L, null, VerdictValue.Invalid)]
    [InlineData(null, null, 6L, VerdictValue.Valid)]
    [InlineData(null, null, 5L, VerdictValue.Invalid)]
    public void A_key_is_good_only_for_the_log_sizes_that_the_card_allows(long? from, long? to, long? acceptedBelow, VerdictValue expected)
    {
        // The license is logged at position 5.
        var card = _authority.Card(change: key => key.Role == KeyRole.License ? key with { LogSizeFrom = from, LogSizeTo = to, AcceptedBelow = acceptedBelow } : key);
        var license = _authority.Issue(1);
        var verdict = LicenseVerifier.Verify(license.Token, license.Document, null, _authority.Trust(card), _ => TestAuthority.Evidence(license), TestAuthority.Now);
        Assert.Equal(expected, verdict.Value);
    }

    [Fact]
    public void A_qr_of_a_foreign_host_is_refused_with_the_reason()
    {
        var license = _authority.Issue(1);
        var verdict = LicenseVerifier.Verify(license.Token, null, "gs.example.cn.evil.example", _authority.Trust(), _ => TestAuthority.Evidence(license), TestAuthority.Now);
        Assert.Equal((VerdictValue.Invalid, CheckResult.Fail, Codes.QrHost), (verdict.Value, verdict[CheckName.Origin].Result, verdict[CheckName.Origin].Code));
    }

    [Fact]
    public void No_single_changed_byte_of_a_file_is_ever_valid()
    {
        var license = _authority.Issue(1);
        var trust = _authority.Trust();
        var evidence = TestAuthority.Evidence(license);
        var file = license.File;
        Assert.All(Enumerable.Range(0, file.Length), at =>
        {
            foreach (byte flip in (byte[])[0x01, 0x20, 0x80, 0xFF])
            {
                var changed = (byte[])file.Clone();
                changed[at] ^= flip;
                var isValid = Artefact.TryRead(changed.AsMemory(), out var artefact, out _) && artefact is FileArtefact read
                    && LicenseVerifier.Verify(read.Token, read.Document, null, trust, _ => evidence, TestAuthority.Now).Value == VerdictValue.Valid;
                Assert.False(isValid, $"byte {at} xor {flip}");
            }
        });
    }

    [Fact]
    public void A_superseded_license_names_the_newer_version() =>
        Assert.Equal(2, Verify(_authority.Issue(1), TestAuthority.Evidence(_authority.Issue(1), Standing.Superseded)).NewerVersion);

    private Verdict Verify(TestLicense license, StandingEvidence? evidence = null) =>
        LicenseVerifier.Verify(license.Token, license.Document, null, _authority.Trust(), _ => evidence ?? TestAuthority.Evidence(license), TestAuthority.Now);

    private void AssertIssuer(string code, TestLicense license)
    {
        var verdict = Verify(license);
        Assert.Equal((VerdictValue.Invalid, code), (verdict.Value, verdict[CheckName.Issuer].Code));
    }
}
