using System.Text;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.UnitTests.Cryptography;

/// <summary>RFC 6979 A.2.5 (P-256, SHA-256).</summary>
public sealed class Es256Tests
{
    private const string Prefix = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
    private const string X = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
    private const string Y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";

    [Theory]
    [InlineData("sample", "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716", "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")]
    [InlineData("test", "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367", "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083")]
    public void Verifies_the_RFC_signatures(string message, string r, string s)
    {
        Assert.True(VerificationKey.TryImport(Convert.FromHexString($"{Prefix}04{X}{Y}"), out var key, out _));
        var signature = Convert.FromHexString(r + s);

        Assert.Equal(Suite.Es256, key.Suite);
        Assert.True(key.Verify(Encoding.ASCII.GetBytes(message), signature));
        Assert.False(key.Verify(Encoding.ASCII.GetBytes(message + "."), signature));
        Assert.False(key.Verify(Encoding.ASCII.GetBytes(message), Convert.FromHexString(s + r)));
        Assert.False(key.Verify(Encoding.ASCII.GetBytes(message), [.. signature, 0]));
        Assert.False(key.Verify(Encoding.ASCII.GetBytes(message), new byte[64]));
    }

    [Theory]
    [InlineData("unknown-format", "compressed point", "3039301306072a8648ce3d020106082a8648ce3d03010703220003" + X)]
    [InlineData("unknown-format", "hybrid point", Prefix + "07" + X + Y)]
    [InlineData("unknown-format", "length in two octets", "308159301306072a8648ce3d020106082a8648ce3d03010703420004" + X + Y)]
    [InlineData("unknown-format", "another curve", "3059301306072a8648ce3d020106082a811ccf5501822d03420004" + X + Y)]
    [InlineData("unknown-format", "trailing byte", Prefix + "04" + X + Y + "00")]
    [InlineData("malformed", "not on the curve", Prefix + "04" + Y + X)]
    [InlineData("malformed", "x is p", Prefix + "04ffffffff00000001000000000000000000000000ffffffffffffffffffffffff" + Y)]
    [InlineData("malformed", "zeros", Prefix + "0400000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000")]
    public void Refuses_a_public_key_that_is_not_canonical_or_not_on_the_curve(string code, string reason, string der)
    {
        Assert.False(VerificationKey.TryImport(Convert.FromHexString(der), out _, out var refusal), reason);
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Key_identifier_is_the_first_8_bytes_of_the_digest_of_the_encoding()
    {
        Assert.True(VerificationKey.TryImport(Convert.FromHexString($"{Prefix}04{X}{Y}"), out var key, out _));

        // xxd -r -p | sha256sum
        Assert.Equal("5a7a78cca4a0f420", key.Kid.ToString());
    }

    [Fact]
    public void Threads_share_a_key()
    {
        using var signer = SoftwareSigningKey.Generate(Suite.Es256);

        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, n =>
        {
            var message = BitConverter.GetBytes(n);
            var signature = signer.Sign(message);
            Assert.True(signer.PublicKey.Verify(message, signature));
            Assert.False(signer.PublicKey.Verify(BitConverter.GetBytes(n + 1), signature));
        });
    }

    [Theory]
    [InlineData(Suite.Es256)]
    [InlineData(Suite.Ed25519)]
    public void A_key_survives_its_PEM(Suite suite)
    {
        using var key = SoftwareSigningKey.Generate(suite);
        using var again = SoftwareSigningKey.FromPem("# development only\n" + key.ExportPem());

        Assert.Equal(key.PublicKey.Kid, again.PublicKey.Kid);
        Assert.True(key.PublicKey.Verify("text"u8, again.Sign("text"u8)));
    }
}
