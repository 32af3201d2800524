using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Issuance.People;
using ELicense.Pkcs11;

namespace ELicense.Cli.Ceremony;

/// <summary>What a plan must keep to before anybody comes together: each key one role, one algorithm, one period, one place. What the bytes of certificates and card want is judged by the rehearsal.</summary>
internal static class PlanRules
{
    private static readonly KeyRole[] Wanted =
        [KeyRole.Root, KeyRole.License, KeyRole.Status, KeyRole.Log, KeyRole.Clock, KeyRole.EnterpriseCa, KeyRole.OfficersCa, KeyRole.Answer, KeyRole.Exchange];

    // A CRL of an offline root: the disk with it may take a week.
    private static readonly TimeSpan LongestTransport = TimeSpan.FromDays(7);
    private static readonly TimeSpan LongestRootList = TimeSpan.FromDays(397);

    /// <summary>Throws with the code ceremony-plan and all that is wrong.</summary>
    public static void Require(IEnumerable<string> faults)
    {
        var found = faults.ToList();
        if (found.Count > 0)
            throw new CommandException(Codes.CeremonyPlan, string.Join("\n  ", found.Prepend("The plan cannot be carried out:")), ExitCodes.Usage);
    }

    public static IEnumerable<string> Faults(CeremonyPlan plan, CertificateProfiles profiles)
    {
        foreach (var role in Wanted)
        {
            if (plan.Keys.Count(key => key.KeyRole == role) != 1)
                yield return $"there is not exactly one {role.Name()} key";
        }

        if (plan.Witnesses < 2 && plan.Mark is null)
            yield return "fewer than two witnesses";
        if (plan.Profiles is null && plan.Mark is null)
            yield return "no profiles of its own: those of the development hierarchy have the arc that is kept for documentation";
        if (plan.Mark is null && plan.Authority.PublicAddress is not { Scheme: "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" })
            yield return "authority.publicAddress is not https://host[:port]";
        foreach (var fault in OfKeys(plan.Keys, plan.Tokens, plan.Mark, profiles).Concat(OfRootList(plan.RootList)).Concat(OfPeople(plan, profiles)))
            yield return fault;
        var issuers = plan.Keys.Where(key => key.IsCa).Select(key => key.Role).ToHashSet(StringComparer.Ordinal);
        foreach (var delegation in plan.Delegations.Where(delegation => !issuers.Contains(delegation.Issuer)))
            yield return $"delegation {delegation.Role}: {delegation.Issuer} is no CA of the plan";
    }

    public static IEnumerable<string> OfKeys(IReadOnlyList<PlanKey> keys, IReadOnlyList<PlanToken> tokens, string? mark, CertificateProfiles profiles)
    {
        foreach (var key in keys)
        {
            if (key.KeyRole is not { } role)
                yield return $"there is no role {key.Role}";
            else if (key.Suite is not { } suite || Cryptography.Keys.Suites.JoseName(suite) != role.Algorithm())
                yield return $"{key.Role}: the algorithm {key.Algorithm} is not the one of the role";
            if (!tokens.Any(token => token.Name == key.Token))
                yield return $"{key.Role}: there is no token {key.Token}";
            var most = key.KeyRole == KeyRole.Root ? profiles.Root.Days : key.IsCa ? profiles.Subordinate.Days : 3660;
            if (key.Days < 1 || key.Days > most)
                yield return $"{key.Role}: {key.Days} days are not 1 to {most}";
            if (key.CommonName is null == (key.IsCa || key.KeyRole == KeyRole.Root))
                yield return $"{key.Role}: {(key.CommonName is null ? "a certificate wants" : "without a certificate there is no")} commonName";
        }

        foreach (var place in keys.GroupBy(key => (key.Token, key.KeyLabel)).Where(place => place.Count() > 1))
            yield return $"token {place.Key.Token}: {place.Count()} keys with the label {place.Key.KeyLabel}";
        foreach (var token in tokens)
        {
            var on = keys.Where(key => key.Token == token.Name).ToList();
            if (on.Any(key => key.KeyRole == KeyRole.Root) && on.Count > 1)
                yield return $"token {token.Name}: the root's key is alone on its token, which stays offline";
            if (token.Initialize && mark is null)
                yield return $"token {token.Name}: a token in earnest is initialized beforehand, with PINs that people chose";
            if (!Pkcs11Uri.TryParse(token.Uri.Replace("{folder}", "/folder", StringComparison.Ordinal), out var uri, out var fault))
                yield return $"token {token.Name}: {fault}";
            else if (uri is { Token: null, Serial: null } || uri.Object is not null || uri.Id is not null)
                yield return $"token {token.Name}: its URI names a token by token or serial, and no key";
        }

        foreach (var name in tokens.GroupBy(token => token.Name).Where(name => name.Count() > 1))
            yield return $"two tokens are called {name.Key}";
    }

    public static IEnumerable<string> OfRootList(RootListPlan plan)
    {
        if (!RevocationListPeriods.TryMake(TimeSpan.FromDays(plan.Days), TimeSpan.FromDays(plan.OverlapDays), LongestTransport, LongestRootList, out _, out var refusal))
            yield return $"rootList: {refusal.Detail}";
    }

    private static IEnumerable<string> OfPeople(CeremonyPlan plan, CertificateProfiles profiles)
    {
        var issuers = plan.Keys.Where(key => key.IsCa).Select(key => key.Role).ToHashSet(StringComparer.Ordinal);
        var certificates = plan.People.Select(person => (person.File, person.Issuer, person.Days, person.Request, Most: person.Uscc is null ? profiles.Officer.Days : profiles.Enterprise.Days))
            .Concat(plan.Services.Select(service => (service.File, service.Issuer, service.Days, service.Request, Most: profiles.Service.Days))).ToList();
        foreach (var (file, issuer, days, request, most) in certificates)
        {
            if (!issuers.Contains(issuer))
                yield return $"{file}: {issuer} is no CA of the plan";
            if (days < 1 || days > most)
                yield return $"{file}: {days} days are not 1 to {most}";
            if (request is null && plan.Mark is null)
                yield return $"{file}: without a request (PKCS #10) its key would be made here, in a file";
            if (file.Length == 0 || file.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '-'))
                yield return $"'{file}' is no name of a file: letters, digits and hyphens";
        }

        foreach (var twice in certificates.Select(one => one.File).Concat(plan.Keys.Where(key => key.CommonName is not null).Select(key => key.Role)).GroupBy(name => name).Where(name => name.Count() > 1))
            yield return $"two certificates are called {twice.Key}";
        var offices = plan.Offices.Select(office => office.Number).ToHashSet();
        foreach (var person in plan.People)
        {
            if (person.Uscc is not null && !CreditCode.TryParse(person.Uscc, out _, out var refusal))
                yield return $"{person.File}: {refusal.Detail}";
            if (person.Officer is { } officer && (!offices.Contains(officer.Office) || officer.Roles.Any(role => !OfficerRoles.TryFromApiName(role, out _))))
                yield return $"{person.File}: there is no such office or role";
        }

        if (plan.People.Count(person => person.Officer?.Roles.Contains("administrator") == true) < 2)
            yield return "fewer than two administrators: nobody could ever be enrolled";
    }
}
