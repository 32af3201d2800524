using System.Reflection;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Web.Http;

/// <summary>A static file of pages, embedded in its room. Its address names its content, so it may be kept for ever.</summary>
public sealed class Asset
{
    private readonly byte[] _content;
    private readonly string _contentType;
    private readonly string? _policy;

    /// <param name="room">Where it is embedded, as Assets.FILE.</param>
    /// <param name="policy">Content-Security-Policy of what runs in it; null: that of pages without scripts.</param>
    public Asset(Assembly room, string file, string contentType, string? policy = null)
    {
        _content = Read(room, file);
        _contentType = contentType;
        _policy = policy;
        var extension = System.IO.Path.GetExtension(file);
        Path = $"/assets/{System.IO.Path.GetFileNameWithoutExtension(file)}.{Digest.Of(_content).ToString()[..12]}{extension}";
        Integrity = "sha384-" + Convert.ToBase64String(SHA384.HashData(_content));
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
            routes.MapMethods(asset.Path, ["GET", "HEAD"], asset.Serve).WithMetadata(WorkPrice.Kept).ExcludeFromDescription();
    }

    private TaggedContent Serve(HttpContext context)
    {
        if (_policy is not null)
            context.Response.Headers.ContentSecurityPolicy = _policy;
        return new TaggedContent(_content, _contentType, "public, max-age=31536000, immutable");
    }
}
