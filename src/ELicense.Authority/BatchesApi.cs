using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using ELicense.Core;
using ELicense.Issuance.Batches;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace ELicense.Authority;

/// <summary>A row that became nothing.</summary>
/// <param name="Row">1 is the first record after the header.</param>
public sealed record RejectedRow(long Row, string Code, string Message);

/// <summary>A register as a batch.</summary>
/// <param name="ContentHash">Merkle root of its matters' content hashes; null while the file is read.</param>
/// <param name="Rejected">At most 1,000, and only in the answer to the import; the results have all.</param>
public sealed record BatchDocument(
    long Id, string State, string? ContentHash, int Office, string Applicant, DateTimeOffset AppliedAt, string? Approver, long Accepted, long New, long Changed,
    long Unchanged, long RejectedCount, BatchProgress Progress, IReadOnlyList<RejectedRow>? Rejected);

/// <summary>A page of batches.</summary>
/// <param name="Cursor">Of the next page; absent on the last.</param>
public sealed record BatchPage(IReadOnlyList<BatchDocument> Batches, string? Cursor);

/// <summary>Registers over HTTP: import, approve, follow, cancel, results.</summary>
internal static class BatchesApi
{
    private const long MaxRegisterBytes = 1L << 30;
    private const int MaxRejected = 1000;
    private const int PageSize = 50;

    private static readonly Dictionary<string, BatchState> States = Enum.GetValues<BatchState>().ToDictionary(Name);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/applications/import", (Delegate)Import).For(Call.Apply).WithMetadata(new StreamedBody()).WithTags("Batches")
            .WithName("import").WithSummary("A register (text/csv, at most 1 GB) as one batch; the same file again is the same batch.")
            .Accepts<string>("text/csv").Produces<BatchDocument>().Refuses(400, 409, 413, 415, 422);
        routes.MapGet("/api/v1/batches", List).For(Call.ReadMatters).WithTags("Batches")
            .WithName("batches").WithSummary("Batches in a state (reading, applied, approved, done, cancelled), oldest first; of one register, by its SHA-256.").Produces<BatchPage>().Refuses(400);
        var api = routes.MapGroup("/api/v1/batches/{id:long}").WithTags("Batches");
        api.MapGet("", Get).For(Call.ReadMatters).WithName("batch").WithSummary("How far the batch has come.").Produces<BatchDocument>().Refuses(404);
        api.MapPost("/approval", (Delegate)Approve).For(Call.Decide)
            .WithName("approve-batch").WithSummary("Approves every row, as another person; carried out afterwards.")
            .Accepts<DecisionRequest>("application/json").Produces<BatchDocument>(StatusCodes.Status202Accepted).Refuses(400, 404, 409, 415);
        api.MapPost("/cancellation", Cancel).For(Call.Decide)
            .WithName("cancel-batch").WithSummary("What is not approved yet will not be carried out.").Produces<BatchDocument>().Refuses(404, 409);
        api.MapGet("/results", Results).For(Call.ReadMatters)
            .WithName("batch-results").WithSummary("Every row and what became of it: NDJSON, or CSV where text/csv is accepted.")
            .Produces<string>(StatusCodes.Status200OK, "application/x-ndjson", "text/csv").Refuses(404);
    }

    private static async Task<IResult> Import(HttpContext context, AuthorityRoleOptions authority)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || type.MediaType != "text/csv")
            return context.Refuse(new Refusal(Codes.UnsupportedMediaType, "The body is text/csv."));
        var officer = context.Officer();
        if (Rights.Check(officer, Call.Apply, officer.Officer.Office) is { } forbidden)
            return context.Refuse(forbidden);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxRegisterBytes;

        // A file of its own: the register is read twice, and may be larger than memory.
        await using var spooled = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        await context.Request.Body.CopyToAsync(spooled, context.RequestAborted);
        spooled.Position = 0;
        if (!authority.Batches.TryImport(officer.Officer, spooled, progress: null, context.RequestAborted, out var batch, out var refusal))
            return refusal.ToProblem();
        var rejected = authority.Batches.Rows(batch.Id).Where(row => row.Outcome == RowOutcome.Rejected).Take(MaxRejected)
            .Select(row => new RejectedRow(row.Row, row.Refusal!.Value.Code, row.Refusal.Value.Detail));
        return Answer(batch, StatusCodes.Status200OK, [.. rejected]);
    }

    private static IResult List(string? state, string? file, string? cursor, HttpContext context, AuthorityRoleOptions authority)
    {
        if (!States.TryGetValue(state ?? Name(BatchState.Applied), out var wanted))
            return context.Refuse(new Refusal(Codes.Malformed, $"state is one of {string.Join(", ", States.Keys)}."));
        var hash = default(Digest);
        if (file is not null && !Digest.TryParseHex(file, out hash))
            return context.Refuse(new Refusal(Codes.Malformed, "file is the 64 hexadecimal digits of a register's SHA-256."));
        var after = 0L;
        if (cursor is not null && (!long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after) || after < 0))
            return context.Refuse(new Refusal(Codes.Malformed, "cursor is the text that the page before gave."));

        var page = authority.Batches.Find(wanted, Rights.Offices(context.Officer(), Call.ReadMatters), file is null ? null : hash, after, PageSize);
        return Microsoft.AspNetCore.Http.Results.Json(
            new BatchPage(
                [.. page.Select(batch => Document(batch, rejected: null))], page.Count == PageSize ? page[^1].Id.ToString(CultureInfo.InvariantCulture) : null),
            BatchesJson.Default.BatchPage);
    }

    private static IResult Get(long id, HttpContext context, AuthorityRoleOptions authority) =>
        TryFind(id, Call.ReadMatters, context, authority, out var batch, out var refusal) ? Answer(batch, StatusCodes.Status200OK) : context.Refuse(refusal);

    private static async Task<IResult> Approve(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.DecisionRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!Digest.TryParseHex(request.ContentHash, out var seen))
            return context.Refuse(new Refusal(Codes.Malformed, "contentHash is the 64 hexadecimal digits that the import answered."));
        if (!TryFind(id, Call.Decide, context, authority, out _, out var refusal))
            return context.Refuse(refusal);
        if (!authority.Batches.TryApprove(context.Officer().Officer, id, seen, out var approved, out refusal))
            return refusal.ToProblem();
        context.Response.Headers.Location = $"/api/v1/batches/{id}";
        return Answer(approved, StatusCodes.Status202Accepted);
    }

    private static IResult Cancel(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        if (!TryFind(id, Call.Decide, context, authority, out _, out var refusal))
            return context.Refuse(refusal);
        return authority.Batches.TryCancel(context.Officer().Officer, id, out var cancelled, out refusal)
            ? Answer(cancelled, StatusCodes.Status200OK)
            : refusal.ToProblem();
    }

    private static IResult Results(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        if (!TryFind(id, Call.ReadMatters, context, authority, out _, out var refusal))
            return context.Refuse(refusal);
        var isCsv = context.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == "text/csv");
        return Microsoft.AspNetCore.Http.Results.Stream(
            async body =>
            {
                // Row by row through a buffer: the answer may be larger than memory.
                await using var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
                foreach (var chunk in authority.Batches.Rows(id).Chunk(256))
                {
                    var text = new StringWriter();
                    if (isCsv)
                        BatchResults.WriteCsv(chunk, text, withHeader: chunk[0].Row == 1);
                    else
                        BatchResults.WriteNdjson(chunk, text);
                    await writer.WriteAsync(text.ToString());
                }
            },
            isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson");
    }

    private static bool TryFind(
        long id, Call call, HttpContext context, AuthorityRoleOptions authority, [NotNullWhen(true)] out Batch? batch, out Refusal refusal)
    {
        batch = authority.Batches.Find(id);
        refusal = batch is null ? new Refusal(Codes.NotFound, $"There is no batch {id}.") : Rights.Check(context.Officer(), call, batch.Office) ?? default;
        return refusal == default;
    }

    private static IResult Answer(Batch batch, int status, IReadOnlyList<RejectedRow>? rejected = null) =>
        Microsoft.AspNetCore.Http.Results.Json(Document(batch, rejected), BatchesJson.Default.BatchDocument, statusCode: status);

    private static BatchDocument Document(Batch batch, IReadOnlyList<RejectedRow>? rejected) => new(
        batch.Id, Name(batch.State), batch.ContentHash?.ToString(), batch.Office, batch.Applicant, batch.AppliedAt, batch.Approver,
        batch.Rows.Accepted, batch.Rows.New, batch.Rows.Changed, batch.Rows.Unchanged, batch.Rows.Rejected, batch.Progress, rejected);

    private static string Name(BatchState state) => state.ToString().ToLowerInvariant();
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BatchDocument))]
[JsonSerializable(typeof(BatchPage))]
internal sealed partial class BatchesJson : JsonSerializerContext;
