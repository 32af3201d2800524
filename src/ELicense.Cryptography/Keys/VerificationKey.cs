using System.Diagnostics.CodeAnalysis;
using ELicense.Core;

namespace ELicense.Cryptography.Keys;

/// <summary>A public key, imported once and used by many threads at a time.</summary>
public abstract class VerificationKey
{
    private readonly byte[] _subjectPublicKeyInfo;

    private readonly int _rawOffset;

    /// <param name="rawSize">Length of the raw key, which ends the encoding.</param>
    private protected VerificationKey(byte[] subjectPublicKeyInfo, int rawSize)
    {
        _subjectPublicKeyInfo = subjectPublicKeyInfo;
        _rawOffset = subjectPublicKeyInfo.Length - rawSize;
        Kid = KeyId.Of(subjectPublicKeyInfo);
    }

    public abstract Suite Suite { get; }

    /// <summary>DER, RFC 5280 4.1.2.7 (RFC 5480, RFC 8410).</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _subjectPublicKeyInfo;

    public KeyId Kid { get; }

    /// <summary>For Ed25519 the 32 bytes of the key; for P-256 the 65 bytes of the uncompressed point.</summary>
    public ReadOnlyMemory<byte> RawKey => _subjectPublicKeyInfo.AsMemory(_rawOffset);

    /// <summary>False for a wrong signature, and for one of another length; never throws for foreign bytes.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>As above, for who needs the message's digest anyway: a suite that hashes it does not do it twice.</summary>
    /// <param name="digest">Of <paramref name="message"/>, by the caller's word.</param>
    public virtual bool Verify(ReadOnlySpan<byte> message, in Digest digest, ReadOnlySpan<byte> signature) => Verify(message, signature);

    /// <summary>
    /// Canonical SubjectPublicKeyInfo of a P-256 (named curve, uncompressed) or Ed25519 key only; the point must be on the curve, and for Ed25519 in the prime-order group.
    /// Codes: malformed, unknown-format.
    /// </summary>
    public static bool TryImport(ReadOnlySpan<byte> subjectPublicKeyInfo, [NotNullWhen(true)] out VerificationKey? key, out Refusal refusal)
    {
        if (Es256.IsSubjectPublicKeyInfo(subjectPublicKeyInfo))
        {
            key = Es256.TryImport(subjectPublicKeyInfo);
            refusal = key is null ? new Refusal(Codes.Malformed, "The point is not on the curve P-256.") : default;
        }
        else if (Ed25519.IsSubjectPublicKeyInfo(subjectPublicKeyInfo))
        {
            key = Ed25519.TryImport(subjectPublicKeyInfo);
            refusal = key is null ? new Refusal(Codes.Malformed, "The Ed25519 key is no canonical point of the prime-order group.") : default;
        }
        else
        {
            key = null;
            refusal = new Refusal(
                Codes.UnknownFormat,
                $"{subjectPublicKeyInfo.Length} bytes are not the DER of a P-256 key (named curve, uncompressed point) or of an Ed25519 key.");
        }

        return key is not null;
    }

    public override string ToString() => $"{Suite.JoseName()} {Kid}";
}
