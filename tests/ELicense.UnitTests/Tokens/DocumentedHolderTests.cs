using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.UnitTests.Tokens;

/// <summary>What enterprises sign: the worked examples of docs/formats.md, and another implementation's word on it.</summary>
public sealed class DocumentedHolderTests
{
    private const long NewYear = 1767225600;

    private static readonly byte[] Nonce = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];

    private static Presentation Shown(long seconds = 120) => new("https://bank.example.cn", NewYear, NewYear + seconds, Nonce, Convert.FromHexString("d2840102"));

    [Fact]
    public void A_presentations_claims_are_as_documented() => Assert.Equal(FormatsDocument.Bytes("presentation-claims"), Shown().EncodeClaims());

    [Fact]
    public void A_presentation_is_as_documented() => Assert.Equal(
        FormatsDocument.Bytes("presentation"),
        new CertifiedCoseSign1(
            Presentation.Type, Convert.FromHexString("3003020105"), Shown().EncodeClaims(), Enumerable.Range(0, 64).Select(i => (byte)i).ToArray()).Encode());

    private static Filing Filed() => new(168, "annual-report", NewYear, Nonce, "{\"type\":\"annual-report\"}"u8.ToArray());

    [Fact]
    public void A_filings_claims_are_as_documented() => Assert.Equal(FormatsDocument.Bytes("filing-claims"), Filed().EncodeClaims());

    [Fact]
    public void A_portals_filing_is_as_documented() => Assert.Equal(
        FormatsDocument.Bytes("portal-filing-claims"), (Filed() with { Holder = Convert.FromHexString("3003020105") }).EncodeClaims());

    [Theory]
    [InlineData(0)]
    [InlineData(121)]
    public void A_presentation_is_good_for_one_second_to_two_minutes(long seconds) => Assert.Throws<InvalidOperationException>(() => Shown(seconds).EncodeClaims());

    [Fact]
    public async Task Another_implementation_verifies_it_by_the_certificate_in_header_33()
    {
        using var key = SoftwareSigningKey.Generate(Suite.Es256);
        using var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(key.ExportPkcs8(), out _);
        using var certificate = new CertificateRequest("CN=holder", pair, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));

        var message = CoseSigning.Sign(key, certificate.RawDataMemory.Span, Presentation.Type, Shown().EncodeClaims());
        var jwk = JsonSerializer.SerializeToElement(JsonWebKey.From(key.PublicKey.SubjectPublicKeyInfo.Span));
        var read = await Peers.RunAsync("cose-verify.mjs", new { token = Convert.ToBase64String(message), jwk }, TestContext.Current.CancellationToken);

        Assert.Equal(Convert.ToHexStringLower(certificate.RawDataMemory.Span), read.GetProperty("x5chain").GetString());
        Assert.Equal(("elicense-presentation+cose", -7), (read.GetProperty("typ").GetString(), read.GetProperty("alg").GetInt32()));
        Assert.Equal(Convert.ToHexStringLower(FormatsDocument.Bytes("presentation-claims")), read.GetProperty("payload").GetString());
    }
}
