using System.Buffers;
using ELicense.Core;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace ELicense.PublicVerification.Batches;

/// <summary>Many artefacts in one call. Bodies, calls at a time and their length are bounded, for callers without an API key apart from those with one, and of each caller.</summary>
internal sealed class BatchEndpoint
{
    private const string Json = "application/json";
    private const string Lines = "application/x-ndjson";
    private const int FlushBytes = 64 * 1024;

    private readonly Allowance _anybody = new(Artefacts: 100, BodyBytes: 256 * 1024, CallsAtATime: 32, CallsOfOne: 8, TimeSpan.FromSeconds(30));
    private readonly Allowance _keyHolders = new(Artefacts: 10_000, BodyBytes: 16 * 1024 * 1024, CallsAtATime: 8, CallsOfOne: 2, TimeSpan.FromMinutes(5));

    private BatchEndpoint()
    {
    }

    /// <param name="Time">For the whole call, whoever is slow.</param>
    private sealed record Allowance(int Artefacts, int BodyBytes, int CallsAtATime, int CallsOfOne, TimeSpan Time)
    {
        public SemaphoreSlim Calls { get; } = new(CallsAtATime);

        /// <summary>Of one API key, or of one network without a key.</summary>
        public CallerCount<object> OfOne { get; } = new(CallsOfOne);
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/verifications/batch", (Delegate)new BatchEndpoint().Verify)
            .WithName("verifyBatch")
            .WithSummary("Verdicts on up to 100 artefacts, with an API key on up to 10,000, in their order; a line each when application/x-ndjson is accepted.")
            .Accepts<BatchRequest>(Json)
            .Produces<BatchDocument>(StatusCodes.Status200OK, Json, Lines)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            // What its artefacts cost is charged when they have been counted.
            .WithMetadata(WorkPrice.Kept);

    private async Task<IResult> Verify(HttpContext context, VerificationDesk desk, WorkLimits limits)
    {
        if (!context.Request.HasJsonContentType())
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, Codes.UnsupportedMediaType);
        if (!desk.Options.Protection.Keys.TryFind(context.Request, out var key))
            return VerificationApi.KeyUnknown(context);
        var (allowance, caller) = key is null ? (_anybody, (object)ClientNetwork.Of(context.Connection.RemoteIpAddress)) : (_keyHolders, key);
        if (!allowance.OfOne.TryEnter(caller))
            return Problem.Of(StatusCodes.Status429TooManyRequests, Codes.RateLimited);
        try
        {
            return await InTurnAsync(context, desk, limits, allowance);
        }
        finally
        {
            allowance.OfOne.Leave(caller);
        }
    }

    private static async Task<IResult> InTurnAsync(HttpContext context, VerificationDesk desk, WorkLimits limits, Allowance allowance)
    {
        if (!await allowance.Calls.WaitAsync(TimeSpan.Zero))
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, Codes.Overloaded);
        try
        {
            using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            time.CancelAfter(allowance.Time);
            return await VerifyAsync(context, desk, limits, allowance, time.Token);
        }
        finally
        {
            allowance.Calls.Release();
        }
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, VerificationDesk desk, WorkLimits limits, Allowance allowance, CancellationToken cancellation)
    {
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = allowance.BodyBytes;
        ReadOnlyMemory<byte> json;
        try
        {
            json = await ReadAsync(context.Request, allowance.BodyBytes, cancellation);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return Problem.Of(StatusCodes.Status408RequestTimeout, Codes.Malformed, $"The body took longer than {allowance.Time.TotalSeconds} s.");
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            // Chunks whose size overflows.
            return Problem.Of(StatusCodes.Status400BadRequest, Codes.Malformed);
        }

        if (!BatchBody.TryRead(json, allowance.Artefacts, out var body, out var refusal))
            return Problem.Of(refusal.Code == Codes.BatchLimit ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest, refusal);
        var views = desk.Views;
        if (views.All.Count == 0)
            return Problem.NotReady();
        if (!limits.TryCharge(context, body.Count * WorkPrice.Signature.Hundredths, out var refused))
            return refused!;
        var run = new BatchRun(body, views, desk.Now, desk.Metrics);
        await WriteAsync(context, run, cancellation);
        limits.GiveBack(context, run.SeenBefore * (WorkPrice.Signature.Hundredths - WorkPrice.LookUp.Hundredths));
        return Results.Empty;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 0, 4096, maxBytes) + 1);
        int read;
        while ((read = await request.Body.ReadAsync(body.GetMemory(), cancellation)) > 0)
            body.Advance(read);
        return body.WrittenMemory;
    }

    private static async Task WriteAsync(HttpContext context, BatchRun run, CancellationToken cancellation)
    {
        var inLines = context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType.Equals(Lines, StringComparison.OrdinalIgnoreCase));
        var writer = context.Response.BodyWriter;
        context.Response.ContentType = inLines ? Lines : Json + "; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        if (!inLines)
            writer.Write("{\"verdicts\":["u8);
        try
        {
            await foreach (var results in run.ResultsAsync(inLines, cancellation))
            {
                writer.Write(results.Span);
                // A reader that follows the lines gets each turn's at once; a document is whole at its end only.
                if (inLines || writer.UnflushedBytes >= FlushBytes)
                    await writer.FlushAsync(cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // Too slow, or gone: what was answered must not look whole.
            context.Abort();
            return;
        }

        if (!inLines)
            writer.Write("]}"u8);
        await writer.FlushAsync(cancellation);
    }
}
