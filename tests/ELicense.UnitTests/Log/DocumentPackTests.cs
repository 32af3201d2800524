using ELicense.Core;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Log;

public sealed class DocumentPackTests
{
    private static string? CodeOf(string hex) =>
        DocumentPack.TryDecode(Convert.FromHexString(hex), out _, out var refusal) ? null : refusal.Code;

    [Fact]
    public void Reads_files_and_positions_without_one()
    {
        Assert.True(DocumentPack.TryDecode(Convert.FromHexString("8301190100" + "8343010203f640"), out var pack, out _));
        Assert.Equal(256, pack.LogSize);
        Assert.Equal(["010203", null, ""], pack.Files.Select(file => file is { } bytes ? Convert.ToHexString(bytes.Span) : null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("820103")]
    [InlineData("83010180")] // no files
    [InlineData("83010182f6f6")] // more files than entries
    [InlineData("83010381f5")] // true for null
    [InlineData("8301038100")] // a number for a file
    [InlineData("83012081f6")] // negative size
    [InlineData("83010381f600")] // a byte after the end
    public void Refuses_what_is_not_a_pack(string hex) => Assert.Equal(Codes.Malformed, CodeOf(hex));

    [Fact]
    public void Refuses_another_format() => Assert.Equal(Codes.UnknownFormat, CodeOf("83020381f6"));

    [Fact]
    public void Refuses_another_encoding() => Assert.Equal(Codes.NotCanonical, CodeOf("8301039801f6"));

    [Fact]
    public void Refuses_more_than_256_positions() =>
        Assert.Equal(Codes.Malformed, CodeOf("8301190400" + "990101" + string.Concat(Enumerable.Repeat("f6", 257))));

    [Fact]
    public void Refuses_a_file_larger_than_files_are()
    {
        byte[] bytes = [0x83, 0x01, 0x01, 0x81, 0x59, .. BigEndian(LicenseFile.MaxBytes + 1), .. new byte[LicenseFile.MaxBytes + 1]];
        Assert.False(DocumentPack.TryDecode(bytes, out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Refuses_a_pack_larger_than_packs_are()
    {
        Assert.False(DocumentPack.TryDecode(new byte[DocumentPack.MaxBytes + 1], out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void A_pack_of_the_largest_files_is_read()
    {
        var largest = new DocumentPack(256, [.. Enumerable.Repeat((ReadOnlyMemory<byte>?)new byte[LicenseFile.MaxBytes], 256)]);
        Assert.True(DocumentPack.TryDecode(largest.Encode(), out _, out _));
    }

    [Fact]
    public void A_mutated_pack_is_refused_or_comes_back_the_same() =>
        Prop.ForAll<ushort, byte>((position, value) =>
        {
            var bytes = Convert.FromHexString("8301190100" + "8443010203f64058180102030405060708090a0b0c0d0e0f101112131415161718");
            bytes[position % bytes.Length] = value;
            return !DocumentPack.TryDecode(bytes, out var pack, out _) || pack.Encode().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();

    private static byte[] BigEndian(int value) => [(byte)(value >> 8), (byte)value];
}
