using System.Security.Cryptography.X509Certificates;
using ELicense.Cli.Ceremony;
using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Envelopes;
using ELicense.Pkcs11;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Development;

/// <summary>The development hierarchy of a data folder: made once by a ceremony that answers itself, opened ever after as one in earnest is.</summary>
internal sealed class DevelopmentHierarchy(DataFolder data, TimeProvider clock)
{
    private static CeremonyPlan Plan => CeremonyPlan.Development;

    private string Complete => Path.Combine(data.Development, "complete");

    /// <summary>The ceremony's card, or the one that was signed anew since for another public address.</summary>
    private string SignedCard => File.Exists(Renewed) ? Renewed : Path.Combine(data.Development, CeremonyFolder.Card);

    private string Renewed => Path.Combine(data.Development, "renewed-" + CeremonyFolder.Card);

    /// <param name="publicAddress">Its host is added to the QR hosts of the card when it is not among them; that is a new version of the card.</param>
    public static AuthorityHierarchy OpenOrCreate(DataFolder data, Uri publicAddress, TimeProvider clock)
    {
        UseSoftHsm(data);
        var development = new DevelopmentHierarchy(data, clock);
        // Nothing was issued before the hierarchy was complete: one that a killed process left half-made is made anew.
        var isNew = !File.Exists(development.Complete);
        if (isNew)
            development.Create(publicAddress);
        return development.Open(publicAddress, isNew);
    }

    /// <summary>Points SoftHSM to the data folder; it reads this when it is loaded, once a process.</summary>
    public static void UseSoftHsm(DataFolder data)
    {
        Directory.CreateDirectory(data.Tokens);
        File.WriteAllText(data.SoftHsmConfiguration, $"directories.tokendir = {data.Tokens}\nobjectstore.backend = file\nlog.level = ERROR\n");
        Pkcs11Module.SetNativeEnvironment("SOFTHSM2_CONF", data.SoftHsmConfiguration);
    }

    private void Create(Uri publicAddress)
    {
        foreach (var folder in (string[])[data.Development, data.Tokens])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
        }

        new HierarchyCeremony(Plan, PlanFile.Development, CeremonySetting.Given(data.Development, _ => { }, clock)).Run(publicAddress, clock.GetUtcNow());
        File.WriteAllText(Complete, "");
    }

    private AuthorityHierarchy Open(Uri publicAddress, bool isNew)
    {
        var now = clock.GetUtcNow();
        var rootList = Path.Combine(data.Development, CeremonyFolder.RootList);
        if (!Digest.TryParseHex(File.ReadAllText(data.RootFingerprint).Trim(), out var root))
            throw new CommandException(Codes.TrustSignature, $"{data.RootFingerprint} is no fingerprint.", ExitCodes.Failed);
        var trust = ReadCard(root, now);
        var host = publicAddress.Authority;
        if (!trust.Card.QrHosts.Contains(host))
            trust = Renew(trust.Card with { Version = trust.Card.Version + 1, Issued = now.ToUnixTimeSeconds(), Expires = CeremonySetting.CardExpires(now), QrHosts = [.. trust.Card.QrHosts, host] }, root, now);
        return new AuthorityHierarchy(trust, trust.Card.Keys.ToDictionary(key => key.Kid, key => (IReadOnlyList<Pkcs11Uri>)[Place(key)]), now)
        {
            RootFingerprint = root,
            WasCreated = isNew,
            Profiles = CertificateProfiles.Development,
            Offices = Plan.Offices,
            People = DevelopmentOfficers.Read(data, Plan, AuthorityHierarchy.OfficersCasOf(trust)),
            Door = X509Certificate2.CreateFromPemFile(data.Certificate("service"), data.Certificate("service")),
            RootLists = File.Exists(rootList) ? [File.ReadAllBytes(rootList)] : [],
        };
    }

    private VerifiedTrust ReadCard(Digest root, DateTimeOffset now) =>
        VerifiedTrust.TryOpen(File.ReadAllBytes(SignedCard), TrustAnchor.Fingerprint(root), now, out var trust, out var refusal)
            ? trust
            : throw new CommandException(refusal.Code, $"{SignedCard} does not verify against {data.RootFingerprint}: {refusal.Detail}", ExitCodes.Failed);

    private VerifiedTrust Renew(TrustCard card, Digest root, DateTimeOffset now)
    {
        using var tokens = new Pkcs11Tokens();
        var entry = card.Keys.Single(key => key.Role == KeyRole.Root);
        if (!Cryptography.Keys.VerificationKey.TryImport(entry.SubjectPublicKeyInfo.Span, out var pinned, out var refusal))
            throw new CommandException(refusal.Code, refusal.Detail, ExitCodes.Failed);
        using var key = Cryptography.Keys.Pkcs11SigningKey.Open(tokens, [Place(entry)], pinned);
        WholeFile.Write(Renewed, GeneralJws.Sign([key], TrustCard.Type, card.EncodeJson()));
        return ReadCard(root, now);
    }

    private Pkcs11Uri Place(TrustedKey entry)
    {
        var key = Plan.Key(entry.Role);
        return CeremonyTokens.Parse(Plan.Tokens.Single(token => token.Name == key.Token), data.Development) with { Object = key.KeyLabel, Id = entry.Kid.ToString() };
    }
}
