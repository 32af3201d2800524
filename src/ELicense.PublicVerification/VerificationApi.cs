using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.PublicVerification.Batches;
using ELicense.PublicVerification.Receipts;
using ELicense.Verification.Publication;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using ELicense.Web.Limits;
using ELicense.Web.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ELicense.PublicVerification;

/// <summary>What is to be verified.</summary>
/// <param name="Artefact">QR text, token as Base32 or base64, .elic as base64, an enterprise's certificate as PEM or base64, or a unified social credit code.</param>
public sealed record VerificationRequest(string Artefact);

/// <summary>The verification API: one artefact to one verdict, and the newest version by credit code.</summary>
internal static class VerificationApi
{
    internal const string Json = "application/json; charset=utf-8";

    /// <summary>Caches may keep an answer, and must ask whether it still holds.</summary>
    internal const string Revalidated = "public, no-cache";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("Verification").WithMetadata(WorkPrice.Signature);
        api.MapPost("/verifications", (Delegate)routes.ServiceProvider.GetRequiredService<SingleVerification>().AnswerAsync)
            .WithName("verify").WithSummary("Verdict on an artefact; an artefact that can be read and is false has the verdict invalid.")
            .Accepts<VerificationRequest>("application/json")
            .Produces<VerdictDocument>(StatusCodes.Status200OK, "application/json", "application/jose")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        BatchEndpoint.Map(api);
        api.MapGet("/licenses/{uscc}", (Delegate)License)
            .WithName("license").WithSummary("Public face and verdict of the newest version; with at=TIME of the one that was the newest then, with proof from the log.")
            .Produces<VerdictDocument>(StatusCodes.Status200OK, "application/json", "application/jose").Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/licenses/{uscc}/status", (Delegate)Status)
            .WithName("licenseStatus").WithSummary("Verdict and status of the newest version, without its face; with at=TIME as above.")
            .Produces<StatusDocument>(StatusCodes.Status200OK, "application/json", "application/jose").Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>401 for a key that is none of ours.</summary>
    internal static IResult KeyUnknown(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer"; // RFC 6750 3
        return Problem.Of(StatusCodes.Status401Unauthorized, Codes.ApiKeyUnknown);
    }

    private static Task<IResult> License(string uscc, string? at, HttpContext context, VerificationDesk desk, ReceiptDesk receipts) =>
        AnswerAsync(uscc, at, context, desk, receipts, static (writer, _, verdict) => VerdictJson.WriteMembers(writer, verdict), kept: null);

    private static Task<IResult> Status(string uscc, string? at, HttpContext context, VerificationDesk desk, ReceiptDesk receipts, KeptStatuses kept) =>
        AnswerAsync(uscc, at, context, desk, receipts, WriteStatus, kept);

    /// <param name="at">Null: now.</param>
    /// <param name="kept">Where the answer is kept; null: it is not.</param>
    private static async Task<IResult> AnswerAsync(
        string uscc, string? at, HttpContext context, VerificationDesk desk, ReceiptDesk receipts, Action<Utf8JsonWriter, CreditCode, Verdict> members, KeptStatuses? kept)
    {
        if (!CreditCode.TryParse(uscc, out var code, out var refusal))
            return Problem.Of(StatusCodes.Status400BadRequest, refusal);
        var (views, now) = (desk.Views, desk.Now);
        if (!views.TryFind(code, out var view))
            return Problem.NotReady();
        // Two answers at one address.
        context.Response.Headers.Vary = "Accept";
        if (at is not null)
            return await OfPastAsync(code, at, context, desk, view, receipts, now, members);
        if (view.VerifyNewest(code, now) is not { } verdict)
            return Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound, "The publication knows no license of this code.");
        if (ReceiptDesk.IsWanted(context.Request))
        {
            desk.Metrics.Count(verdict);
            return await receipts.AnswerAsync(view, code, verdict, now, context.RequestAborted);
        }

        desk.Settle(context, verdict);
        var document = Document(writer => members(writer, code, verdict));
        kept?.Keep(context, code, verdict, document, views, view, now);
        return new TaggedContent(document, Json, Revalidated);
    }

    private static async Task<IResult> OfPastAsync(
        CreditCode code, string text, HttpContext context, VerificationDesk desk, PublicationView view, ReceiptDesk receipts, DateTimeOffset now, Action<Utf8JsonWriter, CreditCode, Verdict> members)
    {
        if (!PastInstant.TryRead(text, view.AsOf, out var at, out var refusal))
            return Problem.Of(StatusCodes.Status400BadRequest, refusal);
        if (view.VerifyAt(code, at) is not { Status: { List: { } list, Index: { } index } } verdict)
            return Problem.Of(StatusCodes.Status404NotFound, Codes.NotFound, "The publication knows no license of this code that was issued by then.");
        desk.Metrics.Count(verdict);
        if (ReceiptDesk.IsWanted(context.Request))
            return await receipts.AnswerAsync(view, code, verdict, now, at, context.RequestAborted);
        var (proof, unproven) = await view.ProveAsync(list, index, at, context.RequestAborted);
        if (proof is null)
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, unproven);
        var document = Document(writer =>
        {
            members(writer, code, verdict);
            writer.WriteString("at"u8, Moments.Rfc3339(at));
            proof.Write(writer);
        });
        return new TaggedContent(document, Json, Revalidated);
    }

    private static byte[] Document(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, VerdictJson.Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStatus(Utf8JsonWriter writer, CreditCode code, Verdict verdict)
    {
        writer.WriteString("uscc"u8, code.Value);
        writer.WriteString("licenseNumber"u8, verdict.Token?.Number.ToString());
        writer.WriteString("verdict"u8, verdict.Value.ApiName());
        VerdictJson.WriteStatus(writer, verdict);
    }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, MaxDepth = 4, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(VerificationRequest))]
[JsonSerializable(typeof(VerdictDocument))]
[JsonSerializable(typeof(BatchRequest))]
[JsonSerializable(typeof(BatchDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class ApiJson : JsonSerializerContext;
