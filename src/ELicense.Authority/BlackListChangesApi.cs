using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Issuance.BlackLists;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>The own list: one supervisor proposes, another confirms.</summary>
internal static class BlackListChangesApi
{
    private const string Path = "/api/v1/black-list/changes";

    public static void Map(IEndpointRouteBuilder routes, PersonMarkKey personKey)
    {
        var calls = new TwoPersonChangesApi<BlackListChange, BlackListChangeDocument>(
            Path, "BlackListChange", Call.ChangeBlackList, authority => authority.BlackListChanges, proposed => Of(proposed, personKey),
            BlackListJson.Default.BlackListChangeDocument);
        var api = routes.MapGroup(Path).WithTags("Black list").For(Call.ChangeBlackList);
        api.MapPost("", (HttpContext context, AuthorityRoleOptions authority) => ProposeAsync(calls, context, authority)).WithName("proposeBlackListChange")
            .WithSummary("Proposes an entry of the own list, or the removal of one.").Accepts<BlackListChangeRequest>("application/json")
            .Produces<BlackListChangeDocument>(StatusCodes.Status201Created).Refuses(400, 404, 409, 415, 422);
        api.MapGet("", (string? cursor, HttpContext context, AuthorityRoleOptions authority) => calls.List(
                cursor, context, authority, (changes, next) => new BlackListChangePage(changes, next), BlackListJson.Default.BlackListChangePage))
            .WithName("blackListChanges").WithSummary("Changes that wait for a second supervisor.").Produces<BlackListChangePage>().Refuses(400);
        calls.Map(api);
    }

    private static async Task<IResult> ProposeAsync(
        TwoPersonChangesApi<BlackListChange, BlackListChangeDocument> calls, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, BlackListJson.Default.BlackListChangeRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        return TryRead(request, authority.PersonKey, out var change, out var refusal) ? calls.Propose(change, context, authority) : context.Refuse(refusal);
    }

    private static bool TryRead(BlackListChangeRequest request, PersonMarkKey personKey, [NotNullWhen(true)] out BlackListChange? change, out Refusal refusal)
    {
        change = null;
        refusal = new Refusal(
            Codes.Malformed, "kind is listing, with uscc or person, ground and perhaps until; or removal, with entry and ground.");
        if (request is { Kind: "removal", Entry: { } entry, Ground: { } why, Uscc: null, Person: null, Until: null })
        {
            change = BlackListChange.Removal(entry, why);
        }
        else if (request is { Kind: "listing", Entry: null, Ground: { } ground })
        {
            if (request is { Uscc: { } text, Person: null })
            {
                if (CreditCode.TryParse(text, out var code, out refusal))
                    change = BlackListChange.Listing(new BlackListEntry(code, null, ground, request.Until));
            }
            else if (request is { Person: { } name, Uscc: null } && PersonNames.TryRead(name, out var person, out refusal))
            {
                change = BlackListChange.Listing(new BlackListEntry(null, personKey.Mark(person), ground, request.Until) { Identifier = personKey.Seal(person) });
            }
        }

        return change is not null;
    }

    private static BlackListChangeDocument Of(ProposedChange<BlackListChange> proposed, PersonMarkKey personKey)
    {
        var (kind, entry, removed) = proposed.Change;
        var person = entry.Person is { } mark && personKey.Open(entry.Identifier.Span, mark) is { } known ? PersonNames.Hidden(known) : null;
        return new BlackListChangeDocument(
            proposed.Id, Name(kind), Name(proposed.State), proposed.ContentHash.ToString(), entry.Enterprise?.Value, person, entry.Ground, entry.Until,
            removed == 0 ? null : removed, proposed.Proposer, proposed.Decider);
    }

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
