using System.Text;
using ELicense.Core;
using ELicense.Core.Tokens;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Tokens;

public sealed class Base32Tests
{
    // RFC 4648 10, without the padding.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Agrees_with_the_vectors_of_the_standard(string plain, string text)
    {
        Assert.Equal(text, Base32.Encode(Encoding.ASCII.GetBytes(plain)));
        Assert.True(Base32.TryDecode(text, 10, out var bytes, out _));
        Assert.Equal(plain, Encoding.ASCII.GetString(bytes));
    }

    [Theory]
    [InlineData("MZ", Codes.NotCanonical)]
    [InlineData("MZXR", Codes.NotCanonical)]
    [InlineData("MZXW7", Codes.NotCanonical)]
    [InlineData("MZXW6YR", Codes.NotCanonical)]
    [InlineData("M", Codes.Malformed)]
    [InlineData("MZX", Codes.Malformed)]
    [InlineData("MZXW6Y", Codes.Malformed)]
    [InlineData("MY======", Codes.Malformed)]
    [InlineData("my", Codes.Malformed)]
    [InlineData("M1", Codes.Malformed)]
    [InlineData("M0", Codes.Malformed)]
    [InlineData("M Y ", Codes.Malformed)]
    [InlineData("МY", Codes.Malformed)]
    [InlineData("MZXW6YTBMZXW6YTBMY", Codes.TooLarge)]
    public void Refuses_every_other_text(string text, string code)
    {
        Assert.False(Base32.TryDecode(text, 10, out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Encodes_again_to_the_same_text_whatever_it_accepts() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            letters =>
            {
                var text = string.Concat(letters.Select(b => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[b % 32]));
                return !Base32.TryDecode(text, 1000, out var bytes, out _) || Base32.Encode(bytes) == text;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Decodes_what_it_encoded() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            bytes => Base32.TryDecode(Base32.Encode(bytes), 1000, out var read, out _) && read.AsSpan().SequenceEqual(bytes))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
}
