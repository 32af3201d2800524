using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core.Trust;
using ELicense.Verification.Verdicts;
using ELicense.Web.Delegates;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Display;

/// <summary>A badge for machines.</summary>
/// <param name="Verdict">Of the newest version of the license: valid, invalid, revoked, cancelled, suspended, superseded, expired, not-yet-valid, stale or unknown.</param>
/// <param name="AsOf">When that was published; null: unknown.</param>
/// <param name="Origin">Scheme, host and port of the one site that the badge belongs to.</param>
/// <param name="Path">Of the one page of it that the badge belongs to; null: it belongs to the whole site.</param>
/// <param name="State">proven: the badge is in use; pending, paused, lost, deleted: it is not, and nothing is signed.</param>
/// <param name="Confirmed">When control of the site was last shown; null: never, or the operator answers for it.</param>
/// <param name="Page">Confirmation page.</param>
/// <param name="Statement">JWS: whose site shows whose license, good for 90 days at most; null while no delegate can sign.</param>
/// <param name="Standing">JWS: the verdict, good for a minute; null likewise, and while the license is valid but control of the site was not shown for 30 hours.</param>
/// <param name="Snippet">HTML for the registered site: link, picture and script.</param>
/// <param name="Frame">HTML for a site whose editor takes nothing but an iframe.</param>
internal sealed record BadgeDocument(
    string Id, string Uscc, string Name, string? Identifier, string Origin, string? Path, string State, DateTimeOffset? Confirmed, string Verdict, DateTimeOffset? AsOf, long? LogSize, Uri Page, Uri Picture, string? Statement, string? Standing, string Snippet, string Frame);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(BadgeDocument))]
[JsonSerializable(typeof(OEmbedDocument))]
internal sealed partial class BadgeJson : JsonSerializerContext
{
    public static BadgeJson Plain { get; } = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary>GET /api/v1/badges/{id}, /badge/keys.json and the scripts: what a page of any site may read.</summary>
internal static class BadgeApi
{
    /// <summary>Before the badge's identifier.</summary>
    public const string Path = "/api/v1/badges/";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path + "{id}", BadgeAsync)
            .WithTags("Display").WithName("badgeDocument").WithMetadata(WorkPrice.Signature).WithSummary("The badge with its signed statement and standing.")
            .Produces<BadgeDocument>(StatusCodes.Status200OK, "application/json").Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        routes.MapGet("/badge/keys.json", Keys)
            .WithTags("Display").WithName("badgeKeys").WithMetadata(WorkPrice.Kept).WithSummary("Keys that sign badges now, as JWKs with their certificates.");
        foreach (var script in BadgeScript.All)
            MapScript(routes, script.Path, script, "public, max-age=31536000, immutable");
        // For sites that cannot name a hash.
        MapScript(routes, "/badge.js", BadgeScript.Newest, "public, max-age=3600");
    }

    private static void MapScript(IEndpointRouteBuilder routes, string path, BadgeScript script, string caching)
    {
        var content = new TaggedContent(script.Content, "text/javascript; charset=utf-8", caching);
        routes.MapMethods(path, ["GET", "HEAD"], (HttpContext context) =>
        {
            OpenToAll(context);
            return content;
        }).WithMetadata(WorkPrice.Kept).ExcludeFromDescription();
    }

    private static async Task<IResult> BadgeAsync(string id, HttpContext context, DisplayOptions options, BadgeSigning signing)
    {
        OpenToAll(context);
        if (!JudgedBadge.TryFind(id, options, options.Publications.Views, out var judged, out var refused))
            return refused;
        var (badge, _, verdict, _) = judged;
        var signed = await signing.SignAsync(judged, context.RequestAborted);
        var document = new BadgeDocument(
            badge.Id, badge.CreditCode.Value, judged.Name, verdict.Identifier?.ToString(), badge.Origin.GetLeftPart(UriPartial.Authority), badge.Path, badge.State.ToString().ToLowerInvariant(), badge.Confirmed, verdict.Value.ApiName(), verdict.Status?.AsOf,
            verdict.Status?.LogSize, BadgeSnippet.Page(badge, options.PublicAddress), BadgeSnippet.Picture(badge, options.PublicAddress), signed?.Statement, judged.IsUnconfirmed ? null : signed?.Standing,
            BadgeSnippet.Html(badge, options.PublicAddress), BadgeSnippet.Frame(badge, options.PublicAddress));
        // Asked for anew each time: a standing that a cache kept would be an old one.
        return new TaggedContent(JsonSerializer.SerializeToUtf8Bytes(document, BadgeJson.Plain.BadgeDocument), "application/json", "no-cache");
    }

    private static TaggedContent Keys(HttpContext context, DisplayOptions options)
    {
        OpenToAll(context);
        var now = options.Clock.GetUtcNow();
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("keys"u8);
            foreach (var view in options.Publications.Views.All)
            {
                if (StatementSettings.FindSigner(options.Signers, view, now) is { } signer)
                    Write(writer, signer);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return new TaggedContent(buffer.WrittenSpan.ToArray(), "application/jwk-set+json", "no-cache");
    }

    // RFC 7517 4
    private static void Write(Utf8JsonWriter writer, StatementSigner signer)
    {
        var key = JsonWebKey.From(signer.Key.PublicKey.SubjectPublicKeyInfo.Span);
        writer.WriteStartObject();
        writer.WriteString("kty"u8, key.KeyType);
        writer.WriteString("crv"u8, key.Curve);
        writer.WriteString("x"u8, key.X);
        writer.WriteString("y"u8, key.Y);
        writer.WriteString("kid"u8, signer.Key.PublicKey.Kid.ToString());
        writer.WriteString("alg"u8, key.Algorithm);
        writer.WriteString("use"u8, "sig"u8);
        writer.WriteStartArray("x5c"u8);
        writer.WriteBase64StringValue(signer.Certificate.Span);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // Pages of any site read it, with or without CORS; it is the same for all and tells nothing of the reader.
    public static void OpenToAll(HttpContext context)
    {
        context.Response.Headers.AccessControlAllowOrigin = "*";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }
}
