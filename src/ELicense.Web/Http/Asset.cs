using System.Reflection;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Web.Http;

/// <summary>A static file of pages, embedded in its room, as it is and compressed. Its address names its content, so it may be kept for ever.</summary>
public sealed class Asset
{
    private const string CacheControl = "public, max-age=31536000, immutable";

    private readonly string? _policy;
    private readonly TaggedContent _plain;
    private readonly Lazy<TaggedContent> _brotli;
    private readonly Lazy<TaggedContent> _gzip;

    /// <param name="room">Where it is embedded, as Assets.FILE.</param>
    /// <param name="policy">Content-Security-Policy of what runs in it; null: that of pages without scripts.</param>
    public Asset(Assembly room, string file, string contentType, string? policy = null)
    {
        var content = Read(room, file);
        _policy = policy;
        _plain = new TaggedContent(content, contentType, CacheControl);
        // Made when the first client asks for it, once: the start of a process waits for nothing.
        _brotli = new Lazy<TaggedContent>(() => new TaggedContent(ContentCoding.Encode(ContentCoding.Brotli, content), contentType, CacheControl, ContentCoding.Brotli));
        _gzip = new Lazy<TaggedContent>(() => new TaggedContent(ContentCoding.Encode(ContentCoding.Gzip, content), contentType, CacheControl, ContentCoding.Gzip));
        var extension = System.IO.Path.GetExtension(file);
        Path = $"/assets/{System.IO.Path.GetFileNameWithoutExtension(file)}.{Digest.Of(content).ToString()[..12]}{extension}";
        Integrity = "sha384-" + Convert.ToBase64String(SHA384.HashData(content));
    }

    public static Asset Style { get; } = new(typeof(Asset).Assembly, "elicense.css", "text/css; charset=utf-8");

    /// <summary>The authority's mark.</summary>
    public static Asset Seal { get; } = new(typeof(Asset).Assembly, "seal.svg", "image/svg+xml");

    public string Path { get; }

    /// <summary>For the integrity attribute (W3C SRI 3.1).</summary>
    public string Integrity { get; }

    public static byte[] Read(Assembly room, string file)
    {
        using var stream = room.GetManifestResourceStream("Assets." + file) ?? throw new InvalidOperationException($"{room.GetName().Name} has no file {file}.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    public static void Map(IEndpointRouteBuilder routes, params ReadOnlySpan<Asset> assets)
    {
        foreach (var asset in assets)
            routes.MapMethods(asset.Path, ["GET", "HEAD"], asset.Serve).AllowAnonymous().WithMetadata(WorkPrice.Kept).ExcludeFromDescription();
    }

    private TaggedContent Serve(HttpContext context)
    {
        if (_policy is not null)
            context.Response.Headers.ContentSecurityPolicy = _policy;
        context.Response.Headers.Vary = "Accept-Encoding";
        return ContentCoding.Preferred(context.Request) switch
        {
            ContentCoding.Brotli => _brotli.Value,
            ContentCoding.Gzip => _gzip.Value,
            _ => _plain,
        };
    }
}
