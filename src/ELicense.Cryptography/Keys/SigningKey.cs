using System.Security.Cryptography;

namespace ELicense.Cryptography.Keys;

/// <summary>The seam to whatever holds a private key. Good for several threads at a time.</summary>
public abstract class SigningKey : IDisposable
{
    public abstract VerificationKey PublicKey { get; }

    public Suite Suite => PublicKey.Suite;

    /// <summary>Signs the message itself (the suite's hash is applied within); the result has the suite's length. Throws <see cref="SigningKeyException"/>.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var signature = SignCore(message);
        return signature.Length == Suites.SignatureSize
            ? signature
            : throw new CryptographicException($"Key {PublicKey} gave a signature of {signature.Length} bytes, not {Suites.SignatureSize}.");
    }

    /// <summary>Asks whoever holds the key whether it could sign now, and signs nothing. Throws <see cref="SigningKeyException"/>; a key in memory always can.</summary>
    public virtual void Probe()
    {
    }

    protected abstract byte[] SignCore(ReadOnlySpan<byte> message);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
