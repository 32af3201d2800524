using ELicense.Core;
using ELicense.Core.Tokens;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Tokens;

public sealed class LicenseFileTests
{
    // By hand: 55799([1, h'0102', h'03']).
    private const string Whole = "d9d9f7 83 01 42 0102 41 03";

    [Fact]
    public void Encodes_as_written_by_hand() => Assert.Equal(Hex(Whole), new LicenseFile(new byte[] { 1, 2 }, new byte[] { 3 }).Encode());

    [Fact]
    public void Decodes_what_was_written_by_hand()
    {
        Assert.True(LicenseFile.TryDecode(Hex(Whole), out var file, out _));
        Assert.Equal([1, 2], file.Document.ToArray());
        Assert.Equal([3], file.Token.ToArray());
    }

    [Theory]
    [InlineData("d9d9f7 83 02 42 0102 41 03", Codes.UnknownFormat)]
    [InlineData("d9d9f7 84 02 42 0102 41 03 00", Codes.UnknownFormat)]
    [InlineData("d9d9f7 84 01 42 0102 41 03 00", Codes.Malformed)]
    [InlineData("d9d9f7 82 01 42 0102", Codes.Malformed)]
    [InlineData("d9d9f7 83 01 62 6162 41 03", Codes.Malformed)]
    [InlineData("d9d9f7 83 01 42 0102 41 03 00", Codes.Malformed)]
    [InlineData("d9d9f7 83 01 42 0102 5801 03", Codes.NotCanonical)]
    [InlineData("d9d9f7 83 01 40 41 03", Codes.Malformed)]
    [InlineData("d9d9f7 83 01 42 0102 40", Codes.Malformed)]
    [InlineData("83 01 42 0102 41 03", Codes.NotAnArtefact)]
    [InlineData("d9d9", Codes.NotAnArtefact)]
    [InlineData("", Codes.NotAnArtefact)]
    public void Refuses_every_other_form(string hex, string code)
    {
        Assert.False(LicenseFile.TryDecode(Hex(hex), out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Refuses_a_token_that_is_too_large_in_a_file_that_is_not()
    {
        byte[] bytes = [.. Hex("d9d9f7 83 01 41 00 590801"), .. new byte[2049]];
        Assert.False(LicenseFile.TryDecode(bytes, out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Encodes_again_to_the_same_bytes_whatever_it_accepts() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            tail =>
            {
                byte[] bytes = [0xD9, 0xD9, 0xF7, 0x83, 0x01, .. tail];
                return !LicenseFile.TryDecode(bytes, out var file, out _) || file.Encode().AsSpan().SequenceEqual(bytes);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
