using System.Security.Cryptography.X509Certificates;
using ELicense.Cli.Ceremony;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Keys;
using ELicense.Issuance;
using ELicense.Issuance.People;
using ELicense.Pkcs11;
using ELicense.Verification.Trust;

namespace ELicense.Cli.Hosting;

/// <summary>What an authority stands on when it runs: its trust card, its keys on their tokens, each pinned by the card, and who was there first. Owns tokens, keys and certificates.</summary>
internal sealed class AuthorityHierarchy : IDisposable
{
    private readonly Pkcs11Tokens _tokens = new();
    private readonly Dictionary<KeyId, SigningKey> _keys = [];
    private readonly IReadOnlyDictionary<KeyId, IReadOnlyList<Pkcs11Uri>> _places;
    private readonly DateTimeOffset _now;

    /// <param name="places">Where each key lies, by its kid: the copies of one key in the order of preference.</param>
    public AuthorityHierarchy(VerifiedTrust trust, IReadOnlyDictionary<KeyId, IReadOnlyList<Pkcs11Uri>> places, DateTimeOffset now) =>
        (Trust, _places, _now) = (trust, places, now);

    public VerifiedTrust Trust { get; }

    public TrustCard Card => Trust.Card;

    /// <summary>SHA-256 of the SubjectPublicKeyInfo of the root that is trusted.</summary>
    public required Digest RootFingerprint { get; init; }

    /// <summary>Made by this process, and not opened.</summary>
    public bool WasCreated { get; init; }

    public required CertificateProfiles Profiles { get; init; }

    public required IReadOnlyList<PlanOffice> Offices { get; init; }

    public required IReadOnlyList<FirstPerson> People { get; init; }

    /// <summary>TLS certificate of the officers' door, with its key.</summary>
    public required X509Certificate2 Door { get; init; }

    /// <summary>The CRLs of roots that ceremonies left, DER.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> RootLists { get; init; }

    /// <summary>The CAs whose certificates officers may have: while keys overlap, both.</summary>
    public IReadOnlyList<X509Certificate2> OfficersCas => OfficersCasOf(Trust);

    public static IReadOnlyList<X509Certificate2> OfficersCasOf(VerifiedTrust trust) =>
        [.. trust.Cas.Where(ca => ca.Key.Role == KeyRole.OfficersCa).Select(ca => ca.Certificate)];

    /// <summary>The key of a role that signs now: of those that are in force and have a place, the one that began last. One that was stolen or retired signs nothing.</summary>
    /// <exception cref="CommandException">key-missing: there is none.</exception>
    public SigningKey Key(KeyRole role) => Find(role)
        ?? throw new CommandException(Codes.KeyMissing, $"No {role.Name()} key that the trust card has in force is on a token that is named.", ExitCodes.Failed);

    /// <summary>As <see cref="Key"/>; null: there is none.</summary>
    public SigningKey? Find(KeyRole role) => Entries(role).FirstOrDefault(key => _now.ToUnixTimeSeconds() < key.To && !IsOver(key)) is { } entry ? Open(entry) : null;

    public AuthorityKeys ServiceKeys(Uri publicAddress)
    {
        var (log, clock) = (Key(KeyRole.Log), Key(KeyRole.Clock));
        return new AuthorityKeys(Key(KeyRole.License), Key(KeyRole.Status), log, clock)
        {
            FormerLogs = Others(KeyRole.Log, log),
            FormerClocks = Others(KeyRole.Clock, clock),
            EnterpriseCas = Cas(KeyRole.EnterpriseCa, publicAddress),
            OfficersCas = Cas(KeyRole.OfficersCa, publicAddress),
        };
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
        _tokens.Dispose();
        Door.Dispose();
    }

    /// <summary>Those that have begun and have a place, newest first, those that were stolen or retired last: such a CA still signs the CRLs of what it issued.</summary>
    private IEnumerable<TrustedKey> Entries(KeyRole role) => Card.Keys
        .Where(key => key.Role == role && key.From <= _now.ToUnixTimeSeconds() && _places.ContainsKey(key.Kid)).OrderBy(IsOver).ThenByDescending(key => key.From);

    private IReadOnlyList<CertificateAuthority> Cas(KeyRole role, Uri publicAddress) => [.. Entries(role).Where(entry => entry.Certificate is not null).Select(entry => new CertificateAuthority(
        Open(entry), X509CertificateLoader.LoadCertificate(entry.Certificate!.Value.Span), Profiles, new StatusAddresses(publicAddress)))];

    private static bool IsOver(TrustedKey key) => (key.AcceptedBelow ?? key.LogSizeTo) is not null;

    private IReadOnlyList<VerificationKey> Others(KeyRole role, SigningKey inService) =>
        [.. Card.Keys.Where(key => key.Role == role && key.Kid != inService.PublicKey.Kid).Select(Pinned)];

    private SigningKey Open(TrustedKey entry)
    {
        if (!_keys.TryGetValue(entry.Kid, out var key))
            _keys[entry.Kid] = key = Pkcs11SigningKey.Open(_tokens, _places[entry.Kid], Pinned(entry));
        return key;
    }

    private VerificationKey Pinned(TrustedKey entry) => Trust.Find(entry.Kid, entry.Role, out _)!;
}
