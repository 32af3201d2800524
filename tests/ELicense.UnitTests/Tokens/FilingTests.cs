using System.Text;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.UnitTests.Docs;
using ELicense.UnitTests.Trust;
using Xunit;

namespace ELicense.UnitTests.Tokens;

/// <summary>Filings and answers, read back from the worked examples of docs/formats.md.</summary>
public sealed class FilingTests
{
    private static readonly string Answered = TrustCardTests.Compact(FormatsDocument.Example("answer"));
    private static readonly string Returned = TrustCardTests.Compact(FormatsDocument.Example("answer-returned"));
    private static readonly Digest Filed = new(Convert.FromHexString("8121a8058fd887b0430178d0dbe1c8ab88065abc41d1b4b25baae5204fa7aee9"));

    [Theory]
    [InlineData("filing-claims", null)]
    [InlineData("portal-filing-claims", "3003020105")]
    public void Reads_the_documented_filing(string example, string? holder)
    {
        Assert.True(Filing.TryDecodeClaims(FormatsDocument.Bytes(example), out var filing, out var refusal), refusal.ToString());
        Assert.Equal((168, "annual-report", 1767225600L), (filing.Authority, filing.Matter, filing.IssuedAt));
        Assert.Equal("000102030405060708090a0b0c0d0e0f", Convert.ToHexStringLower(filing.Nonce.Span));
        Assert.Equal("{\"type\":\"annual-report\"}", Encoding.UTF8.GetString(filing.Content.Span));
        Assert.Equal(holder, filing.Holder is { } der ? Convert.ToHexStringLower(der.Span) : null);
    }

    [Theory]
    [InlineData("18a8", "00", "malformed")] // authority 0
    [InlineData("18a8", "192710", "malformed")] // authority 10000
    [InlineData("18a8", "18a801", "malformed")] // one element too many
    [InlineData("8401", "8402", "unknown-format")]
    [InlineData("0750000102", "074f0102", "malformed")] // a nonce of 15 bytes
    [InlineData("a3061a", "a4061a", "malformed")] // a claim that is missing
    [InlineData("a3061a6955b900", "a3063a6955b900", "malformed")] // before 1970
    [InlineData("a3061a6955b900", "a3061b000000006955b900", "not-canonical")] // not the shortest form
    public void Refuses_another_filing(string right, string wrong, string code)
    {
        var documented = Convert.ToHexStringLower(FormatsDocument.Bytes("filing-claims"));
        Assert.Contains(right, documented, StringComparison.Ordinal);
        Assert.False(Filing.TryDecodeClaims(Convert.FromHexString(documented.Replace(right, wrong, StringComparison.Ordinal)), out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }

    [Fact]
    public void Refuses_a_filing_that_is_cut_or_too_long_anywhere()
    {
        var documented = FormatsDocument.Bytes("portal-filing-claims");
        Assert.All(Enumerable.Range(0, documented.Length), length => Assert.False(Filing.TryDecodeClaims(documented.AsMemory(0, length), out _, out _)));
        Assert.False(Filing.TryDecodeClaims(new byte[Filing.MaxBytes + 1], out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Writes_the_documented_answers()
    {
        Assert.Equal(Answered, Encoding.UTF8.GetString(new FilingAnswer(168, Filed, FilingState.Approved, 1795312800) { Version = 2, LogSize = 1042 }.EncodeJson()));
        Assert.Equal(Returned, Encoding.UTF8.GetString(new FilingAnswer(168, Filed, FilingState.Returned, 1795312800) { Reason = "经营范围请按规范条目填写" }.EncodeJson()));
        Assert.Equal("answers/8121a8058fd887b0430178d0dbe1c8ab88065abc41d1b4b25baae5204fa7aee9.jws", FilingAnswer.PathOf(Filed));
    }

    [Fact]
    public void Reads_the_documented_answers()
    {
        Assert.True(FilingAnswer.TryDecodeJson(Encoding.UTF8.GetBytes(Answered), out var approved, out var refusal), refusal.ToString());
        Assert.Equal((Filed, FilingState.Approved, 2, 1042L, true), (approved.Filing, approved.State, approved.Version, approved.LogSize, approved.IsFinal));
        Assert.True(FilingAnswer.TryDecodeJson(Encoding.UTF8.GetBytes(Returned), out var returned, out refusal), refusal.ToString());
        Assert.Equal((FilingState.Returned, "经营范围请按规范条目填写"), (returned.State, returned.Reason));
    }

    [Theory]
    [InlineData("\"format\":1", "\"format\":2", "unknown-format")]
    [InlineData("\"format\":1", "\"format\":1,\"format\":1", "malformed")]
    [InlineData("\"format\":1", "\"format\":1,\"license\":1", "malformed")]
    [InlineData("\"authority\":168", "\"authority\":0", "malformed")]
    [InlineData("\"8121a8", "\"8121A8", "malformed")]
    [InlineData("\"8121a8", "\"8121", "malformed")]
    [InlineData("\"approved\"", "\"Approved\"", "malformed")]
    [InlineData("\"approved\"", "\"accepted\"", "malformed")] // with an effect
    [InlineData("\"approved\"", "\"refused\"", "malformed")] // without a code
    [InlineData("\"version\":2", "\"code\":\"malformed\"", "malformed")] // a code without a refusal
    [InlineData("\"version\":2", "\"version\":0", "malformed")]
    [InlineData("\"logSize\":1042", "\"logSize\":0", "malformed")]
    [InlineData("\"logSize\":1042", "\"reason\":\"\\u0007\"", "malformed")]
    [InlineData("1795312800", "-1", "malformed")]
    public void Refuses_another_answer(string right, string wrong, string code)
    {
        Assert.Contains(right, Answered, StringComparison.Ordinal);
        Assert.False(FilingAnswer.TryDecodeJson(Encoding.UTF8.GetBytes(Answered.Replace(right, wrong, StringComparison.Ordinal)), out _, out var refusal));
        Assert.Equal(code, refusal.Code);
    }
}
