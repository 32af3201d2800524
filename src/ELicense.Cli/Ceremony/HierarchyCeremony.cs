using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;

namespace ELicense.Cli.Ceremony;

/// <summary>
/// A new hierarchy: the plan agreed, tokens opened, keys made on them, certificates, the root's CRL and the trust card signed, the transcript closed by the root (docs/ceremony.md). In earnest, as a
/// rehearsal, and for a development folder: one and the same.
/// </summary>
internal sealed class HierarchyCeremony(CeremonyPlan plan, PlanFile file, CeremonySetting setting)
{
    private readonly CeremonyTable _table = setting.Table;

    /// <returns>The trust card.</returns>
    public TrustCard Run(Uri publicAddress, DateTimeOffset now)
    {
        var profiles = plan.Profiles is null ? CertificateProfiles.Development : CertificateProfiles.Read(file.Beside(plan.Profiles, 64 * 1024));
        PlanRules.Require(PlanRules.Faults(plan, profiles));

        _table.Step("Step 1: who is here, and what was agreed");
        setting.Begin("hierarchy", file, plan.Witnesses);
        if (plan.Profiles is not null)
            setting.Folder.Write(CeremonyFolder.Profiles, file.Beside(plan.Profiles, 64 * 1024));

        _table.Step("Step 2: the tokens");
        using var tokens = new CeremonyTokens(plan.Tokens, setting.Root, _table);
        tokens.Open();

        _table.Step("Step 3: the keys, each on its token, never to leave it");
        var keys = plan.Keys.ToDictionary(key => key, tokens.Make);
        setting.Folder.Write(CeremonyFolder.Keys, tokens.Places());

        _table.Step("Step 4: the root");
        var certificates = new CeremonyCertificates(profiles, new StatusAddresses(publicAddress), setting.Folder, _table, now - CeremonySetting.Earlier);
        var rootPlan = plan.Key(KeyRole.Root);
        var rootKey = keys[rootPlan];
        var root = certificates.Root(rootKey, rootPlan, Organization);
        var fingerprint = Digest.Of(rootKey.PublicKey.SubjectPublicKeyInfo.Span);
        setting.Folder.Write(CeremonyFolder.Fingerprint, System.Text.Encoding.ASCII.GetBytes(fingerprint + "\n"));
        _table.ReadBack("The root's fingerprint (SHA-256)", fingerprint.ToString());
        certificates.RootList(root, plan.RootList, CeremonyFolder.RootList, revoked: []);

        _table.Step("Step 5: the CAs, the first people, the services");
        var signed = new Dictionary<PlanKey, ReadOnlyMemory<byte>> { [rootPlan] = root.Certificate.RawDataMemory };
        foreach (var key in plan.Keys.Where(key => key.IsCa))
        {
            var ca = certificates.Ca(root, keys[key], key, Organization);
            signed.Add(key, ca.Certificate.RawDataMemory);
            foreach (var person in plan.People.Where(person => person.Issuer == key.Role))
                certificates.Person(ca, person, file, plan.Authority.CertificateLists.First);
            foreach (var service in plan.Services.Where(service => service.Issuer == key.Role))
                certificates.Service(ca, service, file);
        }

        _table.Step("Step 6: the trust card");
        var card = Card(publicAddress, now, [.. plan.Keys.Select(key => CeremonySetting.Trusted(key, keys[key], signed.TryGetValue(key, out var certificate) ? certificate : default(ReadOnlyMemory<byte>?), now - CeremonySetting.Earlier))]);
        setting.SignCard(card, [rootKey]);
        setting.Close([rootKey]);
        return card;
    }

    private string Organization => plan.Mark is null ? plan.Authority.Organization : $"{plan.Authority.Organization} {plan.Mark}";

    private TrustCard Card(Uri publicAddress, DateTimeOffset now, IReadOnlyList<TrustedKey> keys)
    {
        var authority = plan.Authority;
        var status = new Uri(publicAddress, "/publication/status").AbsoluteUri;
        return new TrustCard
        {
            Version = 1,
            Issued = now.ToUnixTimeSeconds(),
            Expires = CeremonySetting.CardExpires(now),
            AuthorityNumber = authority.Number,
            AuthorityName = new BilingualText(authority.Chinese, authority.English),
            Origin = authority.Origin,
            IdentifierIssuer = authority.IdentifierIssuer,
            IdentifierRoot = LicenseIdentifier.DefaultRoot,
            Regions = authority.Regions,
            LicenseLists = authority.LicenseLists,
            CertificateLists = authority.CertificateLists,
            LicenseStatusBase = status + "/licenses",
            CertificateStatusBase = status + "/certificates",
            QrHosts = [publicAddress.Authority],
            MaxAge = authority.MaxAgeSeconds,
            Keys = keys,
            Delegations = [.. plan.Delegations.Select(one => new Delegation(one.Role, keys.Single(key => key.Role.Name() == one.Issuer).Kid, one.ExtendedKeyUsage))],
        };
    }
}
