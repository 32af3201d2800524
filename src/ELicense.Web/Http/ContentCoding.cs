using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ELicense.Web.Http;

/// <summary>Compressed forms of texts that do not change (RFC 9110 8.4.1): Brotli, which browsers take over TLS only, and gzip.</summary>
internal static class ContentCoding
{
    public const string Brotli = "br";
    public const string Gzip = "gzip";

    /// <summary>The coding that the client likes best of these, Brotli of two that it likes alike; null: as it is (RFC 9110 12.5.3).</summary>
    public static string? Preferred(HttpRequest request)
    {
        if (request.Headers.AcceptEncoding.Count == 0)
            return null;
        var offered = request.GetTypedHeaders().AcceptEncoding;
        var (brotli, gzip) = (QualityOf(Brotli), QualityOf(Gzip));
        if (brotli > 0 && brotli >= gzip)
            return Brotli;
        return gzip > 0 ? Gzip : null;

        double QualityOf(StringSegment coding) =>
            offered.FirstOrDefault(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)) is { } named ? named.Quality ?? 1
            : offered.FirstOrDefault(one => one.Value == "*") is { } any ? any.Quality ?? 1
            : 0;
    }

    public static byte[] Encode(string coding, byte[] content)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = coding == Brotli ? new BrotliStream(encoded, new BrotliCompressionOptions { Quality = 9 }) : new GZipStream(encoded, CompressionLevel.SmallestSize))
            encoder.Write(content);
        return encoded.ToArray();
    }
}
