using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Tokens;

public sealed class LicenseTokenTests
{
    // By hand. 91350100M000100Y43; 1767225600 = 2026-01-01T00:00:00Z; day 18262 = 2020-01-01; digest 00 01 … 1f.
    private const string Sub = "02 72 393133353031303 04d3030303130305934 33";
    private const string Rest =
        "06 1a6955b900 3a00010000 8c 01 6f e7a68fe5b79ee7a4bae4be8be585ac 01 66 e69d8ee59b9b"
        + " 194756 18a8 07 01 01 00 05 5820 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    private static readonly string LongTerm = "a3" + Sub + Rest;
    private static readonly string WithTerm = "a4" + Sub + "04 1a7c02 4180" + Rest;

    public static LicenseToken Token() => new()
    {
        CreditCode = CreditCode.TryParse("91350100M000100Y43", out var code, out _) ? code : throw new InvalidOperationException(),
        IssuedAt = 1767225600,
        Name = "福州示例公",
        Kind = EnterpriseKind.Company,
        Representative = "李四",
        EstablishedOn = new DateOnly(2020, 1, 1),
        Number = new LicenseNumber(168, 1),
        Office = 7,
        Version = 1,
        List = 0,
        Index = 5,
        DocumentDigest = new Digest(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()),
    };

    [Fact]
    public void Encodes_a_long_term_license_as_written_by_hand() => Assert.Equal(Hex(LongTerm), Token().EncodeClaims());

    [Fact]
    public void Encodes_the_end_of_a_term_as_written_by_hand() =>
        Assert.Equal(Hex(WithTerm), (Token() with { ExpiresAt = 0x7C024180 }).EncodeClaims());

    [Fact]
    public void Decodes_what_was_written_by_hand()
    {
        Assert.True(LicenseToken.TryDecodeClaims(Hex(WithTerm), out var token, out _));
        Assert.Equal(Token() with { ExpiresAt = 0x7C024180 }, token);
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { Codes.UnknownFormat, "8c 01 6f", "8c 02 6f" },
        { Codes.Malformed, "06 1a6955b900", "06 20" },
        { Codes.Malformed, "06 1a6955b900", "06 1b0000003afff44180" },
        { Codes.NotCanonical, "06 1a6955b900", "06 1b000000006955b900" },
        { Codes.KindUnknown, "e585ac 01 66", "e585ac 00 66" },
        { Codes.KindUnknown, "e585ac 01 66", "e585ac 06 66" },
        { Codes.Malformed, "66 e69d8ee59b9b", "60" },
        { Codes.Malformed, "66 e69d8ee59b9b", "61 00" },
        { Codes.Malformed, "66 e69d8ee59b9b", "66 e69d8ee59bff" },
        { Codes.Malformed, "66 e69d8ee59b9b", "46 e69d8ee59b9b" },
        { Codes.Malformed, "194756", "1a7fffffff" },
        { Codes.Malformed, "194756", "1b7fffffffffffffff" },
        { Codes.Malformed, "18a8 07", "00 07" },
        { Codes.Malformed, "18a8 07", "192710 07" },
        { Codes.Malformed, "18a8 07", "18a8 20" },
        { Codes.Malformed, "18a8 07", "18a8 1a80000000" },
        { Codes.Malformed, "07 01 01 00 05", "07 00 01 00 05" },
        { Codes.Malformed, "07 01 01 00 05", "07 1b00000002540be400 01 00 05" },
        { Codes.Malformed, "07 01 01 00 05", "07 01 00 00 05" },
        { Codes.Malformed, "07 01 01 00 05", "07 01 1903e8 00 05" },
        { Codes.Malformed, "07 01 01 00 05", "07 01 01 20 05" },
        { Codes.Malformed, "07 01 01 00 05", "07 01 01 00 1a00100000" },
        { Codes.Malformed, "5820 00", "581f" },
        { Codes.Malformed, "3a00010000", "3a00010001" },
        { Codes.CreditCodeCheck, "393133353031303 04d3030303130305934 33", "393133353031303 04d3030303130305934 34" },
        { Codes.CreditCodeFormat, "72 393133353031303 04d3030303130305934 33", "60" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Refuses_a_claim_out_of_its_bounds(string code, string right, string wrong)
    {
        Assert.Contains(right, LongTerm, StringComparison.Ordinal);
        Assert.False(LicenseToken.TryDecodeClaims(Hex(LongTerm.Replace(right, wrong, StringComparison.Ordinal)), out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Refuses_bytes_after_the_end()
    {
        Assert.False(LicenseToken.TryDecodeClaims(Hex(LongTerm + "00"), out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Refuses_more_bytes_than_a_token_may_have()
    {
        Assert.False(LicenseToken.TryDecodeClaims(new byte[LicenseToken.MaxBytes + 1], out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\u0007b")]
    public void Does_not_encode_a_name_that_it_would_refuse(string name) =>
        Assert.Throws<InvalidOperationException>(() => (Token() with { Name = name }).EncodeClaims());

    [Fact]
    public void Does_not_encode_half_a_surrogate_pair() =>
        Assert.Throws<InvalidOperationException>(() => (Token() with { Name = "a\ud83d" }).EncodeClaims());

    [Fact]
    public void Takes_a_rare_character_beyond_the_basic_plane()
    {
        var token = Token() with { Name = "𠮷野家" };
        Assert.True(LicenseToken.TryDecodeClaims(token.EncodeClaims(), out var read, out _));
        Assert.Equal(token, read);
    }

    [Fact]
    public void Encodes_again_to_the_same_bytes_whatever_it_accepts()
    {
        var whole = Hex(WithTerm);
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int At, byte Value, byte[] Tail)>(),
            change =>
            {
                byte[] bytes = [.. whole, .. change.Tail ?? []];
                bytes[(int)((uint)change.At % (uint)whole.Length)] = change.Value;
                return !LicenseToken.TryDecodeClaims(bytes, out var token, out _)
                    || (token.EncodeClaims().AsSpan().SequenceEqual(bytes) && CanonicalCbor.Check(bytes, 1000, 2, out _));
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(20_000));
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
