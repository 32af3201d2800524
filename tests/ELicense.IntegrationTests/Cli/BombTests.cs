using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Xunit;

namespace ELicense.IntegrationTests.Cli;

/// <summary>Hostile bodies at the public door of a real process: refused, or judged invalid, and never much memory.</summary>
[Collection(DemoTour.Name)]
public sealed class BombTests(FinishedDemo demo)
{
    private const int Megabyte = 1024 * 1024;
    private const int HundredMegabytes = 100 * Megabyte;

    private static readonly (string Bomb, Func<HttpRequestMessage> Request, string Expected)[] Table =
    [
        ("token of nested arrays", () => Verification(Base64([0xD2, .. Repeated(0x81, 900)])), "200 invalid"),
        ("token with a text of 4 GiB", () => Verification(Base64([0xD2, 0x84, 0x5A, 0xFF, 0xFF, 0xFF, 0xFF, 0x00])), "200 invalid"),
        ("token with an array of 2^64 - 1", () => Verification(Base64([0xD2, 0x9B, .. Repeated(0xFF, 8)])), "200 invalid"),
        ("token with a header twice", () => Verification(Base64([0xD2, 0x84, 0x45, 0xA2, 0x01, 0x26, 0x01, 0x26, 0xA0, 0x40, 0x40])), "200 invalid"),
        ("token of 40 KB", () => Verification(Base64([0xD2, .. Repeated(0x00, 40_000)])), "400 too-large"),
        ("file of nested arrays", () => Verification(Base64([0xD9, 0xD9, 0xF7, .. Repeated(0x81, 40_000)])), "400"),
        ("file with a member of 4 GiB", () => Verification(Base64([0xD9, 0xD9, 0xF7, 0xA1, 0x61, 0x64, 0x5A, 0xFF, 0xFF, 0xFF, 0xFF])), "400"),
        ("file with a member twice", () => Verification(Base64([0xD9, 0xD9, 0xF7, 0xA2, 0x01, 0x40, 0x01, 0x40])), "400"),
        ("certificate of nested sequences", () => Verification(Base64(NestedSequences(8_000))), "400"),
        ("certificate of 4 GiB", () => Verification(Base64([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30])), "400"),
        ("Base32 of 60,000 digits", () => Verification(new string('2', 60_000)), "400"),
        ("QR text of 60,000 digits", () => Verification("https://127.0.0.1/Q/" + new string('2', 60_000)), "400"),
        ("JSON of nested arrays", () => Json("/api/v1/verifications", new string('[', 120_000)), "400 malformed"),
        ("JSON with a member twice", () => Json("/api/v1/verifications", """{"artefact":"a","artefact":"b"}"""), "400 malformed"),
        ("batch of nested arrays", () => Json("/api/v1/verifications/batch", """{"artefacts":""" + new string('[', 200_000)), "400 malformed"),
        ("batch of 100 MB", () => Large("/api/v1/verifications/batch", chunked: false), "413 too-large"),
        ("body of 100 MB", () => Large("/api/v1/verifications", chunked: false), "413 too-large"),
        ("body of 2 MB in chunks", () => Large("/api/v1/verifications", chunked: true), "413 too-large"),
        ("gzip of 8 MB", Zipped, "400 malformed"),
        ("form of 20,000 fields", () => Form(string.Concat(Enumerable.Repeat("a=b&", 20_000))), "400"),
        ("form with a name of 100 KB", () => Form(new string('a', 100_000) + "=b"), "400"),
        ("OCSP request of nested sequences", () => Ocsp(NestedSequences(1_000)), "200 30030A0101"),
        ("OCSP request of 4 GiB", () => Ocsp([0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF, 0x30]), "200 30030A0101"),
        ("OCSP request of 100 KB", () => Ocsp(new byte[100_000]), "413 too-large"),
        ("path of 60 KB", () => new HttpRequestMessage(HttpMethod.Get, "/ocsp/" + new string('A', 60_000)), "414"),
        ("header of 60 KB", LongHeader, "431"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bombs_are_refused_and_take_neither_memory_nor_time()
    {
        using var server = await ServingElicense.StartAsync("public", demo.Data, "19080", Cancelled);
        // Once without counting, so that the code that refuses them is there.
        await ThrowAllAsync(server.Client);
        server.ForgetPeak();
        var before = server.PeakMemory;
        var computed = server.Process.TotalProcessorTime;
        for (var round = 0; round < 3; round++)
            Assert.Equal(Table.Select(bomb => (bomb.Bomb, bomb.Expected)), await ThrowAllAsync(server.Client));
        Assert.InRange(server.PeakMemory - before, 0, 50 * Megabyte);
        server.Process.Refresh();
        // Of its own time, which a busy machine does not stretch.
        Assert.InRange((server.Process.TotalProcessorTime - computed) / (3 * Table.Length), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    /// <summary>Status and code, verdict or OCSP response of each; as much of it as is expected.</summary>
    private static async Task<List<(string Bomb, string Outcome)>> ThrowAllAsync(HttpClient client)
    {
        var outcomes = new List<(string, string)>();
        foreach (var (bomb, request, expected) in Table)
        {
            using var sent = request();
            using var response = await client.SendAsync(sent, Cancelled);
            var body = await response.Content.ReadAsByteArrayAsync(Cancelled);
            var outcome = $"{(int)response.StatusCode} {What(response.Content.Headers.ContentType?.MediaType, body)}";
            outcomes.Add((bomb, expected.Length == 3 ? outcome[..3] : outcome));
        }

        return outcomes;
    }

    private static string What(string? type, byte[] body) => type switch
    {
        "application/problem+json" => JsonSerializer.Deserialize<JsonElement>(body).GetProperty("code").GetString()!,
        "application/json" => JsonSerializer.Deserialize<JsonElement>(body).GetProperty("verdict").GetString()!,
        "application/ocsp-response" => Convert.ToHexString(body), // malformedRequest: RFC 6960 4.2.1
        _ => "",
    };

    private static byte[] Repeated(byte value, int times) => [.. Enumerable.Repeat(value, times)];

    private static string Base64(byte[] bytes) => Convert.ToBase64String(bytes);

    /// <summary>SEQUENCE in SEQUENCE, with lengths of three octets (X.690 8.1.3.5).</summary>
    private static byte[] NestedSequences(int depth)
    {
        var bytes = new byte[depth * 5];
        for (var at = 0; at < bytes.Length; at += 5)
        {
            var rest = bytes.Length - at - 5;
            (bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3], bytes[at + 4]) = (0x30, 0x83, (byte)(rest >> 16), (byte)(rest >> 8), (byte)rest);
        }

        return bytes;
    }

    private static HttpRequestMessage Verification(string artefact) => Json("/api/v1/verifications", JsonSerializer.Serialize(new { artefact }));

    private static HttpRequestMessage Json(string path, string body) => Post(path, "application/json", Encoding.UTF8.GetBytes(body));

    private static HttpRequestMessage Form(string body) => Post("/", "application/x-www-form-urlencoded", Encoding.UTF8.GetBytes(body));

    private static HttpRequestMessage Ocsp(byte[] body) => Post("/ocsp", "application/ocsp-request", body);

    private static HttpRequestMessage Post(string path, string type, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
    }

    private static HttpRequestMessage Large(string path, bool chunked)
    {
        // What is refused by its length is not sent: Expect (RFC 9110 10.1.1).
        var content = new StreamContent(new MemoryStream(Repeated((byte)' ', chunked ? 2 * Megabyte : 1)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (!chunked)
            content.Headers.ContentLength = HundredMegabytes;
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        (request.Headers.TransferEncodingChunked, request.Headers.ExpectContinue) = (chunked, true);
        return request;
    }

    private static HttpRequestMessage Zipped()
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(new byte[8 * Megabyte]);
        var request = Post("/api/v1/verifications", "application/json", zipped.ToArray());
        request.Content!.Headers.ContentEncoding.Add("gzip");
        return request;
    }

    private static HttpRequestMessage LongHeader()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        request.Headers.Add("X-Long", new string('a', 60_000));
        return request;
    }
}
