using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cryptography.Keys;

/// <summary>A private key inside a PKCS#11 token; the only code of the house that uses the binding. The token is its caller's, and stays open.</summary>
public sealed class Pkcs11SigningKey : SigningKey
{
    private readonly Pkcs11Key _key;

    private Pkcs11SigningKey(Pkcs11Key key, VerificationKey publicKey) => (_key, PublicKey) = (key, publicKey);

    /// <summary>Opens the key with the label and pins its public key. Throws <see cref="Pkcs11Exception"/>: key-missing, key-ambiguous, key-differs.</summary>
    /// <param name="pinned">When given, another public key on the token is refused with code key-differs (a swapped token).</param>
    public static Pkcs11SigningKey Open(Pkcs11Token token, string label, VerificationKey? pinned = null)
    {
        var key = token.FindKey(label) ?? throw new Pkcs11Exception(Codes.KeyMissing, $"The {token} has no key '{label}'.");
        return Of(token, key, pinned);
    }

    /// <summary>Makes a new pair on the token.</summary>
    public static Pkcs11SigningKey Generate(Pkcs11Token token, Suite suite, string label)
    {
        var type = suite switch
        {
            Suite.Es256 => Pkcs11KeyType.P256,
            Suite.Ed25519 => Pkcs11KeyType.Ed25519,
            _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "No such suite."),
        };
        return Of(token, token.GenerateKeyPair(type, label), pinned: null);
    }

    public override VerificationKey PublicKey { get; }

    /// <summary>The object on the token.</summary>
    public Pkcs11Key Key => _key;

    public override void Probe()
    {
        try
        {
            _key.Probe();
        }
        catch (Pkcs11Exception e)
        {
            throw new SigningKeyException(e.Code, e.Message, e);
        }
    }

    // CKM_ECDSA takes the digest, CKM_EDDSA the message.
    protected override byte[] SignCore(ReadOnlySpan<byte> message)
    {
        try
        {
            return Suite == Suite.Es256 ? _key.Sign(SHA256.HashData(message)) : _key.Sign(message);
        }
        catch (Pkcs11Exception e)
        {
            throw new SigningKeyException(e.Code, e.Message, e);
        }
    }

    private static Pkcs11SigningKey Of(Pkcs11Token token, Pkcs11Key key, VerificationKey? pinned)
    {
        if (!VerificationKey.TryImport(key.SubjectPublicKeyInfo.Span, out var publicKey, out var refusal))
            throw new Pkcs11Exception(Codes.KeyDiffers, $"The public key of '{key.Label}' on the {token} is refused: {refusal}");
        if (pinned is not null && !pinned.SubjectPublicKeyInfo.Span.SequenceEqual(publicKey.SubjectPublicKeyInfo.Span))
            throw new Pkcs11Exception(Codes.KeyDiffers, $"The key '{key.Label}' on the {token} is {publicKey}, not {pinned}.");
        return new Pkcs11SigningKey(key, publicKey);
    }
}
