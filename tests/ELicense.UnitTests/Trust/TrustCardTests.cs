using System.Text;
using System.Text.Json.Nodes;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.UnitTests.Docs;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Trust;

public sealed class TrustCardTests
{
    private static readonly string Published = Compact(FormatsDocument.Example("trust-card"));

    [Fact]
    public void Writes_the_documented_card()
    {
        Assert.True(TryDecode(Published, out var card, out var refusal), refusal.ToString());
        Assert.Equal(Published, Encoding.UTF8.GetString(card!.EncodeJson()));
    }

    [Fact]
    public void Reads_the_documented_card()
    {
        Assert.True(TryDecode(Published, out var card, out _));
        Assert.Equal((3, 168, "示例市市场监督管理局"), (card!.Version, card.AuthorityNumber, card.AuthorityName.Chinese));
        Assert.Equal(new ListRange(10000, 19999), card.CertificateLists);
        Assert.Equal([KeyRole.Root, KeyRole.License, KeyRole.EnterpriseCa, KeyRole.Log], card.Keys.Select(key => key.Role));
        Assert.Equal("06e3fd8fda29bb60", card.Keys[3].Kid.ToString());
        Assert.Equal((1000000L, null), (card.Keys[1].LogSizeTo, card.Keys[1].AcceptedBelow));
        Assert.Equal("DER\0+/"u8.ToArray(), card.Keys[2].Certificate!.Value.ToArray());
        Assert.Equal("1.3.6.1.5.5.7.3.9", Assert.Single(card.Delegations).ExtendedKeyUsage);
    }

    [Fact]
    public void Reads_a_card_with_white_space() => Assert.True(TryDecode(FormatsDocument.Example("trust-card"), out _, out _));

    [Theory]
    [InlineData("\"version\":3", "\"version\":0")]
    [InlineData("\"version\":3", "\"version\":3.0")]
    [InlineData("\"version\":3", "\"version\":3e0")]
    [InlineData("\"version\":3", "\"version\":\"3\"")]
    [InlineData("\"version\":3", "\"version\":9223372036854775808")]
    [InlineData("\"version\":3", "\"version\":null")]
    [InlineData("\"version\":3", "\"version\":3,\"version\":3")]
    [InlineData("\"version\":3", "\"version\":3,\"more\":1")]
    [InlineData("\"version\":3", "\"Version\":3")]
    [InlineData("\"version\":3,", "")]
    [InlineData("\"expires\":1798761600", "\"expires\":1767225600")]
    [InlineData("\"expires\":1798761600", "\"expires\":1769904000000")]
    [InlineData("\"expires\":1798761600", "\"expires\":1801440001")] // 2027-02-01T00:00:01Z, a second more than 13 months
    [InlineData("\"number\":168", "\"number\":0")]
    [InlineData("\"number\":168", "\"number\":10000")]
    [InlineData("示例市市场监督管理局", "")]
    [InlineData("示例市市场监督管理局", "\\u0007")]
    [InlineData("示例市市场监督管理局", "\\ud800")]
    [InlineData("\"origin\":\"gs.example.cn/elicense\"", "\"origin\":\"gs example\"")]
    [InlineData("\"origin\":\"gs.example.cn/elicense\"", "\"origin\":\"gs+example\"")]
    [InlineData("11350100003604456X", "11350100003604456x")]
    [InlineData("1.2.156.3005.2", "1.2.156..2")]
    [InlineData("[\"35\"]", "[\"35\",\"35\"]")]
    [InlineData("[\"35\"]", "[\"3５\"]")]
    [InlineData("[\"35\"]", "[null]")]
    [InlineData("\"first\":0,", "\"first\":-1,")]
    [InlineData("\"first\":0,\"last\":9999", "\"first\":1,\"last\":0")]
    [InlineData("\"first\":0,\"last\":9999", "\"first\":0,\"last\":10000")]
    [InlineData("/status/licenses\"", "/status/licenses/\"")]
    [InlineData("https://gs.example.cn/publication/status/licenses", "javascript:alert(1)")]
    [InlineData("https://gs.example.cn/publication/status/licenses", "https://u@gs.example.cn/l")]
    [InlineData("[\"gs.example.cn\"]", "[\"GS.EXAMPLE.CN\"]")]
    [InlineData("[\"gs.example.cn\"]", "[\"gs.example.cn/q\"]")]
    [InlineData("[\"gs.example.cn\"]", "[\"gs.example.cn\",\"gs.example.cn\"]")]
    [InlineData("\"maxAge\":86400", "\"maxAge\":0")]
    [InlineData("\"role\":\"license\"", "\"role\":\"licence\"")]
    [InlineData("\"role\":\"license\"", "\"role\":\"log\"")]
    [InlineData("\"role\":\"log\"", "\"role\":\"license\"")]
    [InlineData("\"alg\":\"EdDSA\"", "\"alg\":\"ES256\"")]
    [InlineData("\"alg\":\"EdDSA\"", "\"alg\":\"none\"")]
    [InlineData("\"kid\":\"2bd1bb0c44a897c3\"", "\"kid\":\"2bd1bb0c44a897c4\"")]
    [InlineData("\"kid\":\"2bd1bb0c44a897c3\"", "\"kid\":\"2BD1BB0C44A897C3\"")]
    [InlineData("\"kty\":\"OKP\"", "\"kty\":\"EC\"")]
    [InlineData("\"kty\":\"OKP\"", "\"d\":\"AAAA\",\"kty\":\"OKP\"")]
    [InlineData("\"logSizeTo\":1000000", "\"logSizeTo\":-1")]
    [InlineData("\"logSizeTo\":1000000", "\"logSizeFrom\":1000000,\"logSizeTo\":1000000")]
    [InlineData("\"from\":1767225600,\"to\":1924992000", "\"from\":1767225600,\"to\":1767225600")]
    [InlineData("\"certificate\":\"REVSACsv\"", "\"certificate\":\"\"")]
    [InlineData("\"certificate\":\"REVSACsv\"", "\"certificate\":\"REVS ACsv\"")]
    [InlineData("\"certificate\":\"REVSACsv\"", "\"certificate\":\"REVSACs_\"")]
    [InlineData("\"role\":\"ocsp\"", "\"role\":\"\"")]
    [InlineData("\"issuer\":\"5a7a78cca4a0f420\"", "\"issuer\":\"51b944cdfa544d4c\"")] // the root, which is no CA of certificates
    [InlineData("\"1.3.6.1.5.5.7.3.9\"", "\"any\"")]
    [InlineData("\"delegations\":[", "\"delegations\":[null,")]
    [InlineData("\"keys\":[", "\"keys\":[null,")]
    public void Refuses_a_member_out_of_its_bounds(string right, string wrong)
    {
        Assert.Contains(right, Published, StringComparison.Ordinal);
        Assert.False(TryDecode(ReplaceFirst(Published, right, wrong), out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Refuses_a_key_twice()
    {
        var json = JsonNode.Parse(Published)!;
        json["keys"]!.AsArray().Add(json["keys"]![0]!.DeepClone());
        Assert.False(TryDecode(json.ToJsonString(), out _, out var refusal));
        Assert.Contains("twice", refusal.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"keys\":")]
    [InlineData("// {}")]
    public void Refuses_what_is_no_card(string json)
    {
        Assert.False(TryDecode(json, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Fact]
    public void Refuses_a_byte_order_mark_bytes_after_the_end_and_bytes_that_are_not_UTF8()
    {
        Assert.False(TryDecode("\uFEFF" + Published, out _, out _));
        Assert.False(TryDecode(Published + "{}", out _, out _));
        var broken = Encoding.UTF8.GetBytes(Published);
        broken[Published.IndexOf('示', StringComparison.Ordinal)] = 0xFF;
        Assert.False(TrustCard.TryDecodeJson(broken, out _, out _));
    }

    [Fact]
    public void Refuses_too_many_bytes_before_reading_them()
    {
        Assert.False(TrustCard.TryDecodeJson(new byte[TrustCard.MaxBytes + 1], out _, out var refusal));
        Assert.Equal(Codes.TooLarge, refusal.Code);
    }

    [Fact]
    public void Repeats_no_foreign_text_in_a_refusal()
    {
        Assert.False(TryDecode(ReplaceFirst(Published, "\"version\":3", "\"version\":3,\"<script>\":1"), out _, out var refusal));
        Assert.DoesNotContain("script", refusal.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Accepts_13_months_to_the_second() =>
        Assert.True(TryDecode(ReplaceFirst(Published, "\"expires\":1798761600", "\"expires\":1801440000"), out _, out _)); // 2027-02-01T00:00:00Z

    [Fact]
    public void Does_not_write_a_card_that_it_would_refuse()
    {
        Assert.True(TryDecode(Published, out var card, out _));
        Assert.Throws<InvalidOperationException>(() => (card! with { Keys = [card.Keys[0], card.Keys[0]] }).EncodeJson());
    }

    [Fact]
    public void Never_throws_and_writes_again_what_it_accepts()
    {
        var bytes = Encoding.UTF8.GetBytes(Published);
        Prop.ForAll(
            ArbMap.Default.ArbFor<(int At, byte Value)>(),
            change =>
            {
                byte[] changed = [.. bytes];
                changed[(int)((uint)change.At % (uint)bytes.Length)] = change.Value;
                if (!TrustCard.TryDecodeJson(changed, out var card, out _))
                    return true;
                var written = card.EncodeJson();
                return TrustCard.TryDecodeJson(written, out var again, out _) && again.EncodeJson().AsSpan().SequenceEqual(written);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
    }

    private static bool TryDecode(string json, out TrustCard? card, out Refusal refusal) => TrustCard.TryDecodeJson(Encoding.UTF8.GetBytes(json), out card, out refusal);

    private static string ReplaceFirst(string text, string right, string wrong)
    {
        var at = text.IndexOf(right, StringComparison.Ordinal);
        return string.Concat(text.AsSpan(0, at), wrong, text.AsSpan(at + right.Length));
    }

    /// <summary>The example without the white space that is for people; it has none inside strings that would be lost.</summary>
    internal static string Compact(string json) => string.Concat(json.Split('\n').Select(line => line.Trim().Replace("\": ", "\":", StringComparison.Ordinal)));
}
