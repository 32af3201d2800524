using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Web;

/// <summary>Assets and their compressed forms, and kept answers to /status: each representation with its own strong tag.</summary>
public sealed partial class StaticDeliveryTests(PublicStation station) : IClassFixture<PublicStation>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", null)]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("gzip;q=1, br;q=0.5", "gzip")]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity", null)]
    public async Task An_asset_comes_in_the_coding_that_the_client_likes_best(string accepted, string? coding)
    {
        using var response = await GetAsync(await StyleAsync(), accepted);
        Assert.Equal(coding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
        Assert.Equal("public, max-age=31536000, immutable", CacheControl(response));
        Assert.False(response.Headers.ETag!.IsWeak);
    }

    [Fact]
    public async Task Compressed_forms_are_the_same_text_and_smaller_under_tags_of_their_own()
    {
        var path = await StyleAsync();
        using var plain = await GetAsync(path, "");
        using var brotli = await GetAsync(path, "br");
        using var gzip = await GetAsync(path, "gzip");
        var text = await plain.Content.ReadAsByteArrayAsync(Cancelled);
        Assert.Equal(text, Decoded(await brotli.Content.ReadAsStreamAsync(Cancelled), stream => new BrotliStream(stream, CompressionMode.Decompress)));
        Assert.Equal(text, Decoded(await gzip.Content.ReadAsStreamAsync(Cancelled), stream => new GZipStream(stream, CompressionMode.Decompress)));
        Assert.True(brotli.Content.Headers.ContentLength < text.Length / 2);
        Assert.Equal(3, new[] { plain, brotli, gzip }.Select(response => response.Headers.ETag).Distinct().Count());
        using var again = await GetAsync(path, "br", brotli.Headers.ETag);
        using var other = await GetAsync(path, "gzip", brotli.Headers.ETag);
        Assert.Equal((HttpStatusCode.NotModified, HttpStatusCode.OK), (again.StatusCode, other.StatusCode));
    }

    [Fact]
    public async Task A_status_asked_for_again_has_the_same_bytes_and_headers_until_something_changes()
    {
        const string Path = $"/api/v1/licenses/{PublicStation.HostileCode}/status";
        using var first = await GetAsync(Path, "");
        using var kept = await GetAsync(Path, "");
        Assert.Equal(Headers(first), Headers(kept));
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancelled), await kept.Content.ReadAsStringAsync(Cancelled));
        using var known = await GetAsync(Path, "", kept.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);

        // At the same address a receipt is another answer.
        using var receipt = new HttpRequestMessage(HttpMethod.Get, Path);
        receipt.Headers.Accept.ParseAdd("application/jose");
        using var signed = await station.Http.SendAsync(receipt, Cancelled);
        Assert.NotEqual("application/json", signed.Content.Headers.ContentType?.MediaType);

        station.Change(MatterType.Suspension, PublicStation.HostileCode);
        await station.PublishAsync();
        using var changed = await GetAsync(Path, "", kept.Headers.ETag);
        Assert.Contains("\"verdict\":\"suspended\"", await changed.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kept_status_turns_stale_with_the_publication()
    {
        var own = new PublicStation();
        await own.InitializeAsync();
        await using (own)
        {
            const string Path = $"/api/v1/licenses/{PublicStation.ValidCode}/status";
            Assert.Contains("\"verdict\":\"valid\"", await own.Http.GetStringAsync(Path, Cancelled), StringComparison.Ordinal);
            Assert.Contains("\"verdict\":\"valid\"", await own.Http.GetStringAsync(Path, Cancelled), StringComparison.Ordinal);
            own.Clock.Ahead += TimeSpan.FromSeconds(86_401);
            Assert.Contains("\"verdict\":\"stale\"", await own.Http.GetStringAsync(Path, Cancelled), StringComparison.Ordinal);
        }
    }

    private async Task<string> StyleAsync() => StylePath().Match(await station.Http.GetStringAsync("/", Cancelled)).Value;

    private async Task<HttpResponseMessage> GetAsync(string path, string accepted, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accepted.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        return await station.Http.SendAsync(request, Cancelled);
    }

    private static byte[] Decoded(Stream body, Func<Stream, Stream> decoder)
    {
        using var stream = decoder(body);
        var decoded = new MemoryStream();
        stream.CopyTo(decoded);
        return decoded.ToArray();
    }

    private static string CacheControl(HttpResponseMessage response) => response.Headers.NonValidated["Cache-Control"].ToString();

    private static SortedDictionary<string, string> Headers(HttpResponseMessage response) => new(
        response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated).Where(header => header.Key != "Date").ToDictionary(header => header.Key, header => header.Value.ToString()),
        StringComparer.Ordinal);

    [GeneratedRegex(@"/assets/elicense\.[0-9a-f]+\.css")]
    private static partial Regex StylePath();
}
