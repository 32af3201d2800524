using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Keys;

namespace ELicense.Verification.Verdicts;

/// <summary>
/// A token whose signature was found right: what its bytes say for ever, and nothing of its standing. Periods, scopes and roles are judged anew each time, since a
/// later trust card may say otherwise.
/// </summary>
public sealed class ProvenToken
{
    private const long Unknown = -1;

    private readonly byte[] _bytes;
    private readonly VerificationKey _key;
    private long _loggedAt = Unknown;

    /// <param name="bytes">Of the whole token; copied, since whoever gave them may use their place for others.</param>
    internal ProvenToken(ReadOnlySpan<byte> bytes, LicenseToken claims, VerificationKey key, Digest statement) =>
        (_bytes, Claims, _key, Statement) = (bytes.ToArray(), claims, key, statement);

    public LicenseToken Claims { get; }

    /// <summary>Digest of what was signed, which the log names.</summary>
    public Digest Statement { get; }

    /// <summary>The whole token, its signature included.</summary>
    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal KeyId Kid => _key.Kid;

    /// <summary>Where the log names this statement at the token's index; null while nobody looked. A log never takes that back.</summary>
    internal long? LoggedAt
    {
        get => Volatile.Read(ref _loggedAt) is var position and not Unknown ? position : null;
        set => Volatile.Write(ref _loggedAt, value ?? Unknown);
    }

    /// <summary>A key's identifier has 64 bits: the key itself must be the one.</summary>
    internal bool IsProvenBy(VerificationKey key) =>
        ReferenceEquals(key, _key) || key.SubjectPublicKeyInfo.Span.SequenceEqual(_key.SubjectPublicKeyInfo.Span);
}
