using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Trust;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class ProvenTokensTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly ProvenTokens _seen = new(8);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void A_token_is_remembered_by_all_its_bytes_and_only_when_its_signature_is_right()
    {
        var right = _authority.Issue(1).Token;
        var wrong = right.ToArray();
        wrong[^1] ^= 1;
        Judge(wrong);
        Assert.Null(_seen.Find(wrong));
        Judge(right);
        Assert.Equal(1, _seen.Find(right)!.Claims.Index);
        for (var i = 0; i < right.Length; i++)
        {
            var other = right.ToArray();
            other[i] ^= 0x80;
            Assert.Null(_seen.Find(other));
        }

        Assert.Null(_seen.Find(right.AsSpan(1)));
        Assert.Null(_seen.Find(right.AsSpan(^7)));
        Assert.Null(_seen.Find(default));
    }

    [Fact]
    public void Whoever_gave_a_token_may_use_its_bytes_for_another()
    {
        var (right, place) = (_authority.Issue(1).Token, _authority.Issue(1).Token);
        right.CopyTo(place, 0);
        Judge(place);
        place[30] ^= 1;
        Assert.Null(_seen.Find(place));
        Assert.NotNull(_seen.Find(right));
    }

    [Fact]
    public void False_tokens_take_no_places()
    {
        var right = _authority.Issue(1).Token;
        Judge(right);
        for (var i = 0; i < 1000; i++)
        {
            var junk = right.ToArray();
            BitConverter.TryWriteBytes(junk.AsSpan(^4), i);
            Assert.Equal(VerdictValue.Invalid, Judge(junk).Value);
        }

        Assert.NotNull(_seen.Find(right));
    }

    [Fact]
    public void What_is_asked_for_again_outlives_what_was_seen_once()
    {
        var often = _authority.Issue(1).Token;
        Judge(often);
        for (var index = 2; index < 40; index++)
        {
            Judge(often);
            Judge(_authority.Issue(index).Token);
        }

        Assert.NotNull(_seen.Find(often));
        Assert.Equal(8, _seen.Capacity);
        Assert.Null(_seen.Find(_authority.Issue(2).Token));
    }

    [Fact]
    public void Its_standing_is_never_remembered()
    {
        var license = _authority.Issue(1);
        Assert.Equal(VerdictValue.Valid, Judge(license.Token, evidence: TestAuthority.Evidence(license)).Value);
        Assert.Equal(VerdictValue.Revoked, Judge(license.Token, evidence: TestAuthority.Evidence(license, Standing.Revoked)).Value);
    }

    [Fact]
    public void A_later_card_judges_its_key_anew()
    {
        var license = _authority.Issue(1);
        var evidence = TestAuthority.Evidence(license);
        Assert.Equal(VerdictValue.Valid, Judge(license.Token, evidence: evidence).Value);
        Assert.Equal(Codes.KeyPeriod, Judge(license.Token, CardWith(key => key with { To = license.Claims.IssuedAt }), evidence).Issuer.Code);
        Assert.Equal(Codes.KeyLogSize, Judge(license.Token, CardWith(key => key with { AcceptedBelow = 5 }), evidence).Issuer.Code); // logged at 5
        Assert.Equal(Codes.KeyUnknown, Judge(license.Token, _authority.Trust(_authority.Card() with { Keys = [.. _authority.Card().Keys.Where(key => key.Role != KeyRole.License)] }), evidence).Issuer.Code);
    }

    [Fact]
    public void Another_document_is_noticed_although_the_token_was_seen()
    {
        var license = _authority.Issue(1);
        Judge(license.Token);
        var other = _authority.Issue(2, name: "福州另一有限公司").Document;
        var judgement = LicenseVerifier.Judge(license.Token, other, null, _authority.Trust(), _seen, _ => null, TestAuthority.Now);
        Assert.Equal((VerdictValue.Invalid, Codes.DigestMismatch), (judgement.Value, judgement.Integrity.Code));
    }

    private LicenseJudgement Judge(byte[] token, VerifiedTrust? trust = null, StandingEvidence? evidence = null) =>
        LicenseVerifier.Judge(token, document: null, qrHost: null, trust ?? _authority.Trust(), _seen, _ => evidence, TestAuthority.Now);

    private VerifiedTrust CardWith(Func<TrustedKey, TrustedKey> change) =>
        _authority.Trust(_authority.Card(change: key => key.Role == KeyRole.License ? change(key) : key));
}
