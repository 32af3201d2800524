using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;

namespace ELicense.Verification.Trust;

/// <summary>Where trust begins, given out of band.</summary>
public abstract record TrustAnchor
{
    /// <summary>SHA-256 of the root's SubjectPublicKeyInfo; 64 hex digits in text.</summary>
    public static TrustAnchor Fingerprint(Digest rootKey) => throw new NotImplementedException();

    /// <summary>A card taken as it is: its own root key is believed (a file that the user chose as trust).</summary>
    public static TrustAnchor AsGiven { get; } = null!;

    /// <summary>Hex fingerprint, PEM or DER root certificate, or the text of a trust.jws (then also <paramref name="card"/>).</summary>
    public static bool TryRead(ReadOnlyMemory<byte> content, [NotNullWhen(true)] out TrustAnchor? anchor, out ReadOnlyMemory<byte>? card, out Refusal refusal) => throw new NotImplementedException();
}

/// <summary>A trust card whose signature, anchor and period were checked, with its keys imported once.</summary>
public sealed class VerifiedTrust
{
    public TrustCard Card => throw new NotImplementedException();

    /// <summary>The signed card as it was read.</summary>
    public ReadOnlyMemory<byte> Jws => throw new NotImplementedException();

    /// <summary>Names of offices, when the publication had them.</summary>
    public OfficeDirectory? Offices => throw new NotImplementedException();

    public VerificationKey? Find(KeyId kid, KeyRole role, out TrustedKey? entry) => throw new NotImplementedException();

    /// <summary>The key of a role that has one key in force at the instant.</summary>
    public VerificationKey KeyInForce(KeyRole role, DateTimeOffset now) => throw new NotImplementedException();

    public static bool TryOpen(ReadOnlyMemory<byte> jws, TrustAnchor anchor, DateTimeOffset now, [NotNullWhen(true)] out VerifiedTrust? trust, out Refusal refusal) => throw new NotImplementedException();

    public bool TryWithOffices(ReadOnlyMemory<byte> jws, [NotNullWhen(true)] out VerifiedTrust? trust, out Refusal refusal) => throw new NotImplementedException();
}
