using ELicense.Core;
using ELicense.Core.Tokens;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Tokens;

public sealed class QrTextTests
{
    [Theory]
    [InlineData("https://gs.example.cn", "HTTPS://GS.EXAMPLE.CN/Q/MZXW6")]
    [InlineData("https://gs.example.cn/", "HTTPS://GS.EXAMPLE.CN/Q/MZXW6")]
    [InlineData("https://gs.example.cn:443", "HTTPS://GS.EXAMPLE.CN/Q/MZXW6")]
    [InlineData("http://127.0.0.1:5080", "HTTP://127.0.0.1:5080/Q/MZXW6")]
    public void Writes_the_public_address_in_upper_case(string address, string expected)
    {
        Assert.Equal(expected, QrText.For(new Uri(address), "foo"u8));
        Assert.Equal(expected.Length, QrText.LengthFor(new Uri(address), "foo"u8.Length));
    }

    [Theory]
    [InlineData("ftp://gs.example.cn")]
    [InlineData("https://gs.example.cn/sub")]
    [InlineData("https://gs.example.cn/?a")]
    [InlineData("https://gs.example.cn/#a")]
    [InlineData("https://user@gs.example.cn/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://工商.example.cn/")]
    public void Does_not_write_an_address_that_it_would_refuse(string address) =>
        Assert.Throws<ArgumentException>(() => QrText.For(new Uri(address), "foo"u8));

    [Fact]
    public void Writes_only_characters_of_the_alphanumeric_mode() =>
        Assert.DoesNotContain(QrText.For(new Uri("http://127.0.0.1:5080"), Enumerable.Range(0, 256).Select(i => (byte)i).ToArray()),
            c => !"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".Contains(c, StringComparison.Ordinal));

    // ISO/IEC 18004 table 7, alphanumeric, Q: by hand.
    [Theory]
    [InlineData(1, 16)]
    [InlineData(9, 189)]
    [InlineData(10, 221)]
    [InlineData(13, 352)]
    [InlineData(14, 376)]
    [InlineData(15, 426)]
    [InlineData(20, 702)]
    [InlineData(26, 1094)]
    [InlineData(27, 1172)]
    [InlineData(40, 2420)]
    public void Needs_the_next_version_for_one_character_more(int version, int capacity)
    {
        Assert.Equal(version, QrText.VersionNeeded(capacity));
        Assert.Equal(version + 1, QrText.VersionNeeded(capacity + 1));
    }

    // ISO/IEC 18004 table 9: data codewords at Q. 4 bits say the mode, 9, 11 or 13 the length; two characters take 11 bits, a last one 6.
    [Fact]
    public void Holds_what_the_data_codewords_of_each_version_hold()
    {
        int[] codewords =
        [
            13, 22, 34, 48, 62, 76, 88, 110, 132, 154, 180, 206, 244, 261, 295, 325, 367, 397, 445, 485,
            512, 568, 614, 664, 718, 754, 808, 871, 911, 985, 1033, 1115, 1171, 1231, 1286, 1354, 1426, 1502, 1582, 1666,
        ];
        for (var version = 1; version <= 40; version++)
        {
            var bits = codewords[version - 1] * 8 - 4 - (version < 10 ? 9 : version < 27 ? 11 : 13);
            var capacity = bits / 11 * 2 + (bits % 11 >= 6 ? 1 : 0);
            Assert.Equal((version, version + 1), (QrText.VersionNeeded(capacity), QrText.VersionNeeded(capacity + 1)));
        }
    }

    [Theory]
    [InlineData("HTTPS://GS.EXAMPLE.CN/Q/MZXW6", "https", "gs.example.cn")]
    [InlineData("https://gs.example.cn/q/mzxw6", "https", "gs.example.cn")]
    [InlineData("https://gs.example.cn/Q/MZXW6", "https", "gs.example.cn")]
    [InlineData("HTTP://127.0.0.1:5080/Q/MZXW6", "http", "127.0.0.1:5080")]
    [InlineData("HTTPS://XN--55QX5D.EXAMPLE/Q/MZXW6", "https", "xn--55qx5d.example")]
    public void Reads_either_case(string text, string scheme, string host)
    {
        Assert.True(QrText.TryParse(text, out var qr, out _));
        Assert.Equal((scheme, host), (qr.Scheme, qr.Host));
        Assert.Equal("foo"u8.ToArray(), qr.Content.ToArray());
    }

    [Theory]
    [InlineData(null, Codes.QrFormat)]
    [InlineData("", Codes.QrFormat)]
    [InlineData("MZXW6", Codes.QrFormat)]
    [InlineData("javascript:alert(1)//HTTPS://GS.EXAMPLE.CN/Q/MZXW6", Codes.QrScheme)]
    [InlineData("data:text/html,/Q/MZXW6", Codes.QrScheme)]
    [InlineData("file:///Q/MZXW6", Codes.QrScheme)]
    [InlineData("ftp://gs.example.cn/Q/MZXW6", Codes.QrScheme)]
    [InlineData("https:gs.example.cn/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https:///Q/MZXW6", Codes.QrFormat)]
    [InlineData("//gs.example.cn/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://user@gs.example.cn/Q/MZXW6", Codes.QrUserInfo)]
    [InlineData("https://gs.example.cn:443@evil.example/Q/MZXW6", Codes.QrUserInfo)]
    [InlineData("https://gs.example.cn%2F@evil.example/Q/MZXW6", Codes.QrUserInfo)]
    [InlineData("https://evil.example\\@gs.example.cn/Q/MZXW6", Codes.QrUserInfo)]
    [InlineData("https://gs.example.cn:/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn:0/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn:65536/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn:+443/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs..example.cn/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn./Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://-gs.example.cn/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://[::1]/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.еxample.cn/Q/MZXW6", Codes.QrLetters)] // the first е is Cyrillic
    [InlineData("https://gs.example。cn/Q/MZXW6", Codes.QrLetters)]
    [InlineData("httpſ://gs.example.cn/Q/MZXW6", Codes.QrLetters)] // a long s, whose upper case is S
    [InlineData("https://gs.example.cn/", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/R/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/a/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn//Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/../Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/MZXW6/", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/MZXW6/Q/MZXW6", Codes.QrTokens)]
    [InlineData("https://gs.example.cn/Q/MZXW6?to=evil.example", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/MZXW6#x", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/MZXW6 https://gs.example.cn/Q/MZXW6", Codes.QrTokens)]
    [InlineData("https://gs.example.cn/Q/MZXW6\nMZXW6", Codes.QrFormat)]
    [InlineData(" https://gs.example.cn/Q/MZXW6", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/MZXW6\0", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/MZXW7", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/MZXW6===", Codes.QrFormat)]
    [InlineData("https://gs.example.cn/Q/%4DZXW6", Codes.QrFormat)]
    public void Refuses_a_hostile_or_mangled_text(string? text, string code)
    {
        Assert.False(QrText.TryParse(text, out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(10_000_000)]
    public void Refuses_a_text_that_holds_more_than_a_token(int length)
    {
        Assert.False(QrText.TryParse("https://gs.example.cn/Q/" + new string('A', length), out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Reads_what_it_wrote_for_every_token() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<NonEmptyArray<byte>>(),
            token => QrText.TryParse(QrText.For(new Uri("https://gs.example.cn:8443"), token.Get), out var qr, out _)
                && qr.Host == "gs.example.cn:8443" && qr.Content.Span.SequenceEqual(token.Get))
            .Check(Config.QuickThrowOnFailure);

    [Fact]
    public void Never_throws_on_foreign_text() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<string>(),
            text => !QrText.TryParse(text, out _, out _) && !QrText.TryParse("https://h" + text, out _, out _))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
}
