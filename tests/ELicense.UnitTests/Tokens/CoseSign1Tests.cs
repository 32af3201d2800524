using ELicense.Core;
using ELicense.Core.Tokens;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Tokens;

public sealed class CoseSign1Tests
{
    // By hand: 18([<<{1: -7, 4: h'0102030405060708', 16: "elicense+cose"}>>, {}, h'a0', 64 bytes of 0x5a]).
    private const string Header = "a30126 0448 0102030405060708 106d 656c6963656e73652b636f7365";
    private static readonly string Signature = string.Concat(Enumerable.Repeat("5a", 64));
    private static readonly string Whole = "d284 581c" + Header + "a0 41a0 5840" + Signature;

    private static CoseSign1 Message() =>
        new(CoseAlgorithm.Es256, KeyId.FromBytes([1, 2, 3, 4, 5, 6, 7, 8]), "elicense+cose", new byte[] { 0xA0 }, Convert.FromHexString(Signature));

    [Fact]
    public void Encodes_as_written_by_hand() => Assert.Equal(Hex(Whole), Message().Encode());

    [Fact]
    public void Decodes_what_was_written_by_hand()
    {
        Assert.True(CoseSign1.TryDecode(Hex(Whole), 1000, out var message, out _));
        Assert.Equal(CoseAlgorithm.Es256, message.Algorithm);
        Assert.Equal("0102030405060708", message.Kid.ToString());
        Assert.Equal("elicense+cose", message.Type);
        Assert.Equal([0xA0], message.Payload.ToArray());
        Assert.Equal(Convert.FromHexString(Signature), message.Signature.ToArray());
    }

    // RFC 9052 4.4: ["Signature1", protected, external_aad, payload]
    [Fact]
    public void Builds_the_structure_that_is_signed()
    {
        var expected = Hex("84 6a 5369676e617475726531 581c" + Header + "40 41a0");
        Assert.Equal(expected, Message().SigStructure());
        var written = new byte[Message().SigStructureSize];
        Assert.Equal(expected.Length, Message().WriteSigStructure(written));
        Assert.Equal(expected, written);
    }

    [Theory]
    [InlineData(23, "57")]
    [InlineData(24, "5818")]
    [InlineData(255, "58ff")]
    [InlineData(256, "590100")]
    [InlineData(65536, "5a00010000")]
    public void Writes_the_shortest_length_of_a_payload(int length, string head)
    {
        var bytes = (Message() with { Payload = new byte[length] }).Encode();
        Assert.Equal(Hex("d284 581c" + Header + "a0" + head + "00"), bytes[..(2 + 2 + 28 + 1 + head.Length / 2 + 1)]);
        Assert.True(CoseSign1.TryDecode(bytes, bytes.Length, out var message, out _));
        Assert.Equal(length, message.Payload.Length);
    }

    public static TheoryData<string, string, string> Others => new()
    {
        { Codes.Malformed, "no tag", Whole[2..] },
        { Codes.Malformed, "tag 98, COSE_Sign", "d862" + Whole[2..] },
        { Codes.NotCanonical, "tag 18 in two bytes", "d812" + Whole[2..] },
        { Codes.Malformed, "three elements", "d283 581c" + Header + "a0 41a0" },
        { Codes.Malformed, "an unprotected header", "d284 581c" + Header + "a10126 41a0 5840" + Signature },
        { Codes.Malformed, "a detached payload", "d284 581c" + Header + "a0 f6 5840" + Signature },
        { Codes.Malformed, "a signature of 63 bytes", "d284 581c" + Header + "a0 41a0 583f" + Signature[2..] },
        { Codes.Malformed, "a signature of 65 bytes", "d284 581c" + Header + "a0 41a0 5841 00" + Signature },
        { Codes.Malformed, "a byte after the end", Whole + "00" },
        { Codes.Malformed, "a signature cut off", Whole[..^2] },
        { Codes.UnknownFormat, "ES384", "d284 581d a3013822 0448 0102030405060708 106d 656c6963656e73652b636f7365 a0 41a0 5840" + Signature },
        { Codes.UnknownFormat, "HMAC 256/256", "d284 581c a30105 0448 0102030405060708 106d 656c6963656e73652b636f7365 a0 41a0 5840" + Signature },
        { Codes.Malformed, "no typ", "d284 4d a20126 0448 0102030405060708 a0 41a0 5840" + Signature },
        { Codes.Malformed, "crit", "d284 581f a40126 028104 0448 0102030405060708 106d 656c6963656e73652b636f7365 a0 41a0 5840" + Signature },
        { Codes.Malformed, "a kid of 7 bytes", "d284 581b a30126 0447 01020304050607 106d 656c6963656e73652b636f7365 a0 41a0 5840" + Signature },
        { Codes.Malformed, "typ as a number", "d284 4f a30126 0448 0102030405060708 1000 a0 41a0 5840" + Signature },
        { Codes.Malformed, "an empty typ", "d284 4f a30126 0448 0102030405060708 1060 a0 41a0 5840" + Signature },
        { Codes.Malformed, "a space in typ", "d284 50 a30126 0448 0102030405060708 106120 a0 41a0 5840" + Signature },
        { Codes.Malformed, "header labels out of order", "d284 581c a3 0448 0102030405060708 0126 106d 656c6963656e73652b636f7365 a0 41a0 5840" + Signature },
        { Codes.Malformed, "alg in two bytes inside the header", "d284 581d a3013806 0448 0102030405060708 106d 656c6963656e73652b636f7365 a0 41a0 5840" + Signature },
        { Codes.NotCanonical, "the header's length in three bytes", "d284 59001c" + Header + "a0 41a0 5840" + Signature },
        { Codes.NotCanonical, "the payload's length in two bytes", "d284 581c" + Header + "a0 5801a0 5840" + Signature },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Refuses_every_other_form(string code, string why, string hex)
    {
        Assert.False(CoseSign1.TryDecode(Hex(hex), 1000, out _, out var refusal), why);
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Refuses_too_many_bytes()
    {
        Assert.False(CoseSign1.TryDecode(Hex(Whole), Hex(Whole).Length - 1, out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Encodes_again_to_the_same_bytes_whatever_it_accepts()
    {
        var whole = Hex(Whole);
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int At, byte Value, byte[] Tail)>(),
            change =>
            {
                byte[] bytes = [.. whole, .. change.Tail ?? []];
                bytes[(int)((uint)change.At % (uint)whole.Length)] = change.Value;
                return !CoseSign1.TryDecode(bytes, 1000, out var message, out _)
                    || (message.Encode().AsSpan().SequenceEqual(bytes) && CanonicalCbor.Check(bytes, 1000, 3, out _));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
