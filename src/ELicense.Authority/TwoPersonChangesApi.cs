using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ELicense.Core;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Changes that one officer proposes and another confirms, over HTTP: reading and deciding is the same for every kind.</summary>
/// <param name="Path">Of the group.</param>
/// <param name="Noun">In the names of the calls: Change, BlackListChange.</param>
/// <param name="Call">Asked at the office of the change.</param>
internal sealed record TwoPersonChangesApi<TChange, TDocument>(
    string Path, string Noun, Call Call, Func<AuthorityRoleOptions, TwoPersonChanges<TChange>> Changes, Func<ProposedChange<TChange>, TDocument> Document,
    JsonTypeInfo<TDocument> Json)
    where TChange : class
    where TDocument : class
{
    private const int PageSize = 100;

    public void Map(RouteGroupBuilder api)
    {
        api.MapGet("/{id:long}", Get).WithName(JsonNamingPolicy.CamelCase.ConvertName(Noun)).WithSummary("One change.").Produces<TDocument>().Refuses(404);
        foreach (var (path, confirm) in new[] { ("confirmation", true), ("rejection", false) })
        {
            api.MapPost("/{id:long}/" + path, (long id, HttpContext context, AuthorityRoleOptions authority) => DecideAsync(id, confirm, context, authority))
                .WithName((confirm ? "confirm" : "reject") + Noun)
                .WithSummary(confirm ? "Confirms what was seen, as another person than the proposer; it holds from then on." : "Rejects it.")
                .Accepts<DecisionRequest>("application/json").Produces<TDocument>().Refuses(400, 404, 409, 415, 422);
        }
    }

    /// <summary>Proposes what was read from the request.</summary>
    public IResult Propose(TChange change, HttpContext context, AuthorityRoleOptions authority) =>
        Changes(authority).TryPropose(context.Officer(), change, out var proposed, out var refusal)
            ? Results.Json(Document(proposed), Json, statusCode: StatusCodes.Status201Created).At($"{Path}/{proposed.Id}")
            : refusal.ToProblem();

    /// <summary>Changes that wait for a second person, those that the officer may see.</summary>
    public IResult List<TPage>(string? cursor, HttpContext context, AuthorityRoleOptions authority, Func<IReadOnlyList<TDocument>, string?, TPage> page, JsonTypeInfo<TPage> json)
    {
        if (!Cursor.TryRead(cursor, out var after, out var refusal))
            return context.Refuse(refusal);
        var officer = context.Officer();
        var proposed = Changes(authority).FindProposed(after, PageSize);
        return Results.Json(
            page(
                [.. proposed.Where(change => Rights.Check(officer, Call, change.Office) is null).Select(Document)],
                Cursor.Next(proposed, PageSize, change => change.Id)),
            json);
    }

    private IResult Get(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        if (Changes(authority).Find(id) is not { } change)
            return context.Refuse(new Refusal(Codes.NotFound, $"There is no change {id}."));
        return Rights.Check(context.Officer(), Call, change.Office) is { } missing
            ? context.Refuse(missing)
            : Results.Json(Document(change), Json);
    }

    private async Task<IResult> DecideAsync(long id, bool confirm, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.DecisionRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!Digest.TryParseHex(request.ContentHash, out var seen))
            return context.Refuse(new Refusal(Codes.Malformed, "contentHash is the 64 hexadecimal digits that the proposal answered."));
        var (changes, officer) = (Changes(authority), context.Officer());
        return (confirm ? changes.TryConfirm(officer, id, seen, out var refusal) : changes.TryReject(officer, id, seen, out refusal))
            ? Get(id, context, authority)
            : refusal.ToProblem();
    }
}
