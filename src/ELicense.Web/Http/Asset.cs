using ELicense.Core;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Web.Http;

/// <summary>A static file of all pages. Its address names its content, so it may be kept for ever.</summary>
public sealed class Asset
{
    private readonly byte[] _content;
    private readonly string _contentType;

    private Asset(string name, string extension, string contentType)
    {
        using var stream = typeof(Asset).Assembly.GetManifestResourceStream($"Assets.{name}{extension}")!;
        _content = new byte[stream.Length];
        stream.ReadExactly(_content);
        _contentType = contentType;
        Path = $"/assets/{name}.{Digest.Of(_content).ToString()[..12]}{extension}";
    }

    public static Asset Style { get; } = new("elicense", ".css", "text/css; charset=utf-8");

    /// <summary>The authority's mark.</summary>
    public static Asset Seal { get; } = new("seal", ".svg", "image/svg+xml");

    public string Path { get; }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var asset in (Asset[])[Style, Seal])
        {
            routes.MapMethods(asset.Path, ["GET", "HEAD"], () => new TaggedContent(asset._content, asset._contentType, "public, max-age=31536000, immutable"))
                .WithMetadata(WorkPrice.Kept).ExcludeFromDescription();
        }
    }
}
