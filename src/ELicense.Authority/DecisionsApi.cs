using ELicense.Core;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Matters over HTTP, on the side of the officer who decides: approval, return, rejection.</summary>
internal static class DecisionsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/applications/{id:long}").WithTags("Applications").For(Call.Decide).Refuses(400, 404, 409, 415, 422);
        api.MapPost("/approval", (Delegate)Approve)
            .WithName("approve").WithSummary("Approves what was seen, as another person than the applicant; committed first, then carried out.")
            .Accepts<DecisionRequest>("application/json").Produces<ApplicationDocument>();
        foreach (var (path, name, returns, summary) in new[]
        {
            ("/return", "return", true, "Returns it to its applicant, who may edit and submit it again; the ground is told."),
            ("/rejection", "reject", false, "Rejects it for good; the ground is told."),
        })
        {
            api.MapPost(path, (long id, HttpContext context, AuthorityRoleOptions authority) => DeclineAsync(id, returns, context, authority))
                .WithName(name).WithSummary(summary).Accepts<DeclineRequest>("application/json").Produces<ApplicationDocument>();
        }
    }

    private static async Task<IResult> Approve(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.DecisionRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!ApplicationsApi.TrySeen(request.ContentHash, out var seen, out var refusal)
            || !ApplicationsApi.TryFind(id, Call.Decide, context, authority, out var matter, out refusal))
        {
            return context.Refuse(refusal);
        }

        var person = context.Officer().Officer;
        if (authority.Licensing.TryApprove(person, id, seen, out var approved, out refusal))
            return Outcome(authority.Licensing.CarryOut([approved])[0], authority);

        // The same approval again, after a broken connection: what became of it.
        return refusal.Code == Codes.StateConflict && matter.Approver == person.Person && matter.ContentHash == seen
            ? Outcome(new(id, matter.State, License: null, matter.Refusal ?? Waiting(matter)), authority)
            : refusal.ToProblem();
    }

    private static async Task<IResult> DeclineAsync(long id, bool returns, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.DeclineRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!ApplicationsApi.TrySeen(request.ContentHash, out var seen, out var refusal) || !ApplicationsApi.TryFind(id, Call.Decide, context, authority, out _, out refusal))
            return context.Refuse(refusal);
        var (licensing, decider) = (authority.Licensing, context.Officer().Officer);
        return (returns
            ? licensing.TryReturn(decider, new Approval(id, seen), request.Ground, out var matter, out refusal)
            : licensing.TryReject(decider, new Approval(id, seen), request.Ground, out matter, out refusal))
            ? ApplicationsApi.Answer(matter!, authority)
            : refusal.ToProblem();
    }

    private static Refusal? Waiting(Matter matter) => matter.State == MatterState.Approved
        ? new Refusal(Codes.TokenFailed, $"Matter {matter.Id} is approved and waits to be carried out.")
        : null;

    /// <summary>Committed is committed: what the approval led to is read from the register.</summary>
    private static IResult Outcome(CarryOutResult result, AuthorityRoleOptions authority)
    {
        var matter = authority.Licensing.FindMatter(result.MatterId)!;
        return matter.State == MatterState.Done || result.Refusal is not { } refusal
            ? ApplicationsApi.Answer(matter, authority)
            : refusal.ToProblem(matter.State);
    }
}
