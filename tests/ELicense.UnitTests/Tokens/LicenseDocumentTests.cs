using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.UnitTests.Docs;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Tokens;

public sealed class LicenseDocumentTests
{
    private static readonly byte[] Whole = FormatsDocument.Bytes("document");

    [Fact]
    public void Decodes_the_documented_example()
    {
        Assert.True(LicenseDocument.TryDecode(Whole, out var document, out var refusal), refusal.ToString());
        Assert.Equal("000102030405060708090a0b0c0d0e0f", Convert.ToHexStringLower(document.Salt.Span));
        Assert.Equal("91350100M000100Y43", document.Face.CreditCode.Value);
        Assert.Equal("福州市鼓楼区示例路1号", document.Face.Address);
        Assert.Equal(new DateOnly(2039, 12, 31), document.Face.TermTo);
    }

    [Fact]
    public void Encodes_the_documented_example()
    {
        Assert.True(LicenseDocument.TryDecode(Whole, out var document, out _));
        Assert.Equal(Whole, new LicenseDocument(document.Salt.ToArray(), document.Face).Encode());
    }

    [Fact]
    public void Refuses_another_format()
    {
        byte[] other = [.. Whole];
        other[1] = 2;
        Assert.False(LicenseDocument.TryDecode(other, out _, out var refusal));
        Assert.Equal(Codes.UnknownFormat, refusal.Code);
    }

    [Theory]
    [InlineData("8201", 2)]
    [InlineData("830141", 3)]
    [InlineData("8301f6", 3)]
    public void Refuses_another_shape(string start, int replaced)
    {
        byte[] other = [.. Convert.FromHexString(start), .. Whole[replaced..]];
        Assert.False(LicenseDocument.TryDecode(other, out _, out _));
    }

    [Fact]
    public void Refuses_a_salt_of_15_bytes()
    {
        byte[] other = [0x83, 0x01, 0x4F, .. Whole[4..]];
        Assert.False(LicenseDocument.TryDecode(other, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Refuses_more_than_32_kilobytes()
    {
        Assert.False(LicenseDocument.TryDecode(new byte[32 * 1024 + 1], out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Does_not_encode_a_short_salt()
    {
        Assert.True(LicenseDocument.TryDecode(Whole, out var document, out _));
        Assert.Throws<InvalidOperationException>(() => (document with { Salt = new byte[15] }).Encode());
    }

    [Fact]
    public void Encodes_again_to_the_same_bytes_whatever_it_accepts() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int At, byte Value)>(),
            change =>
            {
                byte[] bytes = [.. Whole];
                bytes[(int)((uint)change.At % (uint)Whole.Length)] = change.Value;
                return !LicenseDocument.TryDecode(bytes, out var document, out _) || document.Encode().AsSpan().SequenceEqual(bytes);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
}
