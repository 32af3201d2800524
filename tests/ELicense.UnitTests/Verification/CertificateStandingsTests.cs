using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Cryptography.Certificates;
using ELicense.UnitTests.Certificates;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

/// <summary>Enterprises' certificates in log, look-up, status lists and verdicts.</summary>
public sealed class CertificateStandingsTests : FollowedPublication
{
    private readonly X509Certificate2 _certificate;

    public CertificateStandingsTests()
    {
        _certificate = Issue();
        Publication.Certify(_certificate, 7);
        Publication.Publish();
    }

    private KeyId Issuer => Publication.Authority.Enterprises.Key.PublicKey.Kid;

    private SerialNumber Serial => SerialNumber.TryParse(_certificate.SerialNumber.ToLowerInvariant(), out var serial) ? serial : throw new InvalidOperationException();

    [Fact]
    public async Task The_log_names_a_certificate_by_issuer_and_serial_number()
    {
        var found = (await FollowAsync(Follower())).Certificates.Find(Issuer, Serial);

        Assert.NotNull(found);
        Assert.Equal((TestAuthority.CertificateList, 7, 0L), (found.List, found.Index, found.Position));
        Assert.Equal((Standing.Valid, TestAuthority.Now, 0), (found.Standing, found.Since, found.Reason));
        Assert.Equal(Convert.ToHexStringLower(_certificate.GetCertHash(System.Security.Cryptography.HashAlgorithmName.SHA256)), found.LoggedDigest.ToString());
    }

    [Fact]
    public async Task Nothing_is_known_of_another_serial_number_or_another_issuer()
    {
        var certificates = (await FollowAsync(Follower())).Certificates;

        Assert.Null(certificates.Find(Issuer, SerialNumber.Generate()));
        Assert.Null(certificates.Find(new KeyId(Issuer.Value + 1), Serial));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_shows_with_its_reason_also_after_a_restart(bool deleteState)
    {
        await FollowAsync(Follower());
        Publication.Change(_certificate, 7, Standing.Suspended, reason: 13);
        Publication.Publish();
        await FollowAsync(Follower(deleteState));

        var found = (await FollowAsync(Follower(deleteState))).Certificates.Find(Issuer, Serial);

        Assert.Equal((Standing.Suspended, 13), (found?.Standing, found?.Reason));
    }

    [Fact]
    public async Task A_former_view_does_not_know_a_later_certificate()
    {
        var follower = Follower();
        var before = await FollowAsync(follower);
        using var later = Issue();
        Publication.Certify(later, 8);
        Publication.Publish();
        await FollowAsync(follower);

        Assert.True(SerialNumber.TryParse(later.SerialNumber.ToLowerInvariant(), out var serial));
        Assert.Null(before.Certificates.Find(Issuer, serial));
        Assert.NotNull(follower.View!.Certificates.Find(Issuer, serial));
    }

    [Fact]
    public async Task A_serial_number_issued_a_second_time_is_refused()
    {
        var follower = Follower();
        await FollowAsync(follower);
        Publication.Certify(_certificate, 8);
        Publication.Publish();

        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(follower));
        Assert.Equal(1, follower.View!.Checkpoint.Size);
    }

    [Fact]
    public async Task A_change_at_the_index_of_another_certificate_is_refused()
    {
        using var other = Issue();
        Publication.Change(other, 7, Standing.Revoked);
        Publication.Publish();

        Assert.Equal(Codes.StatusMismatch, await RefusedAsync(Follower()));
    }

    [Theory]
    [InlineData(Standing.Superseded, null)] // replaced (补领) while on hold
    [InlineData(Standing.Valid, null)]
    [InlineData(Standing.Cancelled, null)]
    public async Task A_certificate_on_hold_may_turn_into(Standing next, string? refusal) => Assert.Equal(refusal, await AfterAsync(Standing.Suspended, next));

    [Theory]
    [InlineData(Standing.Cancelled)] // a license may be, a certificate that was revoked has ended
    [InlineData(Standing.Valid)]
    [InlineData(Standing.Suspended)]
    public async Task A_revoked_certificate_stays_as_it_ended(Standing next) => Assert.Equal(Codes.StatusMismatch, await AfterAsync(Standing.Revoked, next));

    [Theory]
    [InlineData(null, VerdictValue.Valid)]
    [InlineData(Standing.Suspended, VerdictValue.Suspended)]
    [InlineData(Standing.Revoked, VerdictValue.Revoked)]
    [InlineData(Standing.Superseded, VerdictValue.Superseded)]
    [InlineData(Standing.Cancelled, VerdictValue.Cancelled)]
    public async Task A_certificate_is_judged_by_chain_period_and_log(Standing? change, VerdictValue expected)
    {
        if (change is { } standing)
        {
            Publication.Change(_certificate, 7, standing);
            Publication.Publish();
        }

        Assert.Equal(expected, Judge(await FollowAsync(Follower()), _certificate).Value);
    }

    [Fact]
    public async Task The_verdict_says_whose_certificate_it_is_and_where_it_stands()
    {
        var verdict = JsonDocument.Parse(VerdictJson.Write(Judge(await FollowAsync(Follower()), _certificate))).RootElement;

        var certificate = verdict.GetProperty("certificate");
        Assert.Equal("91350100M000100Y43", certificate.GetProperty("uscc").GetString());
        Assert.Equal("福州示例有限公司", certificate.GetProperty("name").GetString());
        Assert.Equal(_certificate.SerialNumber, certificate.GetProperty("serial").GetString(), ignoreCase: true);
        Assert.Equal(JsonValueKind.Null, verdict.GetProperty("license").ValueKind);
        Assert.Equal((10, 7, 1), (Number("list"), Number("index"), Number("logSize")));

        int Number(string name) => verdict.GetProperty("status").GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task What_the_log_does_not_name_is_unknown()
    {
        using var unlogged = Issue();

        Assert.Equal((VerdictValue.Unknown, Codes.NotLogged), Outcome(Judge(await FollowAsync(Follower()), unlogged), CheckName.Logged));
    }

    [Fact]
    public async Task Another_certificate_with_a_logged_serial_number_is_invalid()
    {
        // The log names another certificate under this serial number: which the CA key, once stolen, can make.
        using var logged = Issue();
        Publication.Append(new LogEntry(
            LogEntryKind.CertificateIssued, TestAuthority.Now.ToUnixTimeMilliseconds(), new CertificateSubject(Issuer, logged.SerialNumber.ToLowerInvariant()),
            TestAuthority.CertificateList, 9, Standing.Valid, 0, Digest.Of("another"u8)).Encode());
        Publication.Publish();

        Assert.Equal((VerdictValue.Invalid, Codes.LogMismatch), Outcome(Judge(await FollowAsync(Follower()), logged), CheckName.Logged));
    }

    [Fact]
    public async Task A_changed_byte_is_found()
    {
        var changed = _certificate.RawData;
        changed[changed.AsSpan().LastIndexOf(System.Text.Encoding.UTF8.GetBytes("福州示例有限公司")) + 2] ^= 1;
        using var tampered = X509CertificateLoader.LoadCertificate(changed);

        Assert.Equal((VerdictValue.Invalid, Codes.SignatureInvalid), Outcome(Judge(await FollowAsync(Follower()), tampered), CheckName.Integrity));
    }

    [Fact]
    public async Task A_certificate_of_another_ca_or_outside_its_period_is_not_valid()
    {
        var view = await FollowAsync(Follower());
        using var others = new TestIssuers();
        using var foreign = others.Subordinate.Issue(TestIssuers.Profiles.Enterprise, TestIssuers.Enterprise(TestIssuers.NewKey()));

        Assert.Equal((VerdictValue.Invalid, Codes.SignatureInvalid), Outcome(Judge(view, foreign), CheckName.Integrity)); // it has the same name
        Assert.Equal((VerdictValue.Invalid, Codes.KeyUnknown), Outcome(Judge(view, others.RootCertificate), CheckName.Issuer));
        var end = new DateTimeOffset(_certificate.NotAfter);
        Assert.Equal((VerdictValue.Expired, Codes.Expired), Outcome(view.Verify(new CertificateArtefact(_certificate.RawData), end.AddSeconds(1)), CheckName.Period));
        Assert.Equal(Codes.Ok, view.Verify(new CertificateArtefact(_certificate.RawData), end)[CheckName.Period].Code); // RFC 5280 4.1.2.5: inclusive
    }

    [Fact]
    public async Task A_frozen_publication_turns_stale()
    {
        var view = await FollowAsync(Follower());

        Assert.Equal(VerdictValue.Stale, view.Verify(new CertificateArtefact(_certificate.RawData), TestAuthority.Now.AddSeconds(TestAuthority.MaxAge + 1)).Value);
    }

    [Fact]
    public void Without_a_publication_the_standing_is_unknown()
    {
        var verdict = CertificateVerifier.Verify(_certificate.RawData, Publication.Authority.Trust(), (_, _) => null, TestAuthority.Now);

        Assert.Equal((VerdictValue.Unknown, null), (verdict.Value, verdict.Status?.Value));
        Assert.Equal([CheckResult.Pass, CheckResult.Pass, CheckResult.NotChecked, CheckResult.Pass, CheckResult.NotChecked], verdict.Checks.Take(5).Select(check => check.Result));
    }

    [Fact]
    public void A_stolen_ca_key_is_refused_beyond_its_log_size()
    {
        var card = Publication.Authority.Card(change: key => key.Role == Core.Trust.KeyRole.EnterpriseCa ? key with { AcceptedBelow = 5 } : key);
        var logged = new StandingEvidence(Standing.Valid, Digest.Of(_certificate.RawData), LoggedAt: 5, TestAuthority.Now, 9, TestAuthority.Now, 0, null);

        var verdict = CertificateVerifier.Verify(_certificate.RawData, Publication.Authority.Trust(card), (_, _) => new CertificateEvidence(10, 7, logged), TestAuthority.Now);

        Assert.Equal((VerdictValue.Invalid, Codes.KeyLogSize), Outcome(verdict, CheckName.Issuer));
    }

    [Fact]
    public void A_card_with_a_certificate_for_another_key_is_refused()
    {
        var card = Publication.Authority.Card(change: key => key.Role == Core.Trust.KeyRole.EnterpriseCa ? key with { Certificate = Publication.Authority.Enterprises.RootCertificate.RawData } : key);

        Assert.False(VerifiedTrust.TryOpen(
            Publication.Authority.Sign(card), TrustAnchor.Fingerprint(Publication.Authority.RootFingerprint), TestAuthority.Now, out _, out var refusal));
        Assert.Equal(Codes.KeyRole, refusal.Code);
    }

    private async Task<string?> AfterAsync(Standing first, Standing next)
    {
        Publication.Change(_certificate, 7, first);
        Publication.Change(_certificate, 7, next);
        Publication.Publish();
        return await RefusedAsync(Follower());
    }

    private X509Certificate2 Issue()
    {
        var content = TestIssuers.Enterprise(TestIssuers.NewKey()) with { From = TestAuthority.Now.AddDays(-1), To = TestAuthority.Now.AddYears(1) };
        return Publication.Authority.Enterprises.Subordinate.Issue(TestIssuers.Profiles.Enterprise, content);
    }

    private static Verdict Judge(PublicationView view, X509Certificate2 certificate) => view.Verify(new CertificateArtefact(certificate.RawData), TestAuthority.Now);

    private static (VerdictValue Value, string Code) Outcome(Verdict verdict, CheckName check) => (verdict.Value, verdict[check].Code);
}
