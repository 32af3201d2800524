using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Cryptography.Certificates.Ocsp;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace ELicense.PublicVerification.Ocsp;

/// <summary>POST /ocsp and GET /ocsp/{base64} (RFC 6960 A.1). What is no request is answered 200 and malformedRequest; what is no HTTP for OCSP, 4xx.</summary>
internal static class OcspEndpoint
{
    private const string RequestType = "application/ocsp-request";
    private static readonly StringValues ResponseType = "application/ocsp-response";
    private static readonly StringValues NotKept = "no-store";
    private static readonly StringValues NoSniff = "nosniff";

    public static KeptRoute KeptRoute(IServiceProvider services)
    {
        var (responders, desk) = (services.GetRequiredService<OcspResponders>(), services.GetRequiredService<VerificationDesk>());
        return new KeptRoute(OcspTarget.Prefix, (HttpContext context, string target, [NotNullWhen(true)] out Task? answering) =>
        {
            answering = responders.Find(target) is { } kept ? AnswerKeptAsync(context, desk, kept) : null;
            return answering is not null;
        });
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var ocsp = routes.MapGroup("").WithTags("Certificates").WithMetadata(WorkPrice.Signature);
        ocsp.MapPost("/ocsp", (Delegate)Post)
            .WithName("ocsp").WithSummary("OCSP by POST (RFC 6960 A.1).")
            .Accepts<byte[]>(RequestType).Produces<byte[]>(StatusCodes.Status200OK, "application/ocsp-response")
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        ocsp.MapMethods("/ocsp/{**request}", ["GET", "HEAD"], async (string? request, HttpContext context, OcspResponders responders, VerificationDesk desk) =>
            {
                var reply = await responders.AnswerGetAsync(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
                desk.Settle(context, reply);
                await WriteAsync(context, reply);
            })
            .WithName("ocspGet").WithSummary("OCSP by GET: the request in base64, percent-encoded.")
            .Produces<byte[]>(StatusCodes.Status200OK, "application/ocsp-response").Produces(StatusCodes.Status304NotModified);
    }

    private static Task AnswerKeptAsync(HttpContext context, VerificationDesk desk, KeptAnswer kept)
    {
        if (!desk.Limits.TryCharge(context, WorkPrice.Kept.Hundredths, out var refused))
            return refused!.ExecuteAsync(context);
        var reply = OcspReply.Of(kept);
        desk.Metrics.Count(reply);
        return WriteAsync(context, reply);
    }

    private static async Task<IResult> Post(HttpContext context, OcspResponders responders, VerificationDesk desk)
    {
        if (!string.Equals(context.Request.ContentType, RequestType, StringComparison.OrdinalIgnoreCase))
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, Codes.UnsupportedMediaType, $"The body is {RequestType}.");
        var buffer = ArrayPool<byte>.Shared.Rent(OcspRequest.MaxBytes + 1);
        try
        {
            var length = await context.Request.Body.ReadAtLeastAsync(buffer.AsMemory(0, OcspRequest.MaxBytes + 1), OcspRequest.MaxBytes + 1, throwOnEndOfStream: false, context.RequestAborted);
            if (length > OcspRequest.MaxBytes)
                return Problem.Of(StatusCodes.Status413PayloadTooLarge, Codes.TooLarge, $"A request has at most {OcspRequest.MaxBytes} bytes.");
            var reply = await responders.AnswerAsync(buffer.AsMemory(0, length));
            desk.Settle(context, reply);
            await WriteAsync(context, reply);
            return Results.Empty;
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException)
        {
            // Chunks whose size overflows.
            return Problem.Of(StatusCodes.Status400BadRequest, Codes.Malformed);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Task WriteAsync(HttpContext context, OcspReply reply)
    {
        var (request, response) = (context.Request, context.Response);
        var headers = response.Headers;
        headers.XContentTypeOptions = NoSniff;
        if (reply.Kept is { } kept)
        {
            // RFC 5019 6.2, RFC 9919: caches keep answers for as long as they are good.
            headers.CacheControl = kept.CacheControl;
            headers.ETag = kept.ETag;
            headers.Expires = kept.Expires;
            headers.LastModified = kept.LastModified;
            if (request.Headers.IfNoneMatch is { Count: > 0 } && HttpMethods.IsGet(request.Method) && TaggedContent.Knows(request, new EntityTagHeaderValue(kept.ETag.ToString())))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }
        else
        {
            headers.CacheControl = NotKept;
        }

        headers.ContentType = ResponseType;
        response.ContentLength = reply.Response.Length;
        if (!HttpMethods.IsHead(request.Method))
            response.BodyWriter.Write(reply.Response.Span);
        return Task.CompletedTask;
    }
}
