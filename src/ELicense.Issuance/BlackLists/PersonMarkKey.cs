using System.Security.Cryptography;
using System.Text;
using ELicense.Core;

namespace ELicense.Issuance.BlackLists;

/// <summary>
/// The secret of the configuration for identifiers of persons. It turns one into a mark that is compared in its place: HMAC-SHA-256, so that nobody who reads the register
/// can try out all identifiers. Authorities that exchange black lists of persons agree on it. It also seals the identifier of a person on the own list, to be shown to a
/// supervisor and marked anew under another key: AES-256-GCM under a key that HKDF (RFC 5869) derives.
/// </summary>
public sealed class PersonMarkKey
{
    public const int MinKeyBytes = 32;

    private const int NonceBytes = 12; // NIST SP 800-38D 8.2.2: random, of 96 bits
    private const int TagBytes = 16;

    private readonly byte[] _key;
    private readonly byte[] _sealing;

    /// <exception cref="ArgumentException">The key is shorter than <see cref="MinKeyBytes"/>.</exception>
    public PersonMarkKey(ReadOnlySpan<byte> key)
    {
        if (key.Length < MinKeyBytes)
            throw new ArgumentException($"A key for marks of persons has at least {MinKeyBytes} bytes.", nameof(key));
        _key = key.ToArray();
        _sealing = Derive("elicense person identifier");
        Kid = KeyId.FromBytes(Mark(new PersonIdentifier("key", "")).Span[..KeyId.Size]);
    }

    /// <summary>Tells keys apart without telling the key.</summary>
    public KeyId Kid { get; }

    public Digest Mark(PersonIdentifier person) => new(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"elicense person {person.Kind} {person.Text}")));

    /// <summary>nonce ‖ ciphertext ‖ tag, bound to the mark.</summary>
    public byte[] Seal(PersonIdentifier person)
    {
        var clear = Encoding.UTF8.GetBytes($"{person.Kind} {person.Text}");
        var sealedBytes = new byte[NonceBytes + clear.Length + TagBytes];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_sealing, TagBytes);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceBytes), clear, sealedBytes.AsSpan(NonceBytes, clear.Length), sealedBytes.AsSpan(NonceBytes + clear.Length), Mark(person).Span);
        return sealedBytes;
    }

    /// <returns>Null when it was not sealed with this key for this mark.</returns>
    public PersonIdentifier? Open(ReadOnlySpan<byte> sealedBytes, Digest mark)
    {
        if (sealedBytes.Length <= NonceBytes + TagBytes)
            return null;
        var clear = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_sealing, TagBytes);
        try
        {
            aes.Decrypt(sealedBytes[..NonceBytes], sealedBytes.Slice(NonceBytes, clear.Length), sealedBytes[(NonceBytes + clear.Length)..], clear, mark.Span);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        return Encoding.UTF8.GetString(clear).Split(' ', 2) is [var kind, var text] ? new PersonIdentifier(kind, text) : null;
    }

    /// <summary>Another key of 32 bytes, for what must not be tried out either.</summary>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, outputLength: 32, info: Encoding.UTF8.GetBytes(purpose));
}
