using ELicense.Cli.Hosting;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Development;

/// <summary>The development hierarchy of a data folder: made once by the recipe, opened ever after with every public key pinned by the trust card.</summary>
internal sealed class DevelopmentHierarchy : IDisposable
{
    private const long SecondsPerDay = 86_400;
    private const int CardDays = 390; // formats.md: at most 13 months

    private readonly DataFolder _data;
    private readonly DevelopmentTokens _tokens;

    private DevelopmentHierarchy(DataFolder data, HierarchyRecipe recipe, DevelopmentTokens tokens)
    {
        _data = data;
        Recipe = recipe;
        _tokens = tokens;
    }

    public HierarchyRecipe Recipe { get; }

    /// <summary>The card in force and its JWS.</summary>
    public TrustCard Card { get; private set; } = null!;

    public byte[] CardJws { get; private set; } = null!;

    /// <summary>SHA-256 of the root's SubjectPublicKeyInfo.</summary>
    public Digest RootFingerprint { get; private set; }

    public bool WasCreated { get; private set; }

    private string Complete => Path.Combine(_data.Development, "complete");

    private string SignedCard => Path.Combine(_data.Development, "trust.jws");

    /// <param name="publicAddress">Its host is added to the QR hosts of the card when it is not among them; that is a new version of the card.</param>
    public static DevelopmentHierarchy OpenOrCreate(DataFolder data, Uri publicAddress, DateTimeOffset now)
    {
        var recipe = HierarchyRecipe.Load();
        var complete = Path.Combine(data.Development, "complete");
        // Nothing was issued before the hierarchy was complete: one that a killed process left half-made is made anew.
        if (!File.Exists(complete))
            RemoveUnfinished(data);
        Directory.CreateDirectory(data.Development);

        var hierarchy = new DevelopmentHierarchy(data, recipe, DevelopmentTokens.Load(data, recipe));
        if (!File.Exists(complete))
            hierarchy.Create(publicAddress, now);
        else
            hierarchy.Open(publicAddress, now);
        return hierarchy;
    }

    /// <summary>Opens the key of a role; a token that holds another one is refused (key-differs).</summary>
    public SigningKey Key(KeyRole role)
    {
        var entry = Card.Keys.Single(key => key.Role == role);
        return VerificationKey.TryImport(entry.SubjectPublicKeyInfo.Span, out var pinned, out var refusal)
            ? _tokens.Key(role, pinned)
            : throw new CommandException(refusal.Code, refusal.Detail, 1);
    }

    public void Dispose() => _tokens.Dispose();

    private static void RemoveUnfinished(DataFolder data)
    {
        foreach (var folder in (string[])[data.Development, data.Tokens])
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private void Create(Uri publicAddress, DateTimeOffset now)
    {
        WasCreated = true;
        _tokens.Create();
        DevelopmentCertificates.Create(_data, Recipe, _tokens, publicAddress, now);
        var keys = Recipe.Keys.Select(key => Describe(key, now)).ToList();
        Sign(FirstCard(keys, publicAddress, now));
        File.WriteAllText(_data.RootFingerprint, RootFingerprint + "\n");
        File.WriteAllText(Complete, "");
    }

    private void Open(Uri publicAddress, DateTimeOffset now)
    {
        CardJws = File.ReadAllBytes(SignedCard);
        if (!Digest.TryParseHex(File.ReadAllText(_data.RootFingerprint).Trim(), out var fingerprint)
            || !VerifiedTrust.TryOpen(CardJws, TrustAnchor.Fingerprint(fingerprint), now, out var trust, out var refusal))
        {
            throw new CommandException(Codes.TrustSignature, $"{SignedCard} does not verify against {_data.RootFingerprint}.", 1);
        }

        RootFingerprint = fingerprint;
        Card = trust.Card;
        var host = publicAddress.Authority;
        if (!Card.QrHosts.Contains(host))
            Sign(Renew(Card with { QrHosts = [.. Card.QrHosts, host] }, now));
    }

    private TrustedKey Describe(RecipeKey key, DateTimeOffset now)
    {
        using var opened = _tokens.Key(key.KeyRole, pinned: null);
        var pem = Path.Combine(_data.Development, key.Role + ".pem");
        ReadOnlyMemory<byte>? certificate = null;
        if (key.CommonName is not null)
        {
            using var read = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(File.ReadAllText(pem));
            certificate = read.RawData;
        }

        var from = now.ToUnixTimeSeconds() - 3600;
        return new TrustedKey(
            key.KeyRole, opened.Suite.JoseName(), opened.PublicKey.SubjectPublicKeyInfo, opened.PublicKey.Kid, certificate, from, from + (key.Days * SecondsPerDay));
    }

    private TrustCard FirstCard(IReadOnlyList<TrustedKey> keys, Uri publicAddress, DateTimeOffset now)
    {
        var authority = Recipe.Authority;
        var status = new Uri(publicAddress, "/publication/status").AbsoluteUri;
        return new TrustCard
        {
            Version = 1,
            Issued = now.ToUnixTimeSeconds(),
            Expires = now.ToUnixTimeSeconds() + (CardDays * SecondsPerDay),
            AuthorityNumber = authority.Number,
            AuthorityName = new BilingualText(authority.Chinese, authority.English),
            Origin = authority.Origin,
            IdentifierIssuer = authority.IdentifierIssuer,
            IdentifierRoot = Core.Licenses.LicenseIdentifier.DefaultRoot,
            Regions = authority.Regions,
            LicenseLists = authority.LicenseLists,
            CertificateLists = authority.CertificateLists,
            LicenseStatusBase = status + "/licenses",
            CertificateStatusBase = status + "/certificates",
            QrHosts = [publicAddress.Authority],
            MaxAge = authority.MaxAgeSeconds,
            Keys = keys,
            Delegations = [],
        };
    }

    private static TrustCard Renew(TrustCard card, DateTimeOffset now) => card with
    {
        Version = card.Version + 1,
        Issued = now.ToUnixTimeSeconds(),
        Expires = now.ToUnixTimeSeconds() + (CardDays * SecondsPerDay),
    };

    private void Sign(TrustCard card)
    {
        using var root = _tokens.Key(KeyRole.Root, pinned: null);
        CardJws = System.Text.Encoding.ASCII.GetBytes(Jws.Sign(root, TrustCard.Type, card.EncodeJson()));
        Card = card;
        RootFingerprint = Digest.Of(root.PublicKey.SubjectPublicKeyInfo.Span);
        var written = SignedCard + ".new";
        File.WriteAllBytes(written, CardJws);
        File.Move(written, SignedCard, overwrite: true);
    }
}
