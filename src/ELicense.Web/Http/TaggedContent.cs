using ELicense.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace ELicense.Web.Http;

/// <summary>A body with a strong ETag made of its bytes (RFC 9110 8.8.3); 304 when the client has it already.</summary>
/// <param name="coding">Content-Encoding of the body, of an answer that depends on what the client accepts; null: the body is as it is. Each coding has its own tag.</param>
public sealed class TaggedContent(byte[] body, string contentType, string cacheControl, string? coding = null) : IResult
{
    private EntityTagHeaderValue? _tag;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var tag = _tag ??= TagOf(body);
        var response = httpContext.Response;
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = cacheControl;

        if (Knows(httpContext.Request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = contentType;
        if (coding is not null)
            response.Headers.ContentEncoding = coding;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    public static EntityTagHeaderValue TagOf(ReadOnlySpan<byte> body) => new("\"" + Digest.Of(body).ToString()[..32] + "\"");

    /// <summary>Whether the client has what this tag names (RFC 9110 13.1.2: weak comparison).</summary>
    public static bool Knows(HttpRequest request, EntityTagHeaderValue tag) =>
        request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
}
