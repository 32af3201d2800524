using System.Text;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class VerifiedTrustTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    private TrustAnchor Anchor => TrustAnchor.Fingerprint(_authority.RootFingerprint);

    [Fact]
    public void Opens_a_card_of_the_trusted_root() => Assert.Null(Refused(_authority.Sign(_authority.Card()), Anchor));

    [Fact]
    public void A_card_taken_as_given_brings_its_own_root() => Assert.Null(Refused(_authority.Sign(_authority.Card()), TrustAnchor.AsGiven));

    [Fact]
    public void A_card_of_another_root_is_refused()
    {
        using var other = new TestAuthority();
        Assert.Equal(Codes.TrustRoot, Refused(_authority.Sign(_authority.Card()), TrustAnchor.Fingerprint(other.RootFingerprint)));
    }

    [Fact]
    public void A_card_signed_by_its_license_key_is_refused() =>
        Assert.Equal(Codes.TrustRoot, Refused(_authority.Sign(_authority.Card(), _authority.License), TrustAnchor.AsGiven));

    [Fact]
    public void A_card_with_another_typ_is_refused()
    {
        var jws = Encoding.ASCII.GetBytes(Jws.Sign(_authority.Root, OfficeDirectory.Type, _authority.Card().EncodeJson()));
        Assert.Equal(Codes.UnknownFormat, Refused(jws, Anchor));
    }

    [Fact]
    public void A_changed_card_is_refused()
    {
        var parts = Encoding.ASCII.GetString(_authority.Sign(_authority.Card(version: 1))).Split('.');
        var newer = Encoding.ASCII.GetString(_authority.Sign(_authority.Card(version: 2))).Split('.');
        Assert.Equal(Codes.TrustSignature, Refused(Encoding.ASCII.GetBytes($"{parts[0]}.{newer[1]}.{parts[2]}"), Anchor));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, Codes.TrustExpired)]
    public void A_card_holds_from_the_second_it_was_issued(int seconds, string? code)
    {
        var card = _authority.Card();
        Assert.Equal(code, Refused(_authority.Sign(card), Anchor, DateTimeOffset.FromUnixTimeSeconds(card.Issued + seconds)));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, Codes.TrustExpired)]
    public void A_card_holds_until_the_second_it_expires(int seconds, string? code)
    {
        var card = _authority.Card();
        Assert.Equal(code, Refused(_authority.Sign(card), Anchor, DateTimeOffset.FromUnixTimeSeconds(card.Expires + seconds)));
    }

    [Fact]
    public void A_key_is_found_only_in_its_own_role()
    {
        var trust = _authority.Trust();
        Assert.NotNull(trust.Find(_authority.License.PublicKey.Kid, KeyRole.License, out _));
        Assert.Null(trust.Find(_authority.License.PublicKey.Kid, KeyRole.Status, out var entry));
        Assert.Equal(KeyRole.License, entry!.Role);
    }

    [Fact]
    public void Only_a_key_in_force_is_chosen()
    {
        var now = TestAuthority.Now.ToUnixTimeSeconds();
        var trust = _authority.Trust(_authority.Card(change: key => key.Role == KeyRole.Clock ? key with { To = now } : key));
        Assert.Empty(trust.KeysInForce(KeyRole.Clock, TestAuthority.Now));
        Assert.Single(trust.KeysInForce(KeyRole.Clock, TestAuthority.Now.AddSeconds(-1)));
    }

    [Fact]
    public void Offices_are_named_by_the_status_key_only()
    {
        var offices = new OfficeDirectory(
            1, TestAuthority.Now.ToUnixTimeSeconds(), TestAuthority.Number,
            new Dictionary<int, BilingualText> { [12] = new BilingualText("福州市市场监督管理局", "Fuzhou Administration for Market Regulation") });
        var trust = _authority.Trust();
        Assert.True(trust.TryWithOffices(SignOffices(_authority.Status, offices), out var named, out _));
        Assert.Equal("福州市市场监督管理局", named.Offices!.Offices[12].Chinese);
        Assert.False(trust.TryWithOffices(SignOffices(_authority.License, offices), out _, out _));
        Assert.False(trust.TryWithOffices(SignOffices(_authority.Status, offices with { AuthorityNumber = 3501 }), out _, out _));
    }

    [Fact]
    public void Reads_an_anchor_from_hex_and_from_a_card()
    {
        var card = _authority.Sign(_authority.Card());
        Assert.True(TrustAnchor.TryRead(Encoding.ASCII.GetBytes(_authority.RootFingerprint + "\n"), out var hex, out var none, out _));
        Assert.True(TrustAnchor.TryRead(card, out var given, out var read, out _));
        Assert.Equal((Anchor, false), (hex, none.HasValue));
        Assert.Equal(Anchor, given);
        Assert.Equal(card, read!.Value.ToArray());
    }

    [Fact]
    public void Reads_an_anchor_from_a_root_certificate_in_pem_and_der()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=root", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(TestAuthority.Now, TestAuthority.Now.AddYears(1));
        var expected = TrustAnchor.Fingerprint(Digest.Of(key.ExportSubjectPublicKeyInfo()));
        Assert.True(TrustAnchor.TryRead(certificate.RawData, out var der, out _, out _));
        Assert.True(TrustAnchor.TryRead(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()), out var pem, out _, out _));
        Assert.Equal((expected, expected), (der, pem));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    [InlineData("not a trust anchor")]
    public void Refuses_what_is_no_anchor(string text) => Assert.False(TrustAnchor.TryRead(Encoding.UTF8.GetBytes(text), out _, out _, out _));

    private static byte[] SignOffices(SigningKey key, OfficeDirectory offices) =>
        Encoding.ASCII.GetBytes(Jws.Sign(key, OfficeDirectory.Type, offices.EncodeJson()));

    private static string? Refused(byte[] jws, TrustAnchor anchor, DateTimeOffset? now = null) =>
        VerifiedTrust.TryOpen(jws, anchor, now ?? TestAuthority.Now, out _, out var refusal) ? null : refusal.Code;
}
