using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Cryptography;

public sealed class JwsTests
{
    // RFC 8032 7.1 test 1.
    private const string PrivateKey = "302e020100300506032b6570042204209d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    // Put together in Python, signed by openssl pkeyutl.
    private const string Signature = "G4J6D5OB_zbf-XE-bEdqY8ikfAnqc7yk1tcCl8OPxLVIG7spGEjtIDh6OvhSRy3DCTgU_hFYMngNp1oMZ6YNDA";

    private const string Text =
        "eyJhbGciOiJFZERTQSIsImtpZCI6IjA2ZTNmZDhmZGEyOWJiNjAiLCJ0eXAiOiJlbGljZW5zZS10cnVzdCtqd3MifQ."
        + "eyJ2ZXJzaW9uIjoxLCLlkI3np7AiOiLnpLrkvosifQ." + Signature;

    private const string Header = """{"alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":"t"}""";

    private static readonly byte[] Payload = Encoding.UTF8.GetBytes("""{"version":1,"名称":"示例"}""");

    [Fact]
    public void Signs_as_another_program_does()
    {
        using var key = Key();

        Assert.Equal(Text, Jws.Sign(key, "elicense-trust+jws", Payload));
    }

    [Fact]
    public void A_wrong_signature_is_not_given_out()
    {
        using var key = Key();
        using var broken = new BrokenKey(key);

        Assert.Throws<CryptographicException>(() => Jws.Sign(broken, "elicense-trust+jws", Payload));
    }

    [Fact]
    public void Reads_and_verifies_what_another_program_signed()
    {
        using var key = Key();

        Assert.True(Jws.TryParse(Encoding.ASCII.GetBytes(Text), 1000, out var jws, out _));

        Assert.Equal(("EdDSA", "06e3fd8fda29bb60", "elicense-trust+jws"), (jws.Algorithm, jws.Kid.ToString(), jws.Type));
        Assert.Equal(Payload, jws.Payload.ToArray());
        Assert.True(jws.IsSignedBy(key.PublicKey));
    }

    [Fact]
    public void Another_payload_another_key_and_another_algorithm_do_not_verify()
    {
        using var key = Key();
        using var stranger = SoftwareSigningKey.Generate(Suite.Ed25519);
        Assert.True(Jws.TryParse(Encoding.ASCII.GetBytes(Text.Replace("IjoxLC", "IjoyLC", StringComparison.Ordinal)), 1000, out var changed, out _));
        Assert.True(Jws.TryParse(Encoding.ASCII.GetBytes(Text), 1000, out var jws, out _));

        Assert.False(changed.IsSignedBy(key.PublicKey));
        Assert.False(jws.IsSignedBy(stranger.PublicKey));
        Assert.False((jws with { Algorithm = "ES256" }).IsSignedBy(key.PublicKey));
    }

    [Theory]
    [InlineData("malformed", "kid is missing", """{"alg":"EdDSA","typ":"t"}""")]
    [InlineData("malformed", "typ is missing", """{"alg":"EdDSA","kid":"06e3fd8fda29bb60"}""")]
    [InlineData("malformed", "typ is empty", """{"alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":""}""")]
    [InlineData("unknown-format", "alg is missing", """{"kid":"06e3fd8fda29bb60","typ":"t"}""")]
    [InlineData("unknown-format", "none", """{"alg":"none","kid":"06e3fd8fda29bb60","typ":"t"}""")]
    [InlineData("unknown-format", "alg in another case", """{"alg":"es256","kid":"06e3fd8fda29bb60","typ":"t"}""")]
    [InlineData("unknown-format", "crit", """{"alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":"t","crit":["b64"],"b64":false}""")]
    [InlineData("unknown-format", "a key of the sender's choice", """{"alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":"t","jwk":{}}""")]
    [InlineData("malformed", "a member twice", """{"alg":"EdDSA","alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":"t"}""")]
    [InlineData("malformed", "an escape", """{"\u0061lg":"EdDSA","kid":"06e3fd8fda29bb60","typ":"t"}""")]
    [InlineData("malformed", "kid in upper case", """{"alg":"EdDSA","kid":"06E3FD8FDA29BB60","typ":"t"}""")]
    [InlineData("malformed", "kid is a number", """{"alg":"EdDSA","kid":6,"typ":"t"}""")]
    [InlineData("malformed", "typ is null", """{"alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":null}""")]
    [InlineData("malformed", "typ is an object", """{"alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":{}}""")]
    [InlineData("malformed", "an array", """["EdDSA"]""")]
    [InlineData("malformed", "two objects", Header + Header)]
    [InlineData("malformed", "cut off", """{"alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":"t" """)]
    [InlineData("malformed", "a comma too many", """{"alg":"EdDSA","kid":"06e3fd8fda29bb60","typ":"t",}""")]
    [InlineData("malformed", "nothing", "")]
    public void Refuses_a_header(string code, string reason, string header)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.e30.{Signature}";

        Assert.False(Jws.TryParse(Encoding.ASCII.GetBytes(text), 1000, out _, out var refusal), reason);
        Assert.Equal(code, refusal.Code);
    }

    [Theory]
    [InlineData("two parts", "e30." + Signature)]
    [InlineData("four parts", "{0}.e30.e30." + Signature)]
    [InlineData("padding", "{0}.e30=." + Signature)]
    [InlineData("white space", "{0}.e3 0." + Signature)]
    [InlineData("line feed at the end", "{0}.e30." + Signature + "\n")]
    [InlineData("base64 with + and /", "{0}.e30.G4J6D5OB/zbf+XE+bEdqY8ikfAnqc7yk1tcCl8OPxLVIG7spGEjtIDh6OvhSRy3DCTgU/hFYMngNp1oMZ6YNDA")]
    [InlineData("spare bits in the payload", "{0}.e31." + Signature)]
    [InlineData("spare bits in the signature", "{0}.e30.G4J6D5OB_zbf-XE-bEdqY8ikfAnqc7yk1tcCl8OPxLVIG7spGEjtIDh6OvhSRy3DCTgU_hFYMngNp1oMZ6YNDB")]
    [InlineData("one character over", "{0}.e30aa." + Signature)]
    [InlineData("a short signature", "{0}.e30.AAAA")]
    [InlineData("no signature", "{0}.e30.")]
    public void Refuses_another_spelling(string reason, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text.Replace("{0}", Base64Url.EncodeToString(Encoding.ASCII.GetBytes(Header)), StringComparison.Ordinal));

        Assert.False(Jws.TryParse(bytes, 1000, out _, out var refusal), reason);
        Assert.Equal("malformed", refusal.Code);
    }

    [Fact]
    public void Refuses_what_is_too_large()
    {
        var text = Encoding.ASCII.GetBytes(Text);

        Assert.False(Jws.TryParse(text, text.Length - 1, out _, out var refusal));
        Assert.Equal("too-large", refusal.Code);
    }

    [Fact]
    public void Never_throws_for_foreign_headers() => Prop.ForAll<byte[]>(header =>
    {
        var text = $"{Base64Url.EncodeToString(header)}.e30.{Signature}";
        return !Jws.TryParse(Encoding.ASCII.GetBytes(text), 10_000, out _, out var refusal) && refusal.Code is not null;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void One_changed_character_gives_a_refusal_or_another_statement() => Prop.ForAll<int, byte>((place, character) =>
    {
        using var key = Key();
        var text = Encoding.ASCII.GetBytes(Text);
        ref var changed = ref text[(place & int.MaxValue) % text.Length];
        if (changed == character)
            return true;
        changed = character;
        return !Jws.TryParse(text, 1000, out var jws, out _) || !jws.IsSignedBy(key.PublicKey);
    }).QuickCheckThrowOnFailure();

    private static SoftwareSigningKey Key() => SoftwareSigningKey.FromPkcs8(Convert.FromHexString(PrivateKey));

    /// <summary>A token with a fault: its signatures have one bit turned.</summary>
    private sealed class BrokenKey(SigningKey key) : SigningKey
    {
        public override VerificationKey PublicKey => key.PublicKey;

        protected override byte[] SignCore(ReadOnlySpan<byte> message)
        {
            var signature = key.Sign(message);
            signature[17] ^= 1;
            return signature;
        }
    }
}
