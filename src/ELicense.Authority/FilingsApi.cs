using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization.Metadata;
using ELicense.Core;
using ELicense.Issuance;
using ELicense.Issuance.Filings;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Filings of enterprises (docs/filings.md) over HTTP: reading, acceptance, submission as a matter, return.</summary>
internal static class FilingsApi
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/filings").WithTags("Filings");
        api.MapGet("", List).For(Call.ReadMatters)
            .WithName("filings").WithSummary("Filings in a state (by default: filed), oldest first, of the offices where the officer has a role.")
            .Produces<FilingPage>().Refuses(400);
        api.MapGet("/{id:long}", Get).For(Call.ReadMatters).WithName("filing").WithSummary("One filing.").Produces<FilingDocument>().Refuses(404);
        api.MapPost("/{id:long}/acceptance", (Delegate)Accept).For(Call.Apply)
            .WithName("accept-filing").WithSummary("Takes up what was seen (受理); the enterprise is told.")
            .Accepts<DecisionRequest>("application/json").Produces<FilingDocument>().Refuses(400, 404, 409, 415, 422);
        api.MapPost("/{id:long}/submission", (Delegate)Submit).For(Call.Apply)
            .WithName("submit-filing").WithSummary("Applies for what was accepted, in the officer's name: another one approves. The rules are asked now.")
            .Accepts<DecisionRequest>("application/json").Produces<ApplicationDocument>(StatusCodes.Status201Created).Refuses(400, 404, 409, 415, 422);
        api.MapPost("/{id:long}/return", (Delegate)Return).For(Call.Apply)
            .WithName("return-filing").WithSummary("Returns what is not submitted yet (退回); the enterprise is told the ground.")
            .Accepts<DeclineRequest>("application/json").Produces<FilingDocument>().Refuses(400, 404, 409, 415, 422);
    }

    private static IResult List(string? state, string? cursor, HttpContext context, AuthorityRoleOptions authority)
    {
        var wanted = Enum.GetValues<FiledState>().FirstOrDefault(one => FilingDocument.Name(one) == (state ?? FilingDocument.Name(FiledState.Filed)));
        if (wanted == 0)
            return context.Refuse(new Refusal(Codes.Malformed, $"state is one of {string.Join(", ", Enum.GetValues<FiledState>().Select(FilingDocument.Name))}."));
        if (!Cursor.TryRead(cursor, out var after, out var unreadable))
            return context.Refuse(unreadable);
        var page = authority.Filings.List(wanted, Rights.Offices(context.Officer(), Call.ReadMatters), after, PageSize);
        return Results.Json(new FilingPage([.. page.Select(FilingDocument.Of)], Cursor.Next(page, PageSize, filed => filed.Id)), ApiJson.Default.FilingPage);
    }

    private static IResult Get(long id, HttpContext context, AuthorityRoleOptions authority) =>
        TryFind(id, Call.ReadMatters, context, authority, out var filed, out var refusal) ? Answer(filed) : context.Refuse(refusal);

    private static Task<IResult> Accept(long id, HttpContext context, AuthorityRoleOptions authority) => DecideAsync(
        id, context, authority, ApiJson.Default.DecisionRequest, request => request.ContentHash, (officer, seen, _) =>
            authority.Filings.TryAccept(officer, id, seen, out var filed, out var refusal) ? Answer(filed) : refusal.ToProblem());

    private static Task<IResult> Submit(long id, HttpContext context, AuthorityRoleOptions authority) => DecideAsync(
        id, context, authority, ApiJson.Default.DecisionRequest, request => request.ContentHash, (officer, seen, _) =>
            authority.Filings.TrySubmit(officer, id, seen, out var matter, out var refusal)
                ? ApplicationsApi.Answer(matter, authority, StatusCodes.Status201Created).At($"/api/v1/applications/{matter.Id}")
                : refusal.ToProblem());

    private static Task<IResult> Return(long id, HttpContext context, AuthorityRoleOptions authority) => DecideAsync(
        id, context, authority, ApiJson.Default.DeclineRequest, request => request.ContentHash, (officer, seen, request) =>
            authority.Filings.TryReturn(officer, id, seen, request.Ground, out var filed, out var refusal) ? Answer(filed) : refusal.ToProblem());

    /// <summary>Every decision is on exactly what the officer saw, of an office where the officer may decide.</summary>
    private static async Task<IResult> DecideAsync<TRequest>(
        long id, HttpContext context, AuthorityRoleOptions authority, JsonTypeInfo<TRequest> shape, Func<TRequest, string?> contentHash, Func<Officer, Digest, TRequest, IResult> decide)
        where TRequest : class
    {
        var (request, unread) = await RequestBody.ReadAsync(context, shape);
        if (request is null)
            return context.Refuse(unread!.Value);
        return ApplicationsApi.TrySeen(contentHash(request), out var seen, out var refusal) && TryFind(id, Call.Apply, context, authority, out _, out refusal)
            ? decide(context.Officer().Officer, seen, request)
            : context.Refuse(refusal);
    }

    private static bool TryFind(long id, Call call, HttpContext context, AuthorityRoleOptions authority, [NotNullWhen(true)] out FiledMatter? filed, out Refusal refusal)
    {
        filed = authority.Filings.Find(id);
        refusal = filed is null
            ? new Refusal(Codes.NotFound, $"There is no filing {id}.")
            : Rights.Check(context.Officer(), call, filed.Office) ?? default;
        return refusal == default;
    }

    private static IResult Answer(FiledMatter filed) => Results.Json(FilingDocument.Of(filed), ApiJson.Default.FilingDocument);
}
