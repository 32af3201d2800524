using System.Security.Cryptography;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.UnitTests.Tokens;

/// <summary>The worked examples of docs/formats (token, QR text, .elic), recomputed from what they say.</summary>
public sealed class DocumentedTokenTests
{
    private static readonly KeyId Kid = new(0x2bd1bb0c44a897c3);
    private static readonly byte[] Signature = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    private static byte[] Claims() => (LicenseTokenTests.Token() with
    {
        ExpiresAt = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeSeconds(),
        Name = "福州示例贸易有限公司",
        DocumentDigest = Digest.Of(FormatsDocument.Bytes("document")),
    }).EncodeClaims();

    private static byte[] Token() => new CoseSign1(CoseAlgorithm.Es256, Kid, LicenseToken.Type, Claims(), Signature).Encode();

    [Fact]
    public void Claims_are_as_documented() => Assert.Equal(FormatsDocument.Bytes("token-claims"), Claims());

    [Fact]
    public void Signed_bytes_are_as_documented() =>
        Assert.Equal(FormatsDocument.Bytes("token-sig-structure"), CoseSign1.SigStructure(CoseAlgorithm.Es256, Kid, LicenseToken.Type, Claims()));

    [Fact]
    public void Token_is_as_documented() => Assert.Equal(FormatsDocument.Bytes("token"), Token());

    [Fact]
    public void Qr_text_is_as_documented() =>
        Assert.Equal(FormatsDocument.Example("token-qr").Trim(), QrText.For(new Uri("https://gs.example.cn"), Token()));

    [Fact]
    public void File_is_as_documented() =>
        Assert.Equal(FormatsDocument.Bytes("elic"), new LicenseFile(FormatsDocument.Bytes("document"), Token()).Encode());

    [Fact]
    public async Task Another_implementation_verifies_a_token_and_reads_the_same_payload()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = Sign(key);

        var read = await Peers.RunAsync("cose-verify.mjs", Input(token, key), TestContext.Current.CancellationToken);

        Assert.Equal(Convert.ToHexStringLower(Claims()), read.GetProperty("payload").GetString());
        Assert.Equal(-7, read.GetProperty("alg").GetInt32());
        Assert.Equal(KeyId.Of(key.ExportSubjectPublicKeyInfo()).ToString(), read.GetProperty("kid").GetString());
        Assert.Equal(LicenseToken.Type, read.GetProperty("typ").GetString());
    }

    [Theory]
    [InlineData(8)] // kid
    [InlineData(60)] // claims
    [InlineData(-1)] // signature
    public async Task Another_implementation_refuses_a_token_with_one_byte_changed(int at)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = Sign(key);
        token[at < 0 ? token.Length + at : at] ^= 1;

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Peers.RunAsync("cose-verify.mjs", Input(token, key), TestContext.Current.CancellationToken));
        Assert.Contains("ignature", failure.Message, StringComparison.Ordinal);
    }

    private static byte[] Sign(ECDsa key)
    {
        var kid = KeyId.Of(key.ExportSubjectPublicKeyInfo());
        var signed = CoseSign1.SigStructure(CoseAlgorithm.Es256, kid, LicenseToken.Type, Claims());
        return new CoseSign1(CoseAlgorithm.Es256, kid, LicenseToken.Type, Claims(), key.SignData(signed, HashAlgorithmName.SHA256)).Encode();
    }

    private static object Input(byte[] token, ECDsa key) =>
        new { token = Convert.ToBase64String(token), jwk = JsonSerializer.SerializeToElement(JsonWebKey.From(key.ExportSubjectPublicKeyInfo())) };
}
