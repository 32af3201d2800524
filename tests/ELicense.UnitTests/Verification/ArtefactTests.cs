using System.Buffers.Text;
using System.Text;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Verification.Verdicts;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Verification;

public sealed class ArtefactTests
{
    // Only the tag tells a token here; it is judged later.
    private static readonly byte[] Token = [0xD2, 0x84, 0x01, 0xFB, 0xEF, 0xBE];
    private static readonly byte[] File = Convert.FromHexString("D9D9F7830142010241D2");

    public static TheoryData<string> TextsOfTheToken => new()
    {
        "2KCAD67PXY", // python3: base64.b32encode
        "2kcad67pxy",
        "0oQB++++",
        "0oQB----",
        " 0oQB\n++++ \r\n",
    };

    [Theory]
    [MemberData(nameof(TextsOfTheToken))]
    public void Reads_a_token_in_every_alphabet(string text)
    {
        Assert.True(Artefact.TryRead(text, out var artefact, out _));
        Assert.Equal(Token, Assert.IsType<TokenArtefact>(artefact).Token.ToArray());
    }

    [Fact]
    public void Reads_a_file_in_binary_and_in_base64()
    {
        Assert.True(Artefact.TryRead(File.AsMemory(), out var binary, out _));
        Assert.True(Artefact.TryRead(Base64Url.EncodeToString(File), out var text, out _));
        Assert.Equal([1, 2], Assert.IsType<FileArtefact>(binary).Document.ToArray());
        Assert.Equal([0xD2], Assert.IsType<FileArtefact>(text).Token.ToArray());
    }

    [Fact]
    public void Keeps_the_host_of_a_qr_text_to_be_judged()
    {
        Assert.True(Artefact.TryRead("HTTPS://GS.EXAMPLE.CN:8443/Q/2KCAD67PXY", out var artefact, out _));
        Assert.Equal("gs.example.cn:8443", Assert.IsType<TokenArtefact>(artefact).QrHost);
    }

    [Theory]
    [InlineData("91350100M000100Y43")]
    [InlineData(" 91350100m000100y43 ")]
    public void Reads_a_credit_code(string text)
    {
        Assert.True(Artefact.TryRead(text, out var artefact, out _));
        Assert.Equal("91350100M000100Y43", Assert.IsType<CodeArtefact>(artefact).CreditCode.Value);
    }

    [Fact]
    public void Reads_a_text_file_with_a_byte_order_mark()
    {
        byte[] content = [0xEF, 0xBB, 0xBF, .. "91350100M000100Y43\r\n"u8];
        Assert.True(Artefact.TryRead(content.AsMemory(), out var artefact, out _));
        Assert.IsType<CodeArtefact>(artefact);
    }

    [Fact]
    public void Reads_a_certificate_in_binary_in_base64_and_in_pem_beside_its_key()
    {
        using var issuers = new Certificates.TestIssuers();
        var der = issuers.Certificate.RawData;
        var pem = $"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n{issuers.Certificate.ExportCertificatePem()}\n";

        Assert.True(Artefact.TryRead(der.AsMemory(), out var binary, out _));
        Assert.True(Artefact.TryRead(Convert.ToBase64String(der), out var text, out _));
        Assert.True(Artefact.TryRead(pem, out var block, out _));
        Assert.All([binary, text, block], artefact => Assert.Equal(der, Assert.IsType<CertificateArtefact>(artefact).Certificate.ToArray()));
    }

    [Theory]
    [InlineData("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----", Codes.NotAnArtefact)]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIBAA==\n-----END CERTIFICATE-----", Codes.Malformed)]
    [InlineData("91350100M000100Y44", Codes.CreditCodeCheck)]
    [InlineData("https://gs.example.cn/somewhere/else", Codes.QrFormat)]
    [InlineData("javascript:alert(1)", Codes.QrScheme)]
    [InlineData("", Codes.NotAnArtefact)]
    [InlineData("甘肃", Codes.NotAnArtefact)]
    [InlineData("aGVsbG8gd29ybGQ=", Codes.NotAnArtefact)]
    public void Says_why_it_does_not_read(string text, string code)
    {
        Assert.False(Artefact.TryRead(text, out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Measures_before_it_reads()
    {
        Assert.False(Artefact.TryRead(new string('A', Artefact.MaxTextLength + 1), out _, out var text));
        Assert.False(Artefact.TryRead(new byte[Artefact.MaxTextLength + 1].AsMemory(), out _, out var file));
        Assert.Equal((Codes.TooLarge, Codes.TooLarge), (text.Code, file.Code));
    }

    [Fact]
    public void A_token_beyond_its_bound_is_too_large()
    {
        var bytes = new byte[LicenseToken.MaxBytes + 1];
        bytes[0] = 0xD2;
        Assert.False(Artefact.TryRead(bytes.AsMemory(), out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Never_throws_for_foreign_text() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            Artefact.TryRead(text, out _, out _);
            Artefact.TryRead("https://" + text, out _, out _);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Never_throws_for_foreign_bytes() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            Artefact.TryRead(bytes.AsMemory(), out _, out _);
            Artefact.TryRead((byte[])[0xD9, 0xD9, 0xF7, .. bytes], out Artefact? _, out _);
            Artefact.TryRead(Encoding.Latin1.GetString(bytes), out _, out _);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));
}
