using System.Diagnostics.CodeAnalysis;
using ELicense.Core;

namespace ELicense.Cryptography.Keys;

/// <summary>A public key, imported once and used by many threads at a time.</summary>
public abstract class VerificationKey
{
    public abstract Suite Suite { get; }

    /// <summary>DER, RFC 5280 4.1.2.7 (RFC 5480, RFC 8410).</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => throw new NotImplementedException();

    public KeyId Kid => throw new NotImplementedException();

    /// <summary>For Ed25519 the 32 bytes of the key; for P-256 the 65 bytes of the uncompressed point.</summary>
    public ReadOnlyMemory<byte> RawKey => throw new NotImplementedException();

    /// <summary>False for a wrong signature, and for one of another length; never throws for foreign bytes.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>Canonical SubjectPublicKeyInfo of a P-256 (named curve, uncompressed) or Ed25519 key only; the point must be on the curve.</summary>
    public static bool TryImport(ReadOnlySpan<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out VerificationKey? key, out Refusal refusal) => throw new NotImplementedException();
}
