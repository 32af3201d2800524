using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Ceremony;

/// <summary>What the plan of a rotation must keep to, beside the card that it changes.</summary>
internal static class RotationRules
{
    public static IEnumerable<string> Faults(RotationPlan plan, VerifiedTrust former, CertificateProfiles profiles)
    {
        var card = former.Card;
        if (plan.Witnesses < 2 && plan.Mark is null)
            yield return "fewer than two witnesses";
        if (plan.Mark is null && plan.PublicAddress is not { Scheme: "https", AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" })
            yield return "publicAddress is not https://host[:port]";
        foreach (var fault in PlanRules.OfKeys(plan.Keys, plan.Tokens, plan.Mark, profiles).Concat(PlanRules.OfRootList(plan.RootList)))
            yield return fault;
        foreach (var twice in plan.Keys.GroupBy(key => key.Role).Where(role => role.Count() > 1))
            yield return $"{twice.Count()} new {twice.Key} keys";
        foreach (var (key, label) in plan.Existing.Select(key => (key, (key.Token, key.Label))))
        {
            if (!plan.Tokens.Any(token => token.Name == key.Token))
                yield return $"{key.Kid}: there is no token {key.Token}";
            if (plan.Keys.Any(made => (made.Token, made.KeyLabel) == label))
                yield return $"token {key.Token}: a new key with the label {key.Label} of an existing one";
            if (!card.Keys.Any(known => known.Kid.ToString() == key.Kid))
                yield return $"the card has no key {key.Kid}";
        }

        foreach (var change in plan.Changes)
        {
            var changed = card.Keys.FirstOrDefault(key => key.Kid.ToString() == change.Kid);
            if ((changed is null ? $"the card has no key {change.Kid}" : change.Fault(changed)) is { } fault)
                yield return fault;
        }

        var root = card.Keys.FirstOrDefault(key => key.Role == KeyRole.Root && Digest.Of(key.SubjectPublicKeyInfo.Span) == former.Roots[0]);
        if (root?.Certificate is null)
            yield return "the card has no certificate of its root";
        else if (!plan.Existing.Any(key => key.Kid == root.Kid.ToString()))
            yield return $"the root {root.Kid} is not among the existing keys: it signs the new card";
        var rootChanges = plan.Keys.Any(key => key.KeyRole == KeyRole.Root);
        foreach (var ca in card.Keys.Where(key => rootChanges && key.Role is KeyRole.EnterpriseCa or KeyRole.OfficersCa && !plan.Existing.Any(known => known.Kid == key.Kid.ToString())))
            yield return $"{ca.Role.Name()} {ca.Kid} is not among the existing keys: the new root certifies it";
        foreach (var revoked in plan.Revoked.Where(revoked => revoked.Known is null))
            yield return $"{revoked.Certificate}: there is no reason {revoked.Reason}";
        foreach (var service in plan.Services)
        {
            if (service.Request is null && plan.Mark is null)
                yield return $"{service.File}: without a request (PKCS #10) its key would be made here, in a file";
            if (!plan.Keys.Any(key => key.IsCa && key.Role == service.Issuer)
                && !card.Keys.Any(key => key.Role.Name() == service.Issuer && key.Role is KeyRole.EnterpriseCa or KeyRole.OfficersCa && plan.Existing.Any(known => known.Kid == key.Kid.ToString())))
                yield return $"{service.File}: no {service.Issuer} is among new and existing keys";
        }
    }
}
