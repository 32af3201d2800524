using System.Formats.Asn1;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Cryptography.Certificates.Ocsp;
using Xunit;

namespace ELicense.UnitTests.Certificates;

/// <summary>Requests as `openssl ocsp -reqout` of OpenSSL 3.0 and `ocsptool --generate-request` of GnuTLS 3.7 wrote them, and what must not be answered.</summary>
public sealed class OcspRequestTests
{
    // openssl ocsp -issuer ca.pem -serial 0x10 [-sha256] -no_nonce -reqout
    private const string NameHash = "0102030405060708090a0b0c0d0e0f1011121314";
    private const string KeyHash = "1112131415161718191a1b1c1d1e1f2021222324";
    private const string Sha1Id = "303a300906052b0e03021a05000414" + NameHash + "0414" + KeyHash + "020110";

    [Fact]
    public void Reads_one_certificate_without_nonce()
    {
        var request = Read(Sequence(Sequence(Sequence(Sequence(Hex(Sha1Id))))));

        var id = Assert.Single(request.Certificates);
        Assert.Equal(HashAlgorithmName.SHA1, id.HashAlgorithm);
        Assert.Equal(NameHash, Convert.ToHexStringLower(id.IssuerNameHash.Span));
        Assert.Equal(KeyHash, Convert.ToHexStringLower(id.IssuerKeyHash.Span));
        Assert.Equal("10", id.Serial?.Hex);
        Assert.Equal(Sha1Id, Convert.ToHexStringLower(id.Der.Span));
        Assert.Null(request.Nonce);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(128)]
    public void Reads_a_nonce_of_1_to_128_octets(int length)
    {
        var nonce = RandomNumberGenerator.GetBytes(length);

        Assert.Equal(nonce, Read(WithNonce(nonce)).Nonce?.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(129)]
    public void Refuses_other_nonces(int length) => AssertRefused(WithNonce(new byte[length]), "RFC 9654 2.1");

    [Fact]
    public void Refuses_a_nonce_twice() => AssertRefused(With([Nonce(new byte[8]), Nonce(new byte[8])]), "RFC 9654 2.1");

    [Fact]
    public void Reads_as_many_certificates_as_are_allowed_and_no_more()
    {
        var single = Sequence(Hex(Sha1Id));

        Assert.Equal(32, Read(Sequence(Sequence(Sequence([.. Enumerable.Repeat(single, 32).SelectMany(bytes => bytes)])))).Certificates.Count);
        AssertRefused(Sequence(Sequence(Sequence([.. Enumerable.Repeat(single, 33).SelectMany(bytes => bytes)]))), "More than 32");
        AssertRefused(Sequence(Sequence(Sequence())), "Nothing is asked for");
    }

    [Fact]
    public void Who_asks_and_a_signature_make_no_difference()
    {
        var requestor = Tagged(0xa1, Tagged(0x86, "http://a"u8.ToArray())); // requestorName [1], a URI
        var signature = Tagged(0xa0, Sequence(Hex("300a06082a8648ce3d04030203020000")));

        Assert.Single(Read(Sequence([.. Sequence([.. requestor, .. Sequence(Sequence(Hex(Sha1Id)))]), .. signature])).Certificates);
    }

    [Fact]
    public void Unknown_extensions_are_ignored_unless_critical()
    {
        // id-pkix-ocsp-pref-sig-algs, as some clients send it (RFC 6960 4.4.7.1)
        const string Preferred = "301c06092b060105050730010804 0f300d300b06092a864886f70d01010b";
        Assert.Single(Read(With([Hex(Preferred)])).Certificates);
        AssertRefused(With([Hex("300c06032a03040101ff04020500")]), "critical");
    }

    [Theory]
    [InlineData("020100", "zero")]
    [InlineData("0201ff", "negative")]
    [InlineData("02150100000000000000000000000000000000000000 00", "21 octets")]
    public void A_serial_that_no_certificate_has_is_read_as_none(string serial, string what)
    {
        var id = Sequence([.. Hex("300906052b0e03021a05000414" + NameHash + "0414" + KeyHash), .. Hex(serial)]);

        Assert.True(Read(Sequence(Sequence(Sequence(Sequence(id))))).Certificates[0].Serial is null, what);
    }

    [Fact]
    public void An_unknown_hash_is_read_and_matches_nobody()
    {
        using var issuers = new TestIssuers();
        var id = Sequence([.. Hex("300b0609608648016503040203"), .. Tagged(4, new byte[64]), .. Tagged(4, new byte[64]), .. Hex("020110")]);

        var read = Read(Sequence(Sequence(Sequence(Sequence(id))))).Certificates[0];

        Assert.Null(read.HashAlgorithm);
        Assert.False(new OcspIssuer(issuers.Certificate).Issued(read));
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("3000", "no TBSRequest")]
    [InlineData("30023000", "no list")]
    [InlineData("30093007a003020100 3000", "version v1 written out; X.690 11.5")]
    [InlineData("30093007a003020101 3000", "version 2")]
    public void Refuses_what_is_no_request(string hex, string why) => Assert.False(OcspRequest.TryRead(Hex(hex), out _, out _), why);

    [Fact]
    public void Refuses_more_than_8_KiB()
    {
        Assert.False(OcspRequest.TryRead(new byte[8193], out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Thousands_of_mutated_requests_throw_nothing_and_never_name_more_than_was_sent()
    {
        var right = WithNonce(new byte[32]);
        var refused = 0;
        foreach (var wrong in Mutations.Of(right, 10_000))
        {
            if (!OcspRequest.TryRead(wrong, out var request, out _))
                refused++;
            else
                Assert.InRange(request.Certificates.Count, 1, 3);
        }

        Assert.InRange(refused, 3000, 9999);
    }

    private static byte[] WithNonce(byte[] nonce) => With([Nonce(nonce)]);

    private static byte[] Nonce(byte[] nonce) => Sequence([.. Hex("06092b0601050507300102"), .. Tagged(4, Tagged(4, nonce))]);

    private static byte[] With(byte[][] extensions) => Sequence(Sequence(
        [.. Sequence(Sequence(Hex(Sha1Id))), .. Tagged(0xa2, Sequence([.. extensions.SelectMany(bytes => bytes)]))]));

    private static byte[] Sequence(params byte[] contents) => Tagged(0x30, contents);

    private static byte[] Tagged(byte tag, byte[] contents) => contents.Length switch
    {
        < 0x80 => [tag, (byte)contents.Length, .. contents],
        < 0x100 => [tag, 0x81, (byte)contents.Length, .. contents],
        _ => [tag, 0x82, (byte)(contents.Length >> 8), (byte)contents.Length, .. contents],
    };

    private static OcspRequest Read(byte[] der) =>
        OcspRequest.TryRead(der, out var request, out var refusal) ? request : throw new AsnContentException(refusal.ToString());

    private static void AssertRefused(byte[] der, string why)
    {
        Assert.False(OcspRequest.TryRead(der, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
        Assert.Contains(why, refusal.Detail, StringComparison.Ordinal);
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
