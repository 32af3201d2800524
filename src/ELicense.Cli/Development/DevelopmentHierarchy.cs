using ELicense.Cli.Ceremony;
using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using ELicense.Verification.Publication;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Development;

/// <summary>The development hierarchy of a data folder: made once by a ceremony that answers itself, opened ever after with every public key pinned by the trust card.</summary>
internal sealed class DevelopmentHierarchy : IDisposable
{
    private readonly DataFolder _data;
    private readonly Pkcs11Tokens _tokens = new();

    private DevelopmentHierarchy(DataFolder data) => _data = data;

    public static CeremonyPlan Plan => CeremonyPlan.Development;

    /// <summary>The card in force and its JWS.</summary>
    public TrustCard Card { get; private set; } = null!;

    public byte[] CardJws { get; private set; } = null!;

    /// <summary>SHA-256 of the root's SubjectPublicKeyInfo.</summary>
    public Digest RootFingerprint { get; private set; }

    public bool WasCreated { get; private set; }

    private string Complete => Path.Combine(_data.Development, "complete");

    /// <summary>The ceremony's card, or the one that was signed anew since for another public address.</summary>
    private string SignedCard => File.Exists(Renewed) ? Renewed : Path.Combine(_data.Development, CeremonyFolder.Card);

    private string Renewed => Path.Combine(_data.Development, "renewed-" + CeremonyFolder.Card);

    /// <param name="publicAddress">Its host is added to the QR hosts of the card when it is not among them; that is a new version of the card.</param>
    public static DevelopmentHierarchy OpenOrCreate(DataFolder data, Uri publicAddress, TimeProvider clock)
    {
        UseSoftHsm(data);
        var hierarchy = new DevelopmentHierarchy(data);
        // Nothing was issued before the hierarchy was complete: one that a killed process left half-made is made anew.
        if (!File.Exists(hierarchy.Complete))
            hierarchy.Create(publicAddress, clock);
        hierarchy.Open(publicAddress, clock.GetUtcNow());
        return hierarchy;
    }

    /// <summary>Opens the key of a role; a token that holds another one is refused (key-differs).</summary>
    public SigningKey Key(KeyRole role)
    {
        var entry = Card.Keys.Single(key => key.Role == role);
        if (!VerificationKey.TryImport(entry.SubjectPublicKeyInfo.Span, out var pinned, out var refusal))
            throw new CommandException(refusal.Code, refusal.Detail, ExitCodes.Failed);
        var token = Plan.Tokens.Single(token => token.Name == Plan.Key(role).Token);
        return Pkcs11SigningKey.Open(_tokens, [CeremonyTokens.Parse(token, _data.Development) with { Object = Plan.Key(role).KeyLabel }], pinned);
    }

    public void Dispose() => _tokens.Dispose();

    /// <summary>Points SoftHSM to the data folder; it reads this when it is loaded, once a process.</summary>
    public static void UseSoftHsm(DataFolder data)
    {
        Directory.CreateDirectory(data.Tokens);
        File.WriteAllText(data.SoftHsmConfiguration, $"directories.tokendir = {data.Tokens}\nobjectstore.backend = file\nlog.level = ERROR\n");
        Pkcs11Module.SetNativeEnvironment("SOFTHSM2_CONF", data.SoftHsmConfiguration);
    }

    private void Create(Uri publicAddress, TimeProvider clock)
    {
        foreach (var folder in (string[])[_data.Development, _data.Tokens])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
        }

        WasCreated = true;
        new HierarchyCeremony(Plan, PlanFile.Development, CeremonySetting.Given(_data.Development, _ => { }, clock)).Run(publicAddress, clock.GetUtcNow());
        File.WriteAllText(Complete, "");
    }

    private void Open(Uri publicAddress, DateTimeOffset now)
    {
        CardJws = File.ReadAllBytes(SignedCard);
        if (!Digest.TryParseHex(File.ReadAllText(_data.RootFingerprint).Trim(), out var fingerprint)
            || !VerifiedTrust.TryOpen(CardJws, TrustAnchor.Fingerprint(fingerprint), now, out var trust, out _))
        {
            throw new CommandException(Codes.TrustSignature, $"{SignedCard} does not verify against {_data.RootFingerprint}.", ExitCodes.Failed);
        }

        RootFingerprint = fingerprint;
        Card = trust.Card;
        var host = publicAddress.Authority;
        if (!Card.QrHosts.Contains(host))
            Renew(Card with { Version = Card.Version + 1, Issued = now.ToUnixTimeSeconds(), Expires = CeremonySetting.CardExpires(now), QrHosts = [.. Card.QrHosts, host] });
    }

    private void Renew(TrustCard card)
    {
        using var root = Key(KeyRole.Root);
        CardJws = GeneralJws.Sign([root], TrustCard.Type, card.EncodeJson());
        Card = card;
        WholeFile.Write(Renewed, CardJws);
    }
}
