using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ELicense.Core;
using ELicense.Issuance.Matters;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Matters over HTTP: apply, read, decide.</summary>
internal static class ApplicationsApi
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/applications").WithTags("Applications");
        api.MapPost("", (Delegate)Apply).For(Call.Apply)
            .WithName("apply").WithSummary("Applies; the office is the officer's own.")
            .Accepts<ApplicationRequest>("application/json").Produces<ApplicationDocument>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapGet("", List).For(Call.ReadMatters)
            .WithName("applications").WithSummary("Matters in a state (by default: applied), oldest first, of the offices where the officer has a role.")
            .Produces<ApplicationPage>();
        api.MapGet("/{id:long}", Get).For(Call.ReadMatters)
            .WithName("application").WithSummary("One matter.").Produces<ApplicationDocument>().ProducesProblem(StatusCodes.Status404NotFound);
        api.MapPost("/{id:long}/approval", (Delegate)Approve).For(Call.Decide)
            .WithName("approve").WithSummary("Approves what was seen, as another person than the applicant; committed first, then carried out.")
            .Accepts<DecisionRequest>("application/json").Produces<ApplicationDocument>()
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> Apply(HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.ApplicationRequest);
        if (request is null)
            return unread!.Value.ToProblem();
        var officer = context.Officer();
        if (Rights.Check(officer, Call.Apply, officer.Officer.Office) is { } forbidden)
            return forbidden.ToProblem();
        if (!ApplicationContents.TryRead(request, officer.Officer, authority, out var content, out var refusal)
            || !authority.Licensing.TryApply(officer.Officer, content, out var matter, out refusal))
        {
            return refusal.ToProblem();
        }

        return Results.Json(ApplicationDocuments.Of(matter, authority), ApiJson.Default.ApplicationDocument, statusCode: StatusCodes.Status201Created)
            .At($"/api/v1/applications/{matter.Id}");
    }

    private static IResult List(string? state, string? cursor, HttpContext context, AuthorityRoleOptions authority)
    {
        if (!MatterNames.TryState(state ?? MatterNames.Of(MatterState.Applied), out var wanted))
            return new Refusal(Codes.Malformed, $"state is one of {string.Join(", ", MatterNames.States)}.").ToProblem();
        var after = 0L;
        if (cursor is not null && (!long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after) || after < 0))
            return new Refusal(Codes.Malformed, "cursor is the text that the page before gave.").ToProblem();

        // Matters of other offices are passed over; a page ends when it is full or the queue does.
        var officer = context.Officer();
        var page = new List<ApplicationDocument>(PageSize);
        for (var rows = authority.Licensing.FindMatters(wanted, after, PageSize); rows.Count > 0; rows = authority.Licensing.FindMatters(wanted, after, PageSize))
        {
            foreach (var matter in rows)
            {
                after = matter.Id;
                if (Rights.Check(officer, Call.ReadMatters, matter.Office) is null)
                    page.Add(ApplicationDocuments.Of(matter, authority));
                if (page.Count == PageSize)
                    return Page(page, after.ToString(CultureInfo.InvariantCulture));
            }
        }

        return Page(page, null);

        static IResult Page(List<ApplicationDocument> page, string? cursor) => Results.Json(new ApplicationPage(page, cursor), ApiJson.Default.ApplicationPage);
    }

    private static IResult Get(long id, HttpContext context, AuthorityRoleOptions authority) =>
        TryFind(id, Call.ReadMatters, context, authority, out var matter, out var refusal)
            ? Results.Json(ApplicationDocuments.Of(matter, authority), ApiJson.Default.ApplicationDocument)
            : refusal.ToProblem();

    private static async Task<IResult> Approve(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.DecisionRequest);
        if (request is null)
            return unread!.Value.ToProblem();
        if (!Digest.TryParseHex(request.ContentHash, out var seen))
            return new Refusal(Codes.Malformed, "contentHash is the 64 hexadecimal digits that the application answered.").ToProblem();
        if (!TryFind(id, Call.Decide, context, authority, out var matter, out var refusal))
            return refusal.ToProblem();

        var person = context.Officer().Officer;
        if (authority.Licensing.TryApprove(person, id, seen, out var approved, out refusal))
            return Outcome(authority.Licensing.CarryOut([approved])[0], authority);

        // The same approval again, after a broken connection: what became of it.
        return refusal.Code == Codes.StateConflict && matter.Approver == person.Person && matter.ContentHash == seen
            ? Outcome(new(id, matter.State, License: null, matter.Refusal ?? Waiting(matter)), authority)
            : refusal.ToProblem();
    }

    private static Refusal? Waiting(Matter matter) =>
        matter.State == MatterState.Approved ? new Refusal(Codes.TokenFailed, $"Matter {matter.Id} is approved and waits to be carried out.") : null;

    /// <summary>Committed is committed: what the approval led to is read from the register.</summary>
    private static IResult Outcome(Issuance.Licenses.CarryOutResult result, AuthorityRoleOptions authority)
    {
        var matter = authority.Licensing.FindMatter(result.MatterId)!;
        return matter.State == MatterState.Done || result.Refusal is not { } refusal
            ? Results.Json(ApplicationDocuments.Of(matter, authority), ApiJson.Default.ApplicationDocument)
            : refusal.ToProblem(matter.State);
    }

    private static bool TryFind(
        long id, Call call, HttpContext context, AuthorityRoleOptions authority, [NotNullWhen(true)] out Matter? matter, out Refusal refusal)
    {
        matter = authority.Licensing.FindMatter(id);
        refusal = matter is null
            ? new Refusal(Codes.NotFound, $"There is no matter {id}.")
            : Rights.Check(context.Officer(), call, matter.Office) ?? default;
        return refusal == default;
    }
}
