using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Display;

/// <summary>What is embedded for the address of a confirmation page (oembed.com 2.3.4).</summary>
/// <param name="Type">rich, with html, width and height; link, without, where the badge has no room.</param>
/// <param name="CacheAge">Seconds.</param>
internal sealed record OEmbedDocument(
    string Version, string Type, string Title, [property: JsonPropertyName("provider_name")] string ProviderName, [property: JsonPropertyName("provider_url")] Uri ProviderUrl,
    [property: JsonPropertyName("cache_age")] int CacheAge, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Html,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Width, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Height);

/// <summary>GET /api/v1/oembed: editors that know oEmbed make a badge of the address of its confirmation page.</summary>
internal static class OEmbed
{
    private const string Route = "/api/v1/oembed";

    /// <summary>Where the description of a badge is; confirmation pages name it, so that an editor finds it (oembed.com 4).</summary>
    public static Uri Address(Badge badge, Uri service) => new(service, $"{Route}?url={Uri.EscapeDataString(BadgeSnippet.Page(badge, service).AbsoluteUri)}&format=json");

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Route, Describe)
            .WithTags("Display").WithName("oembed").WithMetadata(WorkPrice.LookUp).WithSummary("What an editor that knows oEmbed shows for the address of a confirmation page.")
            .Produces<OEmbedDocument>(StatusCodes.Status200OK, "application/json").Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status501NotImplemented).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <param name="maxWidth">Pixels; null: any. A badge is never shown smaller than it can be read.</param>
    /// <param name="maxHeight">Likewise.</param>
    private static IResult Describe(string? url, string? format, int? maxWidth, int? maxHeight, HttpContext context, DisplayOptions options)
    {
        BadgeApi.OpenToAll(context);
        if (format is not (null or "json"))
            return Problem.Of(StatusCodes.Status501NotImplemented, Codes.UnsupportedMediaType, "The one format is json.");
        if (!TryId(url, options.PublicAddress, out var id))
            return Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound);
        if (!JudgedBadge.TryFind(id, options, options.Publications.Views, out var judged, out var refused))
            return refused;
        if (!judged.Badge.IsInUse)
            return Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound);
        BadgeLook? fitting = Enum.GetValues<BadgeShape>().Select(shape => (BadgeLook?)new BadgeLook(shape, BadgeTheme.Auto, Only: null))
            .FirstOrDefault(look => look!.Value.Size.Width <= (maxWidth ?? int.MaxValue) && look.Value.Size.Height <= (maxHeight ?? int.MaxValue));
        var document = new OEmbedDocument(
            "1.0", fitting is null ? "link" : "rich", BadgePicture.AlternativeText(judged), judged.View.Trust.Card.AuthorityName.Chinese,
            new Uri(options.PublicAddress, "/"), (int)options.PictureMaxAge.TotalSeconds, fitting is { } shown ? BadgeSnippet.Link(judged.Badge, options.PublicAddress, shown) : null,
            fitting?.Size.Width, fitting?.Size.Height);
        return new TaggedContent(JsonSerializer.SerializeToUtf8Bytes(document, BadgeJson.Plain.OEmbedDocument), "application/json", options.PictureCaching);
    }

    /// <summary>The badge of a confirmation page of ours, whatever its query says.</summary>
    private static bool TryId(string? url, Uri service, out string id)
    {
        const string Before = "/badge/";
        id = "";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var page) || page.Authority != service.Authority || !page.AbsolutePath.StartsWith(Before, StringComparison.Ordinal))
            return false;
        id = page.AbsolutePath[Before.Length..];
        return true;
    }
}
