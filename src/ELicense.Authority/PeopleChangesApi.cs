using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using ELicense.AspNetCore.Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates;
using ELicense.Issuance.People;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ELicense.Authority;

/// <summary>Enrolment, roles, certificates and withdrawal: one administrator proposes, another confirms.</summary>
internal static class PeopleChangesApi
{
    private const string Path = "/api/v1/people/changes";

    private static readonly TwoPersonChangesApi<PeopleChange, PeopleChangeDocument> Calls = new(
        Path, "Change", Call.ChangePeople, authority => authority.PeopleChanges, Of, ApiJson.Default.PeopleChangeDocument);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Path).WithTags("People").For(Call.ChangePeople);
        api.MapPost("", (Delegate)Propose)
            .WithName("proposeChange").WithSummary("Proposes a change of people or rights.").Accepts<PeopleChangeRequest>("application/json")
            .Produces<PeopleChangeDocument>(StatusCodes.Status201Created).Refuses(400, 404, 409, 415, 422);
        api.MapGet("", List).WithName("changes").WithSummary("Changes that wait for a second administrator, of the offices where the officer may change people.")
            .Produces<PeopleChangePage>().Refuses(400);
        Calls.Map(api);
    }

    private static async Task<IResult> Propose(HttpContext context, AuthorityRoleOptions authority, ClientCertificateRules rules)
    {
        var (request, unread) = await RequestBody.ReadAsync(context, ApiJson.Default.PeopleChangeRequest);
        if (request is null)
            return context.Refuse(unread!.Value);
        return TryRead(request, rules, authority.Clock.GetUtcNow(), out var change, out var refusal)
            ? Calls.Propose(change, context, authority)
            : context.Refuse(refusal);
    }

    private static IResult List(string? cursor, HttpContext context, AuthorityRoleOptions authority) =>
        Calls.List(cursor, context, authority, (changes, next) => new PeopleChangePage(changes, next), ApiJson.Default.PeopleChangePage);

    /// <summary>A certificate must be good for the door before anybody is enrolled with it.</summary>
    private static bool TryRead(
        PeopleChangeRequest request, ClientCertificateRules rules, DateTimeOffset now, [NotNullWhen(true)] out PeopleChange? change, out Refusal refusal)
    {
        change = null;
        refusal = new Refusal(Codes.Malformed, $"kind is one of {string.Join(", ", Enum.GetValues<PeopleChangeKind>().Select(Name))}; person is a staff number.");
        var kind = Enum.GetValues<PeopleChangeKind>().FirstOrDefault(kind => Name(kind) == request.Kind);
        if (kind == 0 || request.Person is null || !TryRoles(request.Roles ?? [], out var roles, out refusal))
            return false;
        OfficerCertificate? certificate = null;
        if (kind is PeopleChangeKind.Enrolment or PeopleChangeKind.Certificate)
        {
            if (!TryCertificate(request.Certificate, rules, now, out certificate, out refusal))
                return false;
        }
        else if (kind == PeopleChangeKind.CertificateWithdrawal)
        {
            if (!Digest.TryParseHex(request.Fingerprint, out var known))
            {
                refusal = new Refusal(Codes.Malformed, "fingerprint is the SHA-256 of the certificate, 64 hexadecimal digits.");
                return false;
            }
            certificate = new OfficerCertificate(known, Name: null);
        }

        var enrols = kind == PeopleChangeKind.Enrolment;
        change = new PeopleChange(kind, request.Person, enrols ? request.Name : null, enrols ? request.Office : null, certificate, roles);
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

    private static bool TryCertificate(
        string? pem, ClientCertificateRules rules, DateTimeOffset now, [NotNullWhen(true)] out OfficerCertificate? officers, out Refusal refusal)
    {
        officers = null;
        if (!ForeignCertificate.TryLoad(Encoding.UTF8.GetBytes(pem ?? ""), out var certificate, out var unread))
        {
            refusal = new Refusal(Codes.Malformed, $"certificate is a certificate in PEM: {unread.Detail}");
            return false;
        }

        using (certificate)
        {
            refusal = rules.Judge(certificate, now) ?? default;
            officers = refusal == default ? OfficerCertificate.Of(certificate, rules.Issuers) : null;
            return officers is not null;
        }
    }

    private static PeopleChangeDocument Of(ProposedChange<PeopleChange> proposed) => new(
        proposed.Id, Name(proposed.Change.Kind), Name(proposed.State), proposed.ContentHash.ToString(), proposed.Change.Person, proposed.Change.Name, proposed.Change.Office,
        proposed.Change.Certificate?.Fingerprint.ToString(), PeopleApi.Roles(proposed.Change.Roles), proposed.Proposer, proposed.Decider);

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
