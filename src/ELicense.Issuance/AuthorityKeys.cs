using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Keys;

namespace ELicense.Issuance;

/// <summary>The public keys that the authority's signatures must verify under before anything is released.</summary>
public sealed record PinnedKeys(VerificationKey License, VerificationKey Status, VerificationKey Log, VerificationKey Clock);

/// <summary>The authority's keys in service, one a role. The caller owns and disposes them.</summary>
public sealed record AuthorityKeys(SigningKey License, SigningKey Status, SigningKey Log, SigningKey Clock)
{
    /// <summary>By default what the keys themselves say when they are opened; a service pins those of its trust card.</summary>
    public PinnedKeys Pinned { get; init; } = new(License.PublicKey, Status.PublicKey, Log.PublicKey, Clock.PublicKey);

    /// <summary>Log keys before this one: the published checkpoint may still be by one of them, until the next is signed.</summary>
    public IReadOnlyList<VerificationKey> FormerLogs { get; init; } = [];

    /// <summary>Clock keys before this one, likewise.</summary>
    public IReadOnlyList<VerificationKey> FormerClocks { get; init; } = [];

    /// <summary>The enterprise CAs, newest first: the first one issues, each signs the CRLs of what it issued. The caller owns their keys.</summary>
    public IReadOnlyList<CertificateAuthority> EnterpriseCas { get; init; } = [];

    /// <summary>The officers' CAs whose keys are at hand: each signs the CRL of what it issued. The caller owns their keys.</summary>
    public IReadOnlyList<CertificateAuthority> OfficersCas { get; init; } = [];

    /// <summary>All, and those of the CAs: without one of them something that is approved waits, or a list is not made.</summary>
    public IReadOnlyList<SigningKey> InService => [.. All, .. EnterpriseCas.Concat(OfficersCas).Select(ca => ca.Key)];

    public IReadOnlyList<SigningKey> All => [License, Status, Log, Clock];
}
