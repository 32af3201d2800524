using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.Matters;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace ELicense.Authority;

/// <summary>The black list over HTTP: read, search, import, override. What is put on the own list is in <see cref="BlackListChangesApi"/>.</summary>
internal static class BlackListApi
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/black-list").WithTags("Black list");
        api.MapGet("", List).For(Call.ReadBlackList).WithName("blackList")
            .WithSummary("All entries with their provenance, ended and removed ones too, or those of one enterprise (uscc).").Produces<BlackListPage>().Refuses(400, 422);
        api.MapPost("/search", (Delegate)Search).For(Call.ReadBlackList).WithName("searchBlackList")
            .WithSummary("The entries about a person. A body, because addresses are written into logs.")
            .Accepts<PersonSearchRequest>("application/json").Produces<BlackListPage>().Refuses(400, 409, 415, 422);
        api.MapGet("/{id:long}/identifier", Identifier).For(Call.ChangeBlackList).WithName("blackListIdentifier")
            .WithSummary("Who it is, of a person on the own list; the trail keeps who asked.").Produces<PersonIdentifierDocument>().Refuses(404);
        api.MapPost("/imports", (Delegate)Import).For(Call.ChangeBlackList).WithMetadata(new StreamedBody()).WithName("importBlackList")
            .WithSummary("Takes over another authority's signed list (application/jose) in the place of its former one.")
            .Accepts<string>("application/jose").Produces<BlackListImportDocument>().Refuses(400, 409, 415, 422);
        routes.MapPost("/api/v1/applications/{id:long}/override", (Delegate)Override).For(Call.OverrideBlackList).WithTags("Black list").WithName("overrideBlackList")
            .WithSummary("Lets exactly this content of a matter pass the black list, with a ground.")
            .Accepts<DeclineRequest>("application/json").Produces<ApplicationDocument>().Refuses(400, 404, 409, 415, 422);
    }

    private static IResult List(string? uscc, string? cursor, HttpContext context, AuthorityRoleOptions authority)
    {
        if (!Cursor.TryRead(cursor, out var after, out var refusal))
            return context.Refuse(refusal);
        if (uscc is null)
        {
            var page = authority.BlackList.List(after, PageSize);
            return Answer(page, Cursor.Next(page, PageSize, listed => listed.Id));
        }

        return CreditCode.TryParse(uscc, out var code, out refusal) ? Answer(authority.BlackList.Find(code), null) : context.Refuse(refusal);
    }

    private static async Task<IResult> Search(HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, BlackListJson.Default.PersonSearchRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        return PersonNames.TryRead(request.Person ?? new PersonName(null, null, null), out var person, out var refusal)
            ? Answer(authority.BlackList.Find(authority.PersonKey.Mark(person)), null)
            : context.Refuse(refusal);
    }

    private static IResult Identifier(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var officer = context.Officer();
        if (Rights.Check(officer, Call.ChangeBlackList, officer.Offices.Top) is { } missing)
            return context.Refuse(missing);
        if (!authority.BlackList.TryDisclose(officer.Officer, id, out var person, out var refusal))
            return refusal.ToProblem();
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new PersonIdentifierDocument(person.Kind, person.Text), BlackListJson.Default.PersonIdentifierDocument);
    }

    /// <summary>Nobody alone: the other authority's key has signed it, and which authorities are believed is configuration.</summary>
    private static async Task<IResult> Import(HttpContext context, AuthorityRoleOptions authority)
    {
        var officer = context.Officer();
        if (Rights.Check(officer, Call.ChangeBlackList, officer.Offices.Top) is { } missing)
            return context.Refuse(missing);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || type.MediaType != "application/jose")
            return context.Refuse(new Refusal(Codes.UnsupportedMediaType, "The body is application/jose."));
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = ExchangeFile.MaxBytes;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var file = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (!authority.ExchangePeers.TryFind(file.Span, authority.Clock.GetUtcNow(), out var trust, out var refusal))
            return context.Refuse(refusal);
        return authority.BlackList.TryImport(officer.Officer, file.Span, trust, out var imported, out refusal)
            ? Results.Json(
                new BlackListImportDocument(
                    imported.Origin, DateTimeOffset.FromUnixTimeSeconds(imported.Issued), imported.Entries.Count, Digest.Of(file.Span).ToString()),
                BlackListJson.Default.BlackListImportDocument)
            : refusal.ToProblem();
    }

    private static async Task<IResult> Override(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.DeclineRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!ApplicationsApi.TrySeen(request.ContentHash, out var seen, out var refusal)
            || !ApplicationsApi.TryFind(id, Call.OverrideBlackList, context, authority, out _, out refusal))
        {
            return context.Refuse(refusal);
        }

        return authority.BlackList.TryOverride(context.Officer().Officer, new Approval(id, seen), request.Ground, out refusal)
            ? ApplicationsApi.Answer(authority.Licensing.FindMatter(id)!, authority)
            : refusal.ToProblem();
    }

    private static IResult Answer(IReadOnlyList<ListedEntry> entries, string? cursor) => Results.Json(
        new BlackListPage([.. entries.Select(Of)], cursor), BlackListJson.Default.BlackListPage);

    private static BlackListEntryDocument Of(ListedEntry listed) => new(
        listed.Id, listed.Entry.Enterprise is null ? "person" : "enterprise", listed.Entry.Enterprise?.Value, listed.Entry.Ground, listed.Entry.Until,
        listed.Source.Length == 0 ? null : listed.Source, listed.ListedBy, listed.ConfirmedBy, listed.ListedAt, listed.RemovedAt, listed.File?.ToString());
}
