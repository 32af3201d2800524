using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Ceremony;

/// <summary>
/// From one trust card to the next: new keys beside the old, keys that end or were stolen, a new root, or nothing but a new period. The old keys stay on the card, so that what they signed stays
/// verifiable; a new root's card carries the old root's signature too (docs/ceremony.md).
/// </summary>
internal sealed class RotationCeremony
{
    private const int MaxProfileBytes = 64 * 1024;
    private const int MaxListBytes = 1024 * 1024;

    private readonly RotationPlan _plan;
    private readonly PlanFile _file;
    private readonly CeremonySetting _setting;
    private readonly CertificateProfiles _profiles;
    private readonly VerifiedTrust _former;

    public RotationCeremony(PlanFile file, CeremonySetting setting)
    {
        (_plan, _file, _setting) = (file.Rotation!, file, setting);
        _profiles = _plan.Profiles is null ? CertificateProfiles.Development : CertificateProfiles.Read(file.Beside(_plan.Profiles, MaxProfileBytes));
        if (!VerifiedTrust.TryOpenAtAnyTime(file.Beside(_plan.Card, VerifiedTrust.MaxJwsBytes), out var former, out var refusal))
            throw new CommandException(refusal.Code, $"{_plan.Card}: {refusal.Detail}", ExitCodes.Usage);
        _former = former;
    }

    private TrustCard Card => _former.Card;

    private TrustedKey FormerRoot => Card.Keys.Single(key => key.Role == KeyRole.Root && Digest.Of(key.SubjectPublicKeyInfo.Span) == _former.Roots[0]);

    /// <returns>The trust card.</returns>
    public TrustCard Run(DateTimeOffset now)
    {
        PlanRules.Require(RotationRules.Faults(_plan, _former, _profiles));
        var table = _setting.Table;

        table.Step("Step 1: who is here, and what was agreed");
        _setting.Begin("rotation", _file, _plan.Witnesses);
        table.Record("card", ("version", $"{Card.Version}"), ("sha256", Digest.Of(_former.Jws.Span).ToString()), ("root", _former.Roots[0].ToString()));
        table.ReadBack("The root's fingerprint (SHA-256)", _former.Roots[0].ToString());

        table.Step("Step 2: the tokens, and the keys that are there");
        using var tokens = new CeremonyTokens(_plan.Tokens, _setting.Root, table);
        tokens.Open();
        var existing = _plan.Existing.ToDictionary(key => key.Kid, key => tokens.Find(key, Entry(key.Kid)), StringComparer.Ordinal);

        table.Step("Step 3: the new keys, each on its token, never to leave it");
        var made = _plan.Keys.ToDictionary(key => key, tokens.Make);
        _setting.Folder.Write(CeremonyFolder.Keys, tokens.Places());

        table.Step("Step 4: certificates");
        var certificates = new CeremonyCertificates(_profiles, new StatusAddresses(_plan.PublicAddress), _setting.Folder, table, now - CeremonySetting.Earlier);
        var formerRoot = certificates.Existing(existing[FormerRoot.Kid.ToString()], FormerRoot.Certificate!.Value);
        var newRootPlan = _plan.Keys.SingleOrDefault(key => key.KeyRole == KeyRole.Root);
        var root = newRootPlan is null ? formerRoot : NewRoot(certificates, made[newRootPlan], newRootPlan);
        var revoked = Revoked(now);
        certificates.RootList(root, _plan.RootList, CeremonyFolder.RootList, newRootPlan is null ? revoked : []);
        if (newRootPlan is null)
            _setting.Folder.Write(CeremonyFolder.RootCertificate, root.Certificate);
        else
            certificates.RootList(formerRoot, _plan.RootList, $"root-{FormerRoot.Kid}.crl", revoked);

        var signed = new Dictionary<PlanKey, ReadOnlyMemory<byte>>();
        var cas = new Dictionary<string, CertificateAuthority>(StringComparer.Ordinal);
        foreach (var key in _plan.Keys.Where(key => key.IsCa))
        {
            cas[key.Role] = certificates.Ca(root, made[key], key, _plan.Organization);
            signed.Add(key, cas[key.Role].Certificate.RawDataMemory);
        }

        if (newRootPlan is not null)
            signed.Add(newRootPlan, root.Certificate.RawDataMemory);
        var kept = Card.Keys.Select(key => Kept(key, existing, newRootPlan is null ? null : root, certificates, cas)).ToList();
        foreach (var service in _plan.Services)
            certificates.Service(cas[service.Issuer], service, _file);

        table.Step("Step 5: the trust card");
        var card = Card with
        {
            Version = Card.Version + 1,
            Issued = now.ToUnixTimeSeconds(),
            Expires = CeremonySetting.CardExpires(now),
            QrHosts = [.. Card.QrHosts.Append(_plan.PublicAddress.Authority).Distinct(StringComparer.Ordinal)],
            RootChange = _former.Roots.Count > 1 ? Card.Version : Card.RootChange,
            Keys = [.. kept, .. _plan.Keys.Select(key => CeremonySetting.Trusted(key, made[key], signed.TryGetValue(key, out var certificate) ? certificate : default(ReadOnlyMemory<byte>?), now - CeremonySetting.Earlier))],
        };
        SigningKey[] roots = newRootPlan is null ? [existing[FormerRoot.Kid.ToString()]] : [made[newRootPlan], existing[FormerRoot.Kid.ToString()]];
        _setting.SignCard(card, roots);
        _setting.Close(roots);
        return card;
    }

    /// <summary>What the root's newest list has, and what the plan adds; each certificate must be one that the root issued.</summary>
    private List<RevokedCertificate> Revoked(DateTimeOffset now)
    {
        var former = _file.Beside(_plan.FormerRootList, MaxListBytes);
        if (!SignedRevocationList.TryOpen(former, FormerRoot.SubjectPublicKeyInfo, out _, out var refusal))
            throw new CommandException(refusal.Code, $"{_plan.FormerRootList} is not the root's CRL: {refusal.Detail}", ExitCodes.Usage);
        var revoked = SignedRevocationList.ReadEntries(former).ToList();
        using var root = X509CertificateLoader.LoadCertificate(FormerRoot.Certificate!.Value.Span);
        foreach (var plan in _plan.Revoked)
        {
            using var certificate = Certificate(plan.Certificate);
            if (!IssuedCertificate.IsBy(root, certificate) || !SerialNumber.TryParse(certificate.SerialNumber.ToLowerInvariant(), out var serial))
                throw new CommandException(Codes.CeremonyPlan, $"{plan.Certificate} was not issued by the root {FormerRoot.Kid}.", ExitCodes.Usage);
            if (revoked.TrueForAll(known => known.Serial != serial))
                revoked.Add(new RevokedCertificate(serial, now, plan.Known!.Value));
        }

        return revoked;
    }

    private X509Certificate2 Certificate(string name)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(_file.Beside(name, DecodedCertificate.MaxBytes));
        }
        catch (CryptographicException e)
        {
            throw new CommandException(Codes.CeremonyPlan, $"{name} is no certificate: {e.Message}", ExitCodes.Usage);
        }
    }

    private TrustedKey Entry(string kid) => Card.Keys.Single(key => key.Kid.ToString() == kid);

    private CertificateAuthority NewRoot(CeremonyCertificates certificates, SigningKey key, PlanKey plan)
    {
        var root = certificates.Root(key, plan, _plan.Organization);
        var fingerprint = Digest.Of(key.PublicKey.SubjectPublicKeyInfo.Span).ToString();
        _setting.Folder.Write(CeremonyFolder.Fingerprint, System.Text.Encoding.ASCII.GetBytes(fingerprint + "\n"));
        _setting.Table.ReadBack("The new root's fingerprint (SHA-256)", fingerprint);
        return root;
    }

    /// <summary>As it was, with its change; a CA that is in service gets a certificate of the new root for the same key and name.</summary>
    private TrustedKey Kept(
        TrustedKey key, Dictionary<string, SigningKey> existing, CertificateAuthority? newRoot, CeremonyCertificates certificates, Dictionary<string, CertificateAuthority> cas)
    {
        var kept = _plan.Changes.SingleOrDefault(change => change.Kid == key.Kid.ToString()) is { } change ? change.Apply(key) : key;
        if (key.Role is not (KeyRole.EnterpriseCa or KeyRole.OfficersCa) || !existing.TryGetValue(key.Kid.ToString(), out var signing))
            return kept;
        var ca = certificates.Existing(signing, key.Certificate!.Value);
        if (newRoot is not null)
        {
            ca = certificates.Ca(newRoot, signing, ca.Certificate.SubjectName, DateTimeOffset.FromUnixTimeSeconds(kept.To), $"{key.Role.Name()}-{key.Kid}");
            kept = kept with { Certificate = ca.Certificate.RawDataMemory };
        }

        cas.TryAdd(key.Role.Name(), ca);
        return kept;
    }
}
