using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Trust;

/// <summary>The members of trust.jws's payload, in their order.</summary>
internal sealed record TrustCardJson(
    long Version, long Issued, long Expires, AuthorityJson Authority, ListsJson Lists, IReadOnlyList<string> QrHosts, long MaxAge,
    IReadOnlyList<KeyJson?> Keys, IReadOnlyList<DelegationJson?> Delegations, long? RootChange = null)
{
    public static TrustCardJson From(TrustCard card) => new(
        card.Version,
        card.Issued,
        card.Expires,
        new AuthorityJson(
            card.AuthorityNumber, BilingualJson.From(card.AuthorityName), card.Origin, card.IdentifierIssuer, card.IdentifierRoot, card.Regions),
        new ListsJson(RangeJson.From(card.LicenseLists), RangeJson.From(card.CertificateLists), card.LicenseStatusBase, card.CertificateStatusBase),
        card.QrHosts,
        card.MaxAge,
        [.. card.Keys.Select(KeyJson.Of)],
        [.. card.Delegations.Select(DelegationJson.From)],
        card.RootChange);

    public bool TryToCard([NotNullWhen(true)] out TrustCard? card, out Refusal refusal)
    {
        card = null;
        refusal = default;
        var keys = new List<TrustedKey>();
        foreach (var json in Keys)
        {
            if (json is null || !json.TryToKey(out var key))
                return Refuse($"key {keys.Count + 1}: role, kid, JWK or certificate is not as it should be", out refusal);
            keys.Add(key);
        }
        var delegations = new List<Delegation>();
        foreach (var json in Delegations)
        {
            if (json is null || !KeyJson.TryParseKid(json.Issuer, out var issuer))
                return Refuse($"delegation {delegations.Count + 1}: the issuer is not a kid", out refusal);
            delegations.Add(new Delegation(json.Role, issuer, json.ExtendedKeyUsage));
        }
        card = new TrustCard
        {
            Version = Version,
            Issued = Issued,
            Expires = Expires,
            AuthorityNumber = Authority.Number,
            AuthorityName = Authority.Name.ToText(),
            Origin = Authority.Origin,
            IdentifierIssuer = Authority.IdentifierIssuer,
            IdentifierRoot = Authority.IdentifierRoot,
            Regions = Authority.Regions,
            LicenseLists = Lists.Licenses.ToRange(),
            CertificateLists = Lists.Certificates.ToRange(),
            LicenseStatusBase = Lists.LicenseStatusBase,
            CertificateStatusBase = Lists.CertificateStatusBase,
            QrHosts = QrHosts,
            MaxAge = MaxAge,
            Keys = keys,
            Delegations = delegations,
            RootChange = RootChange,
        };
        return true;
    }

    private static bool Refuse(string detail, out Refusal refusal)
    {
        refusal = new Refusal(Codes.Malformed, detail);
        return false;
    }
}

internal sealed record AuthorityJson(
    int Number, BilingualJson Name, string Origin, string IdentifierIssuer, string IdentifierRoot, IReadOnlyList<string> Regions);

internal sealed record ListsJson(RangeJson Licenses, RangeJson Certificates, string LicenseStatusBase, string CertificateStatusBase);

internal sealed record RangeJson(int First, int Last)
{
    public static RangeJson From(ListRange range) => new(range.First, range.Last);

    public ListRange ToRange() => new(First, Last);
}

internal sealed record DelegationJson(string Role, string Issuer, string ExtendedKeyUsage)
{
    public static DelegationJson From(Delegation delegation) => new(delegation.Role, delegation.Issuer.ToString(), delegation.ExtendedKeyUsage);
}

/// <param name="Certificate">Base64 of DER, as in x5c (RFC 7517 4.7).</param>
internal sealed record KeyJson(
    string Role, string Alg, string Kid, JsonWebKey Jwk, long From, long To,
    string? Certificate = null, long? LogSizeFrom = null, long? LogSizeTo = null, long? AcceptedBelow = null)
{
    public static KeyJson Of(TrustedKey key) => new(
        key.Role.Name(), key.Algorithm, key.Kid.ToString(), JsonWebKey.From(key.SubjectPublicKeyInfo.Span), key.From, key.To,
        key.Certificate is { } certificate ? Convert.ToBase64String(certificate.Span) : null, key.LogSizeFrom, key.LogSizeTo, key.AcceptedBelow);

    public bool TryToKey([NotNullWhen(true)] out TrustedKey? key)
    {
        key = null;
        if (!KeyRoles.TryFromName(Role, out var role) || !TryParseKid(Kid, out var kid) || Jwk.Algorithm != Alg
            || !Jwk.TryToSubjectPublicKeyInfo(out var subjectPublicKeyInfo) || !TryDecode(Certificate, out var certificate))
            return false;
        key = new TrustedKey(role, Alg, subjectPublicKeyInfo, kid, certificate, From, To, LogSizeFrom, LogSizeTo, AcceptedBelow);
        return true;
    }

    /// <summary>16 digits in lower case only.</summary>
    public static bool TryParseKid(string text, out KeyId kid) => KeyId.TryParse(text, out kid) && kid.ToString() == text;

    private static bool TryDecode(string? base64, out ReadOnlyMemory<byte>? bytes)
    {
        bytes = null;
        if (base64 is null)
            return true;
        var decoded = new byte[base64.Length];
        // The decoder skips white space; only the text that it would have written is taken.
        if (!Convert.TryFromBase64String(base64, decoded, out var length) || Convert.ToBase64String(decoded.AsSpan(..length)) != base64)
            return false;
        bytes = decoded.AsMemory(..length);
        return true;
    }
}
