using System.Buffers.Text;
using System.Formats.Cbor;
using System.Text;
using System.Text.Json.Nodes;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.UnitTests.Docs;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ELicense.UnitTests.Status;

public sealed class StatusListTokenTests
{
    private const string Uri = "https://gs.example.cn/publication/status/licenses/0";
    private static readonly long Issued = new DateTimeOffset(2026, 1, 1, 0, 2, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    private static readonly StatusListToken Example = new(Uri, Issued, Issued + 86400, 300, 3, new StatusList(64)
    {
        [0] = Standing.Valid,
        [1] = Standing.Revoked,
        [2] = Standing.Suspended,
        [3] = Standing.Superseded,
        [4] = Standing.Cancelled,
        [63] = Standing.Valid,
    });

    private static void AssertIsExample(StatusListToken token)
    {
        Assert.Equal(Example with { List = token.List }, token);
        Assert.Equal(Example.List.Packed.ToArray(), token.List.Packed.ToArray());
    }

    private static string? CodeOfJson(string json) =>
        StatusListToken.TryDecodeJwtClaims(Encoding.UTF8.GetBytes(json), 64, out _, out var refusal) ? null : refusal.Code;

    private static string? CodeOfJson(Action<JsonNode> change)
    {
        var claims = JsonNode.Parse(FormatsDocument.Example("status-jwt-claims"))!;
        change(claims);
        return CodeOfJson(claims.ToJsonString());
    }

    private static string? CodeOfCwt(string old, string replacement)
    {
        var hex = Convert.ToHexStringLower(FormatsDocument.Bytes("status-cwt-claims"));
        Assert.Contains(old, hex, StringComparison.Ordinal);
        return StatusListToken.TryDecodeCwtClaims(Convert.FromHexString(hex.Replace(old, replacement, StringComparison.Ordinal)), 64, out _, out var refusal)
            ? null
            : refusal.Code;
    }

    [Fact]
    public void The_packed_list_is_as_documented() => Assert.Equal(FormatsDocument.Bytes("status-packed"), Example.List.Packed.ToArray());

    [Fact]
    public void Reads_the_documented_CWT_claims()
    {
        Assert.True(StatusListToken.TryDecodeCwtClaims(FormatsDocument.Bytes("status-cwt-claims"), 64, out var token, out _));
        AssertIsExample(token);
    }

    [Fact]
    public void Reads_the_documented_JWT_claims()
    {
        Assert.True(StatusListToken.TryDecodeJwtClaims(Encoding.UTF8.GetBytes(FormatsDocument.Example("status-jwt-claims")), 64, out var token, out _));
        AssertIsExample(token);
    }

    // Compressors differ in lst: it is put back as documented before the bytes are compared.
    [Fact]
    public void Writes_the_documented_CWT_claims()
    {
        var lst = Example.List.Compress();
        var written = Convert.ToHexStringLower(Example.EncodeCwtClaims());
        Assert.Equal(
            Convert.ToHexStringLower(FormatsDocument.Bytes("status-cwt-claims")),
            written.Replace(ByteString(lst), ByteString(Convert.FromHexString("789c1330faf31f0fe00700d6221d32")), StringComparison.Ordinal));
    }

    [Fact]
    public void Writes_the_documented_JWT_claims()
    {
        var written = JsonNode.Parse(Example.EncodeJwtClaims())!;
        written["status_list"]!["lst"] = "eJwTMPrzHw_gBwDWIh0y";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(FormatsDocument.Example("status-jwt-claims")), written));
    }

    [Fact]
    public async Task The_peer_reads_the_standings_that_we_wrote()
    {
        var jwt = "e30." + Base64Url.EncodeToString(Example.EncodeJwtClaims()) + ".x";
        var read = await Peers.RunAsync("status-list.mjs", new { jwt }, TestContext.Current.CancellationToken);
        int[] expected = [0, 1, 2, 3, 12, .. Enumerable.Repeat(15, 58), 0];
        Assert.Equal(4, read.GetProperty("bits").GetInt32());
        Assert.Equal(expected, read.GetProperty("statuses").EnumerateArray().Select(status => status.GetInt32()));
    }

    [Fact]
    public void A_license_list_of_every_standing_fits_into_a_token()
    {
        Standing[] standings = [Standing.Valid, Standing.Revoked, Standing.Suspended, Standing.Superseded, Standing.Cancelled, Standing.NotIssued];
        var random = new Random(1);
        var list = new StatusList(StatusList.LicenseListLength);
        for (var i = 0; i < list.Length; i++)
            list[i] = standings[random.Next(standings.Length)];
        Assert.InRange((Example with { List = list }).EncodeJwtClaims().Length, 1, StatusListToken.MaxBytes * 3 / 4);
    }

    [Theory]
    [InlineData("6462697473", "04", "08")]
    [InlineData("19fffe", "19012c", "00")]
    [InlineData("3a00010001", "03", "20")]
    [InlineData("041a", "69570af8", "6955b978")]
    [InlineData("7833", "6874747073", "6874742073")]
    [InlineData("", "3a0001000103", "3a0001000203")]
    public void Refuses_CWT_claims_that_are_out_of_bounds(string before, string old, string replacement)
    {
        Assert.Equal(Codes.Malformed, CodeOfCwt(before + old, before + replacement));
    }

    [Fact]
    public void Refuses_CWT_claims_in_another_order() => Assert.Equal(Codes.NotCanonical, CodeOfCwt("041a69570af8061a6955b978", "061a6955b978041a69570af8"));

    [Fact]
    public void Refuses_CWT_claims_of_another_length_of_list()
    {
        Assert.False(StatusListToken.TryDecodeCwtClaims(FormatsDocument.Bytes("status-cwt-claims"), 128, out _, out var refusal));
        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    [Theory]
    [InlineData("sub")]
    [InlineData("iat")]
    [InlineData("exp")]
    [InlineData("ttl")]
    [InlineData("elicense_log_size")]
    [InlineData("status_list")]
    public void Refuses_JWT_claims_without(string claim) => Assert.Equal(Codes.Malformed, CodeOfJson(claims => claims.AsObject().Remove(claim)));

    [Fact]
    public void Passes_over_other_JWT_claims() => Assert.Null(CodeOfJson(claims => claims["iss"] = "somebody"));

    [Fact]
    public void Refuses_another_number_of_bits() => Assert.Equal(Codes.Malformed, CodeOfJson(claims => claims["status_list"]!["bits"] = 8));

    [Theory]
    [InlineData("eJwTMPrzHw_gBwDWIh0y=")]
    [InlineData("eJwTMPrzHw_gBwDWIh0y\n")]
    [InlineData("eJwTMPrzHw/gBwDWIh0y")]
    [InlineData("")]
    public void Refuses_a_list_that_is_not_base64url(string lst) => Assert.Equal(Codes.Malformed, CodeOfJson(claims => claims["status_list"]!["lst"] = lst));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"sub\":\"a\",\"sub\":\"a\"}")]
    [InlineData("{\"sub\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1,\"\\ud800\":1}")]
    [InlineData("[[[[[[[[[[]]]]]]]]]]")]
    public void Refuses_what_is_not_JWT_claims(string json) => Assert.Equal(Codes.Malformed, CodeOfJson(json));

    [Fact]
    public void Refuses_a_token_beyond_the_bound()
    {
        Assert.False(StatusListToken.TryDecodeCwtClaims(new byte[StatusListToken.MaxBytes + 1], 64, out _, out var cwt));
        Assert.False(StatusListToken.TryDecodeJwtClaims(new byte[StatusListToken.MaxBytes + 1], 64, out _, out var jwt));
        Assert.Equal((Codes.TooLarge, Codes.TooLarge), (cwt.Code, jwt.Code));
    }

    [Fact]
    public void Does_not_write_what_it_would_refuse() =>
        Assert.Throws<InvalidOperationException>(() => (Example with { ExpiresAt = Issued }).EncodeCwtClaims());

    [Fact]
    public void Mutated_CWT_claims_are_refused_or_read() =>
        Prop.ForAll<ushort, byte>((position, value) => Decodes(FormatsDocument.Bytes("status-cwt-claims"), position, value, cwt: true)).QuickCheckThrowOnFailure();

    [Fact]
    public void Mutated_JWT_claims_are_refused_or_read() =>
        Prop.ForAll<ushort, byte>((position, value) => Decodes(Encoding.UTF8.GetBytes(FormatsDocument.Example("status-jwt-claims")), position, value, cwt: false)).QuickCheckThrowOnFailure();

    private static bool Decodes(byte[] bytes, int position, byte value, bool cwt)
    {
        bytes[position % bytes.Length] = value;
        return (cwt
            ? StatusListToken.TryDecodeCwtClaims(bytes, 64, out var token, out var refusal)
            : StatusListToken.TryDecodeJwtClaims(bytes, 64, out token, out refusal)) == token is not null && (token is null) == refusal.Code is not null;
    }

    private static string ByteString(byte[] bytes)
    {
        var writer = new CborWriter();
        writer.WriteByteString(bytes);
        return Convert.ToHexStringLower(writer.Encode());
    }
}
