using System.Security.Cryptography;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.UnitTests.Docs;
using Xunit;

namespace ELicense.UnitTests.Trust;

public sealed class JsonWebKeyTests
{
    // RFC 7515 A.3 and RFC 8037 A.2
    private const string X = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    private const string Y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    private const string Ed = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

    [Fact]
    public void A_P256_key_has_the_documented_DER_and_kid()
    {
        Assert.True(new JsonWebKey("EC", "P-256", X, Y).TryToSubjectPublicKeyInfo(out var der));
        Assert.Equal(FormatsDocument.Bytes("spki-p256"), der);
        Assert.Equal(FormatsDocument.Example("kid-p256").Trim(), KeyId.Of(der).ToString());
        Assert.Equal(new JsonWebKey("EC", "P-256", X, Y), JsonWebKey.From(der));
    }

    [Fact]
    public void An_Ed25519_key_has_the_documented_DER_and_kid()
    {
        Assert.True(new JsonWebKey("OKP", "Ed25519", Ed).TryToSubjectPublicKeyInfo(out var der));
        Assert.Equal(FormatsDocument.Bytes("spki-ed25519"), der);
        Assert.Equal(FormatsDocument.Example("kid-ed25519").Trim(), KeyId.Of(der).ToString());
        Assert.Equal(new JsonWebKey("OKP", "Ed25519", Ed), JsonWebKey.From(der));
    }

    [Fact]
    public void The_DER_of_a_P256_key_is_what_the_platform_exports()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var der = key.ExportSubjectPublicKeyInfo();
        Assert.True(JsonWebKey.From(der).TryToSubjectPublicKeyInfo(out var again));
        Assert.Equal(der, again);
    }

    [Fact]
    public void Is_written_with_the_members_of_RFC_7517() =>
        Assert.Equal("""{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""", JsonSerializer.Serialize(new JsonWebKey("OKP", "Ed25519", Ed)));

    [Theory]
    [InlineData("EC", "P-256", X, null)]
    [InlineData("EC", "P-384", X, Y)]
    [InlineData("EC", "Ed25519", X, Y)]
    [InlineData("OKP", "P-256", X, null)]
    [InlineData("OKP", "Ed25519", Ed, Y)]
    [InlineData("OKP", "X25519", Ed, null)]
    [InlineData("RSA", "", X, Y)]
    [InlineData("EC", "P-256", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV", Y)] // spare bits
    [InlineData("EC", "P-256", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU=", Y)]
    [InlineData("EC", "P-256", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVE", Y)]
    [InlineData("EC", "P-256", X, "x/FEzRu9m36HLN/tue659LNpXW6pCyStikYjKIWI5a0")]
    [InlineData("EC", "P-256", "", "")]
    public void Refuses_other_keys_and_other_spellings(string kty, string crv, string x, string? y) =>
        Assert.False(new JsonWebKey(kty, crv, x, y).TryToSubjectPublicKeyInfo(out _));
}
