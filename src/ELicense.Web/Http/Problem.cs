using System.Text.Json;
using ELicense.Core;
using ELicense.Web.Pages;
using ELicense.Web.Texts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ELicense.Web.Http;

/// <summary>Errors over HTTP: application/problem+json (RFC 9457) with a stable code, or a page for readers.</summary>
public static class Problem
{
    public const string ContentType = "application/problem+json";

    public static IResult Of(int status, string code, string? reason = null) => new ProblemResult(status, code, reason);

    /// <param name="members">Further members of the object (RFC 9457 3.2).</param>
    public static IResult Of(int status, Refusal refusal, params (string Name, string Value)[] members) =>
        new ProblemResult(status, refusal.Code, refusal.Detail, members);

    /// <summary>503 while there is no publication to answer from.</summary>
    public static IResult NotReady() => Of(StatusCodes.Status503ServiceUnavailable, Codes.NotReady);

    /// <summary>What happened and what to do, in the reader's language.</summary>
    public static string Sentence(Language language, string code) =>
        TextCatalog.Shared.Find(language, "problem." + code) ?? TextCatalog.Shared.Get(language, "problem.other");

    /// <summary>The code of an answer that has only a status.</summary>
    public static string CodeFor(int status) => status switch
    {
        StatusCodes.Status404NotFound => Codes.NotFound,
        StatusCodes.Status405MethodNotAllowed => Codes.MethodNotAllowed,
        StatusCodes.Status413PayloadTooLarge or StatusCodes.Status414UriTooLong or StatusCodes.Status431RequestHeaderFieldsTooLarge => Codes.TooLarge,
        StatusCodes.Status415UnsupportedMediaType => Codes.UnsupportedMediaType,
        StatusCodes.Status429TooManyRequests => Codes.RateLimited,
        StatusCodes.Status503ServiceUnavailable => Codes.NotReady,
        >= 500 => Codes.InternalError,
        _ => Codes.Malformed,
    };

    /// <summary>A page where a reader asks for one, else problem details.</summary>
    internal static IResult ForStatus(HttpContext context, int status) => ForStatus(context, status, CodeFor(status));

    /// <inheritdoc cref="ForStatus(HttpContext, int)"/>
    internal static IResult ForStatus(HttpContext context, int status, string code) =>
        WantsPage(context.Request)
            ? new PageResult<ProblemPage, ProblemPage.Problem>(PageContext.Of(context, DateTimeOffset.UnixEpoch, authority: null), new(code), status)
            : Of(status, code);

    /// <summary>Whether a reader asks, and no program.</summary>
    public static bool WantsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private sealed class ProblemResult(int status, string code, string? reason, params (string Name, string Value)[] members) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = ContentType;
            response.Headers.CacheControl = "no-store";
            if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && response.Headers.RetryAfter.Count == 0)
                response.Headers.RetryAfter = "5";
            await using var writer = new Utf8JsonWriter(response.BodyWriter);
            writer.WriteStartObject();
            writer.WriteString("type"u8, "about:blank"u8);
            writer.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(status));
            writer.WriteNumber("status"u8, status);
            writer.WriteString("code"u8, code);
            writer.WriteString("detail"u8, Sentence(LanguageChoice.Of(httpContext), code));
            if (reason is not null)
                writer.WriteString("reason"u8, reason);
            foreach (var (name, value) in members)
                writer.WriteString(name, value);
            writer.WriteEndObject();
            await writer.FlushAsync(httpContext.RequestAborted);
        }
    }
}
