using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Issuance.Matters;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Matters over HTTP, on the applicant's side: apply or draft, edit, submit; and reading them.</summary>
internal static class ApplicationsApi
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/applications").WithTags("Applications");
        api.MapPost("", (Delegate)Apply).For(Call.Apply)
            .WithName("apply").WithSummary("Applies, or with draft: true begins without submitting; the office is the officer's own.")
            .Accepts<ApplicationRequest>("application/json").Produces<ApplicationDocument>(StatusCodes.Status201Created).Refuses(400, 404, 409, 415, 422);
        api.MapGet("", List).For(Call.ReadMatters)
            .WithName("applications").WithSummary("Matters in a state (by default: applied), oldest first, of the offices where the officer has a role.")
            .Produces<ApplicationPage>().Refuses(400);
        api.MapGet("/{id:long}", Get).For(Call.ReadMatters)
            .WithName("application").WithSummary("One matter.").Produces<ApplicationDocument>().Refuses(404);
        api.MapPost("/{id:long}/edit", (Delegate)Edit).For(Call.Apply)
            .WithName("edit").WithSummary("Gives the own draft or returned matter another content, of the same type, in the place of the one that was seen.")
            .Accepts<EditRequest>("application/json").Produces<ApplicationDocument>().Refuses(400, 404, 409, 415, 422);
        api.MapPost("/{id:long}/submission", (Delegate)Submit).For(Call.Apply)
            .WithName("submit").WithSummary("Submits the own draft or returned matter; the rules are asked now.")
            .Accepts<DecisionRequest>("application/json").Produces<ApplicationDocument>().Refuses(400, 404, 409, 415, 422);
    }

    /// <summary>The matter, when the call is open to the officer at its office.</summary>
    public static bool TryFind(
        long id, Call call, HttpContext context, AuthorityRoleOptions authority, [NotNullWhen(true)] out Matter? matter, out Refusal refusal)
    {
        matter = authority.Licensing.FindMatter(id);
        refusal = matter is null
            ? new Refusal(Codes.NotFound, $"There is no matter {id}.")
            : Rights.Check(context.Officer(), call, matter.Office) ?? default;
        return refusal == default;
    }

    /// <summary>What an officer decides on: the content that this hash names.</summary>
    public static bool TrySeen(string? contentHash, out Digest seen, out Refusal refusal)
    {
        refusal = Digest.TryParseHex(contentHash, out seen)
            ? default
            : new Refusal(Codes.Malformed, "contentHash is the 64 hexadecimal digits that the application answered.");
        return refusal == default;
    }

    public static IResult Answer(Matter matter, AuthorityRoleOptions authority, int status = StatusCodes.Status200OK) =>
        Results.Json(ApplicationDocuments.Of(matter, authority), ApiJson.Default.ApplicationDocument, statusCode: status);

    private static async Task<IResult> Apply(HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.ApplicationRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        var officer = context.Officer().Officer;
        if (!TryContent(request, officer.Office, context, authority, out var content, out var refusal))
            return context.Refuse(refusal);
        Matter? matter;
        if (request.Draft is true)
            matter = authority.Licensing.Draft(officer, content);
        else if (!authority.Licensing.TryApply(officer, content, out matter, out refusal))
            return refusal.ToProblem();
        return Answer(matter, authority, StatusCodes.Status201Created).At($"/api/v1/applications/{matter.Id}");
    }

    private static IResult List(string? state, string? cursor, HttpContext context, AuthorityRoleOptions authority)
    {
        if (!MatterNames.TryState(state ?? MatterNames.Of(MatterState.Applied), out var wanted))
            return context.Refuse(new Refusal(Codes.Malformed, $"state is one of {string.Join(", ", MatterNames.States)}."));
        if (!Cursor.TryRead(cursor, out var after, out var unreadable))
            return context.Refuse(unreadable);
        var page = authority.Licensing.FindMatters(wanted, Rights.Offices(context.Officer(), Call.ReadMatters), after, PageSize);
        return Results.Json(
            new ApplicationPage(
                DeadlinesApi.Coloured([.. page.Select(matter => ApplicationDocuments.Of(matter, authority))], authority),
                Cursor.Next(page, PageSize, matter => matter.Id)),
            ApiJson.Default.ApplicationPage);
    }

    private static IResult Get(long id, HttpContext context, AuthorityRoleOptions authority) =>
        TryFind(id, Call.ReadMatters, context, authority, out var matter, out var refusal) ? Answer(matter, authority) : context.Refuse(refusal);

    private static async Task<IResult> Edit(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.EditRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (request.Application is not { Draft: null } written)
            return context.Refuse(new Refusal(Codes.Malformed, "application is the content as it shall be, without draft."));
        if (!TrySeen(request.ContentHash, out var seen, out var refusal) || !TryFind(id, Call.Apply, context, authority, out var matter, out refusal)
            || !TryContent(written, matter.Office, context, authority, out var content, out refusal))
        {
            return context.Refuse(refusal);
        }

        return authority.Licensing.TryEdit(context.Officer().Officer, new Approval(id, seen), content, out var edited, out refusal)
            ? Answer(edited, authority)
            : refusal.ToProblem();
    }

    private static async Task<IResult> Submit(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.DecisionRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!TrySeen(request.ContentHash, out var seen, out var refusal) || !TryFind(id, Call.Apply, context, authority, out _, out refusal))
            return context.Refuse(refusal);
        return authority.Licensing.TrySubmit(context.Officer().Officer, new Approval(id, seen), out var submitted, out refusal)
            ? Answer(submitted, authority)
            : refusal.ToProblem();
    }

    /// <summary>What was written, when the officer may apply at that office, and about the license that it names.</summary>
    private static bool TryContent(
        ApplicationRequest request, int office, HttpContext context, AuthorityRoleOptions authority, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        var officer = context.Officer();
        content = null;
        if (Rights.Check(officer, Call.Apply, office) is { } forbidden)
        {
            refusal = forbidden;
            return false;
        }

        if (!authority.Contents.TryRead(request, office, out content, out refusal))
            return false;
        if (content.License is { } number && authority.Licensing.FindLicense(number) is { } license && Rights.Check(officer, Call.Apply, license.Office) is { } elsewhere)
            refusal = elsewhere;
        return refusal == default;
    }
}
