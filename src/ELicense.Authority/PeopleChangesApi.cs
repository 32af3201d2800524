using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ELicense.AspNetCore.Certificates;
using ELicense.Core;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Enrolment, roles, certificates and withdrawal: one administrator proposes, another confirms.</summary>
internal static class PeopleChangesApi
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1/people/changes").WithTags("People").For(Call.ChangePeople);
        api.MapPost("", (Delegate)Propose)
            .WithName("proposeChange").WithSummary("Proposes a change of people or rights.").Accepts<PeopleChangeRequest>("application/json")
            .Produces<PeopleChangeDocument>(StatusCodes.Status201Created).Refuses(400, 404, 409, 415, 422);
        api.MapGet("", List).WithName("changes").WithSummary("Changes that wait for a second administrator, about persons of the own offices.")
            .Produces<PeopleChangePage>().Refuses(400);
        api.MapGet("/{id:long}", Get).WithName("change").WithSummary("One change.").Produces<PeopleChangeDocument>().Refuses(404);
        foreach (var (path, confirm) in new[] { ("confirmation", true), ("rejection", false) })
        {
            api.MapPost("/{id:long}/" + path, (long id, HttpContext context, AuthorityRoleOptions authority) => DecideAsync(id, confirm, context, authority))
                .WithName(confirm ? "confirmChange" : "rejectChange")
                .WithSummary(confirm ? "Confirms what was seen, as another person than the proposer; it holds from then on." : "Rejects it.")
                .Accepts<DecisionRequest>("application/json").Produces<PeopleChangeDocument>().Refuses(400, 404, 409, 415, 422);
        }
    }

    private static async Task<IResult> Propose(HttpContext context, AuthorityRoleOptions authority, ClientCertificateRules rules)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.PeopleChangeRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!TryRead(request, rules, authority.Clock.GetUtcNow(), out var change, out var refusal))
            return context.Refuse(refusal);
        return authority.PeopleChanges.TryPropose(context.Officer(), change, out var proposed, out refusal)
            ? Results.Json(Of(proposed), ApiJson.Default.PeopleChangeDocument, statusCode: StatusCodes.Status201Created).At($"/api/v1/people/changes/{proposed.Id}")
            : refusal.ToProblem();
    }

    private static IResult List(string? cursor, HttpContext context, AuthorityRoleOptions authority)
    {
        if (!Cursor.TryRead(cursor, out var after, out var refusal))
            return context.Refuse(refusal);
        var officer = context.Officer();
        var page = authority.PeopleChanges.FindProposed(after, PageSize);
        return Results.Json(
            new PeopleChangePage(
                [.. page.Where(change => Rights.Check(officer, Call.ChangePeople, change.PersonOffice) is null).Select(Of)],
                Cursor.Next(page, PageSize, change => change.Id)),
            ApiJson.Default.PeopleChangePage);
    }

    private static IResult Get(long id, HttpContext context, AuthorityRoleOptions authority)
    {
        if (authority.PeopleChanges.Find(id) is not { } change)
            return context.Refuse(new Refusal(Codes.NotFound, $"There is no change {id}."));
        return Rights.Check(context.Officer(), Call.ChangePeople, change.PersonOffice) is { } missing
            ? context.Refuse(missing)
            : Results.Json(Of(change), ApiJson.Default.PeopleChangeDocument);
    }

    private static async Task<IResult> DecideAsync(long id, bool confirm, HttpContext context, AuthorityRoleOptions authority)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.DecisionRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        if (!Digest.TryParseHex(request.ContentHash, out var seen))
            return context.Refuse(new Refusal(Codes.Malformed, "contentHash is the 64 hexadecimal digits that the proposal answered."));
        var changes = authority.PeopleChanges;
        var officer = context.Officer();
        return (confirm ? changes.TryConfirm(officer, id, seen, out var refusal) : changes.TryReject(officer, id, seen, out refusal))
            ? Get(id, context, authority)
            : refusal.ToProblem();
    }

    /// <summary>A certificate must be good for the door before anybody is enrolled with it.</summary>
    private static bool TryRead(
        PeopleChangeRequest request, ClientCertificateRules rules, DateTimeOffset now, [NotNullWhen(true)] out PeopleChange? change, out Refusal refusal)
    {
        change = null;
        refusal = new Refusal(Codes.Malformed, $"kind is one of {string.Join(", ", Enum.GetValues<PeopleChangeKind>().Select(Name))}; person is a staff number.");
        var kind = Enum.GetValues<PeopleChangeKind>().FirstOrDefault(kind => Name(kind) == request.Kind);
        if (kind == 0 || request.Person is null || !TryRoles(request.Roles ?? [], out var roles, out refusal))
            return false;
        Digest? fingerprint = null;
        if (kind is PeopleChangeKind.Enrolment or PeopleChangeKind.Certificate)
        {
            if (!TryCertificate(request.Certificate, rules, now, out var good, out refusal))
                return false;
            fingerprint = good;
        }
        else if (kind == PeopleChangeKind.CertificateWithdrawal)
        {
            if (!Digest.TryParseHex(request.Fingerprint, out var known))
            {
                refusal = new Refusal(Codes.Malformed, "fingerprint is the SHA-256 of the certificate, 64 hexadecimal digits.");
                return false;
            }
            fingerprint = known;
        }

        var enrols = kind == PeopleChangeKind.Enrolment;
        change = new PeopleChange(kind, request.Person, enrols ? request.Name : null, enrols ? request.Office : null, fingerprint, roles);
        return true;
    }

    private static bool TryRoles(IReadOnlyList<RoleDocument> named, out IReadOnlyList<RoleGrant> roles, out Refusal refusal)
    {
        var grants = new HashSet<RoleGrant>();
        roles = [];
        refusal = new Refusal(Codes.Malformed, "roles is a list of role (clerk, approver, supervisor, auditor, administrator) and office, none twice, at most 100.");
        if (named.Count > 100)
            return false;
        foreach (var (name, office) in named)
        {
            if (!OfficerRoles.TryFromApiName(name, out var role) || !grants.Add(new RoleGrant(role, office)))
                return false;
        }

        roles = [.. grants];
        refusal = default;
        return true;
    }

    private static bool TryCertificate(string? pem, ClientCertificateRules rules, DateTimeOffset now, out Digest fingerprint, out Refusal refusal)
    {
        fingerprint = default;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            fingerprint = Digest.Of(certificate.RawDataMemory.Span);
            refusal = rules.Judge(certificate, now) ?? default;
        }
        catch (CryptographicException)
        {
            refusal = new Refusal(Codes.Malformed, "certificate is a certificate in PEM.");
        }

        return refusal == default;
    }

    private static PeopleChangeDocument Of(ProposedChange proposed) => new(
        proposed.Id, Name(proposed.Change.Kind), Name(proposed.State), proposed.ContentHash.ToString(), proposed.Change.Person, proposed.Change.Name, proposed.Change.Office,
        proposed.Change.Certificate?.ToString(), PeopleApi.Roles(proposed.Change.Roles), proposed.Proposer, proposed.Decider);

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
