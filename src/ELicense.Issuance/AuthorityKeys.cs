using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.Issuance;

/// <summary>The public keys that the authority's signatures must verify under before anything is released.</summary>
public sealed record PinnedKeys(VerificationKey License, VerificationKey Status, VerificationKey Log, VerificationKey Clock)
{
    /// <summary>The keys in force by the published trust card.</summary>
    public static PinnedKeys From(VerifiedTrust trust, DateTimeOffset now) => new(
        trust.KeyInForce(KeyRole.License, now), trust.KeyInForce(KeyRole.Status, now), trust.KeyInForce(KeyRole.Log, now), trust.KeyInForce(KeyRole.Clock, now));
}

/// <summary>The authority's keys in service, one a role. The caller owns and disposes them.</summary>
public sealed record AuthorityKeys(SigningKey License, SigningKey Status, SigningKey Log, SigningKey Clock)
{
    /// <summary>By default what the keys themselves say when they are opened; a service pins those of its trust card.</summary>
    public PinnedKeys Pinned { get; init; } = new(License.PublicKey, Status.PublicKey, Log.PublicKey, Clock.PublicKey);

    /// <summary>The enterprise CAs, newest first: the first one issues, each signs the CRLs of what it issued. The caller owns their keys.</summary>
    public IReadOnlyList<CertificateAuthority> EnterpriseCas { get; init; } = [];

    public IReadOnlyList<SigningKey> All => [License, Status, Log, Clock];
}
