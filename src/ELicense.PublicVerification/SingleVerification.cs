using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using ELicense.Core;
using ELicense.PublicVerification.Receipts;
using ELicense.Verification.Verdicts;
using ELicense.Web.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ELicense.PublicVerification;

/// <summary>POST /verifications: one artefact to one verdict. It reads and writes the connection's own buffers: all that is not the signature is to cost little.</summary>
internal sealed class SingleVerification(VerificationDesk desk, ReceiptDesk receipts)
{
    private const string PlainJson = "application/json";

    private static readonly StringValues JsonType = VerificationApi.Json;

    public async Task AnswerAsync(HttpContext context)
    {
        if (await VerifyAsync(context) is { } other)
            await other.ExecuteAsync(context);
    }

    /// <returns>What else is to be answered; null: the verdict is written.</returns>
    private async ValueTask<IResult?> VerifyAsync(HttpContext context)
    {
        if (context.Request.ContentType != PlainJson && !context.Request.HasJsonContentType())
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, Codes.UnsupportedMediaType);
        if (!desk.Options.Protection.Keys.TryFind(context.Request, out _))
            return VerificationApi.KeyUnknown(context);
        string? text;
        try
        {
            text = await ReadTextAsync(context.Request.BodyReader, context.RequestAborted);
        }
        catch (Exception e) when (e is JsonException || (e is IOException and not BadHttpRequestException))
        {
            // The latter for chunks whose size overflows.
            return Problem.Of(StatusCodes.Status400BadRequest, Codes.Malformed, "The body is a JSON object with the one member \"artefact\", a text.");
        }

        if (!Artefact.TryRead(text, out var artefact, out var refusal))
        {
            desk.Metrics.CountUnread();
            return Problem.Of(StatusCodes.Status400BadRequest, refusal);
        }

        if (!desk.TryView(artefact, out var view))
            return Problem.NotReady();
        var now = desk.Now;
        var verdict = view.Verify(artefact, now);
        if (context.Request.Headers.Accept.Count > 0 && ReceiptDesk.IsWanted(context.Request))
        {
            // Nothing is given back: a signature is made.
            desk.Metrics.Count(verdict);
            return verdict.Token is { CreditCode: var code } && verdict.Presentation is null
                ? await receipts.AnswerAsync(view, code, verdict, now, context.RequestAborted)
                : Problem.Of(StatusCodes.Status422UnprocessableEntity, Codes.ReceiptUnsigned, "A receipt is about a license that the log names.");
        }

        desk.Settle(context, verdict);
        var json = VerdictJson.Write(verdict);
        context.Response.Headers.ContentType = JsonType;
        context.Response.ContentLength = json.Length;
        context.Response.BodyWriter.Write(json);
        return null;
    }

    /// <summary>The whole body is read in any case: one that was not told how far it came makes Kestrel close the connection.</summary>
    private static async ValueTask<string?> ReadTextAsync(PipeReader body, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellation);
            if (read.IsCompleted)
            {
                try
                {
                    return TextOf(read.Buffer);
                }
                finally
                {
                    body.AdvanceTo(read.Buffer.End);
                }
            }

            body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static string? TextOf(in ReadOnlySequence<byte> body)
    {
        var json = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        // RFC 8259 8.1: a byte order mark may be ignored.
        var start = json.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        return JsonSerializer.Deserialize(json[start..], ApiJson.Default.VerificationRequest)?.Artefact;
    }
}
