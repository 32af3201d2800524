using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.Core.Enterprises;
using ELicense.Display;
using ELicense.Issuance.Matters;
using ELicense.UnitTests;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>GET /api/v1/badges/{id}: what machines, and the script in the browser, are told of a badge.</summary>
public sealed class BadgeStatementTests : IAsyncLifetime
{
    private readonly PublicStation _station = new();

    private Badge _badge = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _station.InitializeAsync();
        Assert.True(CreditCode.TryParse(PublicStation.ValidCode, out var code, out _));
        _badge = _station.Badges.Register(code, new Uri("https://shop.example.cn/tea"), _station.Clock.GetUtcNow());
    }

    public ValueTask DisposeAsync() => _station.DisposeAsync();

    [Fact]
    public async Task Statement_and_standing_verify_in_another_jose_implementation_and_the_key_is_certified_for_badges()
    {
        var badge = await BadgeAsync();
        var jwks = await _station.Http.GetFromJsonAsync<JsonElement>("/badge/keys.json", Cancelled);
        var (said, now) = await SaidAsync(badge);
        var (statement, standing) = (said[0].GetProperty("payload"), said[1].GetProperty("payload"));
        Assert.Equal(
            (_badge.Id, PublicStation.ValidCode, "福州市闽江源茶叶贸易有限公司", "https://shop.example.cn", "elicense-badge+jws"),
            (Text(statement, "id"), Text(statement, "uscc"), Text(statement, "name"), Text(statement, "origin"), Text(said[0].GetProperty("header"), "typ")));
        Assert.Equal((_badge.Id, "valid", "elicense-badge-standing+jws"), (Text(standing, "id"), Text(standing, "standing"), Text(said[1].GetProperty("header"), "typ")));
        Assert.InRange(standing.GetProperty("expires").GetInt64() - now, 1, 60);
        Assert.InRange(badge.GetProperty("standing").GetString()!.Length, 1, 1024);

        // The statement does not outlive the certificate, which has the purpose of badges in the development arc (certs-dev/hierarchy.json).
        using var certificate = X509CertificateLoader.LoadCertificate(jwks.GetProperty("keys")[0].GetProperty("x5c")[0].GetBytesFromBase64());
        Assert.Equal(new DateTimeOffset(certificate.NotAfter).ToUnixTimeSeconds(), statement.GetProperty("expires").GetInt64());
        Assert.Equal(["1.3.6.1.4.1.32473.3.1"], certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(usage => usage.Value!));
    }

    [Fact]
    public async Task It_is_kept_and_signed_anew_in_time_and_at_once_when_the_license_is_revoked()
    {
        var first = await BadgeAsync();
        var again = await BadgeAsync();
        Assert.Equal((Text(first, "statement"), Text(first, "standing")), (Text(again, "statement"), Text(again, "standing")));

        // Half a minute: another standing. Half of the statement's life: nobody renews the station's delegate, so there is a shorter statement until the certificate ends, and then none.
        _station.Clock.Ahead = TimeSpan.FromSeconds(31);
        var later = await BadgeAsync();
        Assert.Equal(Text(first, "statement"), Text(later, "statement"));
        Assert.NotEqual(Text(first, "standing"), Text(later, "standing"));

        _station.Change(MatterType.Revocation, PublicStation.ValidCode);
        await _station.PublishAsync();
        var revoked = await BadgeAsync();
        Assert.Equal("revoked", Text((await SaidAsync(revoked)).Said[1].GetProperty("payload"), "standing"));
        Assert.Equal(Text(first, "statement"), Text(revoked, "statement"));

        _station.Clock.Ahead = TimeSpan.FromDays(7.1);
        Assert.NotEqual(Text(first, "statement"), Text(await BadgeAsync(), "statement"));
        _station.Clock.Ahead = TimeSpan.FromDays(14);
        var ended = await BadgeAsync();
        Assert.Equal((JsonValueKind.Null, JsonValueKind.Null), (ended.GetProperty("statement").ValueKind, ended.GetProperty("standing").ValueKind));
        Assert.Equal(0, (await _station.Http.GetFromJsonAsync<JsonElement>("/badge/keys.json", Cancelled)).GetProperty("keys").GetArrayLength());
    }

    [Fact]
    public async Task Pages_of_any_site_may_read_it_and_caches_ask_each_time()
    {
        using var response = await _station.Http.GetAsync("/api/v1/badges/" + _badge.Id, Cancelled);
        Assert.Equal(("*", "no-cache", 0), (response.Headers.GetValues("Access-Control-Allow-Origin").Single(), response.Headers.CacheControl!.ToString(), response.Headers.Vary.Count));
        using var unknown = await _station.Http.GetAsync("/api/v1/badges/aaaaaaaaaaaaaaaaaaaaaaaaaa", Cancelled);
        await VerificationApiTests.AssertProblemAsync(unknown, HttpStatusCode.NotFound, "not-found");
        var api = await _station.Http.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancelled);
        Assert.Contains("/api/v1/badges/{id}", api.GetProperty("paths").EnumerateObject().Select(path => path.Name));
    }

    [Fact]
    public async Task The_snippet_names_the_hash_of_the_script_which_has_six_kilobytes_at_most()
    {
        var script = await _station.Http.GetByteArrayAsync("/badge.js", Cancelled);
        var hash = "sha384-" + Convert.ToBase64String(SHA384.HashData(script));
        var snippet = Text(await BadgeAsync(), "snippet")!;
        Assert.Contains($"integrity=\"{hash}\"", snippet, StringComparison.Ordinal);
        Assert.Contains($"""<a href="https://gs.example.cn/badge/{_badge.Id}"><img src="https://gs.example.cn/badge/{_badge.Id}.svg" width="160" height="48" """, snippet, StringComparison.Ordinal);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(script);
        Assert.InRange(packed.Length, 1, 6 * 1024);
    }

    private async Task<(JsonElement[] Said, long Now)> SaidAsync(JsonElement badge)
    {
        var jwks = await _station.Http.GetFromJsonAsync<JsonElement>("/badge/keys.json", Cancelled);
        var read = await Peers.RunAsync("badge-verify.mjs", new { statements = new[] { Text(badge, "statement"), Text(badge, "standing") }, jwks }, Cancelled);
        return ([.. read.EnumerateArray()], _station.Clock.GetUtcNow().ToUnixTimeSeconds());
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private Task<JsonElement> BadgeAsync() => _station.Http.GetFromJsonAsync<JsonElement>("/api/v1/badges/" + _badge.Id, Cancelled);
}
