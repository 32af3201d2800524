using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates.PublicKeys;
using Xunit;

namespace ELicense.UnitTests.Certificates;

/// <summary>Weak moduli made with SymPy, by the papers' formulas.</summary>
public sealed class KeyRuleTests
{
    // p = k·M + (65537^a mod M), M the product of the first 126 primes; Nemec et al. 2017, 3.1.
    private const string OfFaultyToken =
        "+d7LzDAfXYT89DTibw21sz5yIdq74sp8xmu3pHfofikt9u5+PTXTzwq53N29fXsrK0J4JHq4Ordl1yIqyyvGIv9Ut5AvP6w6E1IRUR/SHXI4VlRCDjvAUZwZ+sBKJL+/COP86FpFZQ6B"
        + "ukycK4YdVgHy3nSgN01fGez+1HZQutes5etVPh2NfyRsZK8NRlYeNOUeoHIxG0YLAJnzjfGtYxTOIsZQ4ajsda+FGDzE2lgsMYXbLT7G+lXImP7l4XhGERavjDdZHVyTBHARR2DURFaC"
        + "myXKbOf6TH6Sjpj9253olf6uSDLwWXHF6wNZJAsacU2IyXZ68kFK/ETjFXH6QQ==";

    // q = the next prime after p + 2^40.
    private const string OfClosePrimes =
        "xDYI3oYyNHSedF1NqC5D8/eIrBozqXhlG3rWcR6IorpOIko3P+Bx82OoHeLJX84gyCad+3tN08L/3plX7pv3qQV/YYaF7REpyyoqlM5Pz7BMGNMIeuj4nxf/rPFDZBfmgHq/xhr5VMS+"
        + "gJA6WWChL/epdEnSYiXI+5lf8b6BjZO3rNQ0Y0K9P1ltvrrAjYa4DAo2rAkZMbWq0L2sPI02Ao/sjxqdKCTE52vxRpYE3Tr2aDpJi/5t1C0o0pbDlZPPbMjaSU1Sxs0vHIijXPEiFaBj"
        + "QX0Bf2R6XdciwJ8s/jzUrYALFdBmXeDt2HIPhHmNqjRxiJK5AuU6MhzaeZQRrQ==";

    // 751 times two primes.
    private const string WithSmallFactor =
        "jXGnupyXkUK8RkC+CDQheBWPnWGlQKlWlDHP8oPJi50a+0xwrb3vfYZaUcSBTnLv7k68QP+8x3HTEeiCVddsLx4XtznTpq9U3EnnLOtpqWO9D9/vjDsaCbK7lZ8xQ/IK2dEypow6hrje"
        + "Mb3aXxa4TKoctdMifwdNPy8ivQcytg17G00Rmvy8x0awCKBHfe8McNDp7/dw5CXpvvUFZLj2giUZMlVjwsvMqga4J2Qz9Iv8XyKv1/1Qz4RBOthEVcIr7/9rfLnSoyu6O9cbY7PmoXRz"
        + "aGORYUyjKLwPtnAFreUlaL+Uc3f7Y4BHj9IwSDCntWrdaHEE8y0CaC43at3FHQ==";

    [Theory]
    [InlineData(OfFaultyToken, 65537, "CVE-2017-15361")]
    [InlineData(OfClosePrimes, 65537, "6.1.1.3 (5)")]
    [InlineData(WithSmallFactor, 65537, "NIST SP 800-89")]
    public void Refuses_moduli_that_can_be_factored(string modulus, int exponent, string clause) => AssertWeak(Key(Convert.FromBase64String(modulus), exponent), clause);

    [Theory]
    [InlineData(3)]
    [InlineData(65536)]
    [InlineData(17)]
    public void Refuses_small_and_even_exponents(int exponent)
    {
        using var rsa = RSA.Create(2048);
        AssertWeak(Key(rsa.ExportParameters(includePrivateParameters: false).Modulus!, exponent), "FIPS 186-5 5.1");
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(2040)]
    [InlineData(4104)]
    public void Refuses_moduli_that_are_too_short_or_too_long(int bits)
    {
        var modulus = new byte[bits / 8];
        RandomNumberGenerator.Fill(modulus);
        (modulus[0], modulus[^1]) = ((byte)(modulus[0] | 0x80), (byte)(modulus[^1] | 1));
        AssertWeak(Key(modulus, 65537), "NIST SP 800-131A");
    }

    [Theory]
    [InlineData(2048)]
    [InlineData(3072)]
    public void Accepts_fresh_keys(int bits)
    {
        using var rsa = RSA.Create(bits);
        Assert.Null(KeyRule.Check(Read(rsa.ExportSubjectPublicKeyInfo())));
    }

    [Fact]
    public void Every_rule_is_asked_and_none_needs_rsa_of_another_kind_of_key()
    {
        using var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Null(KeyRule.Check(Read(elliptic.ExportSubjectPublicKeyInfo())));
        Assert.Equal(5, typeof(KeyRule).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(KeyRule))));
    }

    [Theory]
    [InlineData("3059301306072a8648ce3d020106082a8648ce3d03010703420004" + "00000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000000001", "malformed", "a point that is not on P-256")]
    [InlineData("3039301306072a8648ce3d020106082a8648ce3d03010703220002" + "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", "malformed", "a compressed point; RFC 5480 2.2")]
    [InlineData("302a300506032b65700321000100000000000000000000000000000000000000000000000000000000000000", "malformed", "Ed25519's neutral element")]
    [InlineData("302a300506032b656e032100e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c", "algorithm-unsupported", "X25519 signs nothing")]
    [InlineData("3010300b06072a8648ce3d02010500030100", "algorithm-unsupported", "a curve that is NULL")]
    [InlineData("300d3008060481000b8805000301", "malformed", "cut off")]
    [InlineData("", "malformed", "nothing")]
    public void Refuses_what_is_no_key(string hex, string code, string why)
    {
        Assert.False(SubjectPublicKey.TryRead(Convert.FromHexString(hex), out _, out var refusal), why);
        Assert.Equal(code, refusal.Code);
    }

    private static void AssertWeak(SubjectPublicKey key, string clause)
    {
        var refusal = Assert.NotNull(KeyRule.Check(key));
        Assert.Equal(Codes.KeyWeak, refusal.Code);
        Assert.Contains(clause, refusal.Detail, StringComparison.Ordinal);
    }

    private static SubjectPublicKey Key(byte[] modulus, int exponent)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(new BigInteger(modulus, isUnsigned: true, isBigEndian: true));
            writer.WriteInteger(exponent);
        }

        return Read(new PublicKey(new Oid("1.2.840.113549.1.1.1"), new AsnEncodedData([5, 0]), new AsnEncodedData(writer.Encode())).ExportSubjectPublicKeyInfo());
    }

    private static SubjectPublicKey Read(byte[] subjectPublicKeyInfo) =>
        SubjectPublicKey.TryRead(subjectPublicKeyInfo, out var key, out var refusal) ? key : throw new InvalidOperationException(refusal.ToString());
}
