using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using ELicense.Core;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.UnitTests.Cryptography;

/// <summary>RFC 6979 A.2.5 (P-256, SHA-256).</summary>
[Collection(P256TableTests.Tables)]
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

    [Fact]
    public void A_digest_at_hand_is_not_made_again_and_another_one_verifies_nothing()
    {
        Assert.True(VerificationKey.TryImport(Convert.FromHexString($"{Prefix}04{X}{Y}"), out var key, out _));
        var signature = Convert.FromHexString("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");

        Assert.True(key.Verify("sample"u8, Digest.Of("sample"u8), signature));
        Assert.False(key.Verify("sample"u8, Digest.Of("test"u8), signature));
    }

    /// <summary>FIPS 186-5 6.4.2: r and s are in [1, n - 1], and the sum of points is not the point at infinity, which whoever has the private key can reach: r = -e/d.</summary>
    [Fact]
    public void Refuses_numbers_out_of_range_and_the_point_at_infinity()
    {
        Assert.True(VerificationKey.TryImport(Convert.FromHexString($"{Prefix}04{X}{Y}"), out var key, out _));
        var n = Number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        // RFC 6979 A.2.5: x is the private key.
        var d = Number("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        var e = Number(Convert.ToHexString(Digest.Of("sample"u8).Span));
        var (r, s) = (Number("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"), Number("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"));
        var atInfinity = (n - (e * BigInteger.ModPow(d, n - 2, n) % n)) % n;

        // Both signs of s are right (SEC 1 4.1.4); the arithmetic of this test is by that.
        Assert.True(IsRight(r, n - s));
        Assert.False(IsRight(atInfinity, s));
        Assert.False(IsRight(atInfinity, BigInteger.One));
        Assert.False(IsRight(BigInteger.Zero, s));
        Assert.False(IsRight(r, BigInteger.Zero));
        Assert.False(IsRight(n, s));
        Assert.False(IsRight(r, n));
        Assert.False(IsRight(r, s + n > BigInteger.Pow(2, 256) - 1 ? BigInteger.Pow(2, 256) - 1 : s + n));
        Assert.True(IsRight(r, s)); // What failed before has left nothing behind.

        static BigInteger Number(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);
        bool IsRight(BigInteger r, BigInteger s) => key.Verify("sample"u8, [.. Half(r), .. Half(s)]);
        static byte[] Half(BigInteger number)
        {
            var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            return [.. new byte[32 - bytes.Length], .. bytes];
        }
    }

    /// <summary>X.690 8.3.2: an INTEGER has no more octets than it needs. One signature in 256 has an r that is shorter than the others.</summary>
    [Fact]
    public void Verifies_a_signature_with_a_short_number()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.True(VerificationKey.TryImport(signer.ExportSubjectPublicKeyInfo(), out var key, out _));
        byte[] signature;
        do
            signature = signer.SignData("text"u8, HashAlgorithmName.SHA256);
        while (signature[0] != 0);

        Assert.True(key.Verify("text"u8, signature));
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

        Parallel.For(0, 1000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, n =>
        {
            var message = BitConverter.GetBytes(n);
            var signature = signer.Sign(message);
            Assert.True(signer.PublicKey.Verify(message, signature));
            Assert.False(signer.PublicKey.Verify(BitConverter.GetBytes(n + 1), signature));
        });
    }

    [Fact]
    public void A_key_with_which_700_signatures_were_right_gets_a_table_and_wrong_ones_do_not_count()
    {
        using var signer = SoftwareSigningKey.Generate(Suite.Es256);
        var key = Assert.IsType<Es256.PublicKey>(signer.PublicKey);
        var signature = signer.Sign("text"u8);
        for (var i = 0; i < 700; i++)
        {
            Assert.False(key.HasTable);
            Assert.False(key.Verify("text."u8, signature));
            Assert.True(key.Verify("text"u8, signature));
        }

        Assert.True(key.HasTable);
        Assert.True(key.Verify("text"u8, signature));
        Assert.False(key.Verify("text."u8, signature));
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
