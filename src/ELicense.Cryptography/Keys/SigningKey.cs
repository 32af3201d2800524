using System.Security.Cryptography;

namespace ELicense.Cryptography.Keys;

/// <summary>The seam to whatever holds a private key. Good for several threads at a time.</summary>
public abstract class SigningKey : IDisposable
{
    public abstract VerificationKey PublicKey { get; }

    public Suite Suite => PublicKey.Suite;

    /// <summary>Signs the message itself (the suite's hash is applied within); the result has the suite's length. Throws <see cref="SigningKeyException"/>.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => Whole(SignCore(message));

    /// <summary>
    /// Signs as many as whoever holds the key does at a time, from the first on: at least one. Throws as <see cref="Sign"/> when the first cannot be signed;
    /// when a later one cannot, those before it are given back.
    /// </summary>
    /// <param name="messages">One or more.</param>
    public IReadOnlyList<byte[]> SignSome(IReadOnlyList<ReadOnlyMemory<byte>> messages) => [.. SignSomeCore(messages).Select(Whole)];

    /// <summary>Asks whoever holds the key whether it could sign now, and signs nothing. Throws <see cref="SigningKeyException"/>; a key in memory always can.</summary>
    public virtual void Probe()
    {
    }

    protected abstract byte[] SignCore(ReadOnlySpan<byte> message);

    protected virtual IReadOnlyList<byte[]> SignSomeCore(IReadOnlyList<ReadOnlyMemory<byte>> messages) => [SignCore(messages[0].Span)];

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    private byte[] Whole(byte[] signature) => signature.Length == Suites.SignatureSize
        ? signature
        : throw new CryptographicException($"Key {PublicKey} gave a signature of {signature.Length} bytes, not {Suites.SignatureSize}.");
}
