using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ELicense.Core;
using Microsoft.AspNetCore.Http;

namespace ELicense.Authority;

/// <summary>What a call's body says: one JSON object of a known shape.</summary>
internal static class RequestBody
{
    /// <summary>Codes: unsupported-media-type, malformed (not JSON, not UTF-8, an unknown or repeated member, a member of another type).</summary>
    public static async Task<(T? Value, Refusal? Refusal)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> shape)
        where T : class
    {
        if (!context.Request.HasJsonContentType())
            return (null, new Refusal(Codes.UnsupportedMediaType, "The body is application/json."));
        try
        {
            var value = await JsonSerializer.DeserializeAsync(context.Request.Body, shape, context.RequestAborted);
            return value is null ? (null, new Refusal(Codes.Malformed, "The body is a JSON object, not null.")) : (value, null);
        }
        catch (JsonException e)
        {
            // The message may repeat the caller's own text, at most the name of a member.
            return (null, new Refusal(Codes.Malformed, $"The body is not what this call takes: at {e.Path ?? "$"}, line {(e.LineNumber ?? 0) + 1}."));
        }
    }
}
