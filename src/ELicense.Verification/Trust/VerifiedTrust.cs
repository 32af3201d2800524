using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Envelopes;
using ELicense.Cryptography.Keys;

namespace ELicense.Verification.Trust;

/// <summary>A trust card whose signature, anchor and period were checked, with its keys imported once.</summary>
public sealed class VerifiedTrust
{
    /// <summary>A card of full size in base64url, with header and signature.</summary>
    public const int MaxJwsBytes = (TrustCard.MaxBytes / 3 * 4) + 1024;

    /// <summary>A directory of offices of full size, likewise.</summary>
    public const int MaxOfficesJwsBytes = (OfficeDirectory.MaxBytes / 3 * 4) + 1024;

    private readonly FrozenDictionary<KeyId, ImportedKey> _keys;

    private sealed record ImportedKey(TrustedKey Entry, VerificationKey Key);

    private VerifiedTrust(
        TrustCard card, ReadOnlyMemory<byte> jws, FrozenDictionary<KeyId, ImportedKey> keys, IReadOnlyList<Digest> roots, IReadOnlyList<TrustedCa> cas, OfficeDirectory? offices)
    {
        Roots = roots;
        Cas = cas;
        Card = card;
        Jws = jws;
        _keys = keys;
        Offices = offices;
    }

    public TrustCard Card { get; }

    /// <summary>The signed card as it was read.</summary>
    public ReadOnlyMemory<byte> Jws { get; }

    /// <summary>Names of offices, when the publication had them.</summary>
    public OfficeDirectory? Offices { get; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo of each root that signed the card, the one that began last first: it is the one in force. Several when the root changed with this card.</summary>
    public IReadOnlyList<Digest> Roots { get; }

    /// <summary>The CAs with a certificate, in the card's order.</summary>
    public IReadOnlyList<TrustedCa> Cas { get; }

    /// <summary>The key with this identifier in this role, else null.</summary>
    /// <param name="entry">What the card says of the key, also when its role is another one.</param>
    public VerificationKey? Find(KeyId kid, KeyRole role, out TrustedKey? entry)
    {
        entry = null;
        if (!_keys.TryGetValue(kid, out var found))
            return null;
        entry = found.Entry;
        return entry.Role == role ? found.Key : null;
    }

    /// <summary>The keys of a role in force at the instant, the one that began last first: when keys overlap, each is as good.</summary>
    /// <param name="logSize">When given, only keys that are good up to this log size.</param>
    public IReadOnlyList<VerificationKey> KeysInForce(KeyRole role, DateTimeOffset now, long? logSize = null) =>
    [
        .. _keys.Values.Where(key => key.Entry.Role == role && IsWithin(key.Entry, now.ToUnixTimeSeconds()) && (logSize is not { } size || key.Entry.IsGoodAt(size - 1)))
            .OrderByDescending(key => key.Entry.From).Select(key => key.Key),
    ];

    /// <summary>Codes: too-large, malformed, unknown-format, trust-root, trust-signature, trust-expired, key-period, key-role.</summary>
    public static bool TryOpen(ReadOnlyMemory<byte> jws, TrustAnchor anchor, DateTimeOffset now, [NotNullWhen(true)] out VerifiedTrust? trust, out Refusal refusal)
    {
        trust = null;
        if (!TryOpenAtAnyTime(jws, out var opened, out refusal))
            return false;
        if (!opened.IsUnder(anchor))
            refusal = new Refusal(Codes.TrustRoot, $"The card is signed by another root than the one that is trusted: {opened.Roots[0]}.");
        else if (opened.IsInPeriod(now, out refusal))
            trust = opened;
        return trust is not null;
    }

    /// <summary>A card whose every signature is by a root that it names itself. Whether that root is trusted, and the card still good, is left to the caller.</summary>
    public static bool TryOpenAtAnyTime(ReadOnlyMemory<byte> jws, [NotNullWhen(true)] out VerifiedTrust? trust, out Refusal refusal)
    {
        trust = null;
        if (!GeneralJws.TryParse(jws.Span, MaxJwsBytes, out var signed, out refusal))
            return false;
        if (signed.Signatures.Any(signature => signature.Type != TrustCard.Type))
        {
            refusal = new Refusal(Codes.UnknownFormat, $"typ must be {TrustCard.Type}.");
            return false;
        }

        if (!TrustCard.TryDecodeJson(signed.Payload, out var card, out refusal)
            || !TryImport(card, out var keys, out refusal)
            || !TryReadRoots(signed, card, keys, out var roots, out refusal)
            || !TrustedCa.TryReadAll(card, out var cas, out refusal))
            return false;
        trust = new VerifiedTrust(card, jws, keys, roots, cas, offices: null);
        return true;
    }

    /// <summary>Whether a CA of the card signed the certificate.</summary>
    /// <param name="der">A certificate that can be decoded.</param>
    internal bool HasSigned(ReadOnlyMemory<byte> der)
    {
        if (!ForeignCertificate.TryLoad(der.Span, out var certificate, out _))
            return false;
        using (certificate)
            return Cas.Any(ca => IssuedCertificate.IsBy(ca.Certificate, certificate));
    }

    /// <summary>Code: trust-expired.</summary>
    internal bool IsInPeriod(DateTimeOffset now, out Refusal refusal)
    {
        var seconds = now.ToUnixTimeSeconds();
        refusal = seconds >= Card.Issued && seconds < Card.Expires
            ? default
            : new Refusal(Codes.TrustExpired, $"The card holds from {DateTimeOffset.FromUnixTimeSeconds(Card.Issued):u} to {DateTimeOffset.FromUnixTimeSeconds(Card.Expires):u}; it is {now:u}.");
        return refusal.Code is null;
    }

    internal bool IsUnder(TrustAnchor anchor) => Roots.Any(anchor.Accepts);

    /// <summary>The same trust with the directory of offices, which the status key must have signed for this authority.</summary>
    public bool TryWithOffices(ReadOnlyMemory<byte> jws, [NotNullWhen(true)] out VerifiedTrust? trust, out Refusal refusal)
    {
        trust = null;
        if (!Cryptography.Envelopes.Jws.TryParse(jws.Span, MaxOfficesJwsBytes, out var signed, out refusal))
            return false;
        if (signed.Type != OfficeDirectory.Type)
        {
            refusal = new Refusal(Codes.UnknownFormat, $"typ must be {OfficeDirectory.Type}.");
            return false;
        }

        if (Find(signed.Kid, KeyRole.Status, out var entry) is not { } key || !signed.IsSignedBy(key))
        {
            refusal = new Refusal(Codes.SignatureInvalid, "The directory of offices is not signed by the authority's status key.");
            return false;
        }

        if (!OfficeDirectory.TryDecodeJson(signed.Payload, out var offices, out refusal))
            return false;
        if (offices.AuthorityNumber != Card.AuthorityNumber || !IsWithin(entry!, offices.Issued))
        {
            refusal = new Refusal(Codes.IssuerScope, "The directory of offices is of another authority, or from outside its key's period.");
            return false;
        }

        trust = new VerifiedTrust(Card, Jws, _keys, Roots, Cas, offices);
        return true;
    }

    internal static bool IsWithin(TrustedKey key, long seconds) => seconds >= key.From && seconds < key.To;

    private static bool TryImport(TrustCard card, [NotNullWhen(true)] out FrozenDictionary<KeyId, ImportedKey>? keys, out Refusal refusal)
    {
        keys = null;
        refusal = default;
        var imported = new Dictionary<KeyId, ImportedKey>();
        foreach (var entry in card.Keys)
        {
            if (!VerificationKey.TryImport(entry.SubjectPublicKeyInfo.Span, out var key, out refusal))
                return false;
            // One key, one role, one algorithm: what the card says must be what the key is.
            if (key.Kid != entry.Kid || key.Suite.JoseName() != entry.Algorithm || !imported.TryAdd(entry.Kid, new ImportedKey(entry, key)))
            {
                refusal = new Refusal(Codes.KeyRole, $"Key {entry.Kid} has another identifier or algorithm than the card says, or stands twice.");
                return false;
            }
        }

        keys = imported.ToFrozenDictionary();
        return true;
    }

    private static bool TryReadRoots(
        GeneralJws signed, TrustCard card, FrozenDictionary<KeyId, ImportedKey> keys, [NotNullWhen(true)] out IReadOnlyList<Digest>? roots, out Refusal refusal)
    {
        (roots, refusal) = (null, default);
        var signers = new List<ImportedKey>();
        foreach (var signature in signed.Signatures)
        {
            if (!keys.TryGetValue(signature.Kid, out var root) || root.Entry.Role != KeyRole.Root)
                refusal = new Refusal(Codes.TrustRoot, $"The card is signed with key {signature.Kid}, which it does not name as a root.");
            else if (!signature.IsSignedBy(root.Key))
                refusal = new Refusal(Codes.TrustSignature, "The root's signature of the card is wrong.");
            else if (!IsWithin(root.Entry, card.Issued))
                refusal = new Refusal(Codes.KeyPeriod, "The card was issued outside its root key's period.");
            else
                signers.Add(root);
        }

        if (refusal.Code is null && signers.DistinctBy(root => root.Entry.From).Count() < signers.Count)
            refusal = new Refusal(Codes.TrustRoot, "Two roots that began at the same second: none of them is the later one.");
        roots = refusal.Code is null ? [.. signers.OrderByDescending(root => root.Entry.From).Select(root => Digest.Of(root.Key.SubjectPublicKeyInfo.Span))] : null;
        return roots is not null;
    }
}
