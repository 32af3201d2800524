using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Pkcs11;

namespace ELicense.Cryptography.Keys;

/// <summary>
/// A private key inside a PKCS#11 token, or the same key in several (made by the vendor's backup): the first that works signs. The only code of the house that uses the binding.
/// Tokens are their caller's, and stay open.
/// </summary>
public sealed class Pkcs11SigningKey : SigningKey
{
    private static readonly TimeSpan LookAgainEvery = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<TokenCopy> _copies;
    private readonly Timer? _lookAgain;

    private Pkcs11SigningKey(IReadOnlyList<TokenCopy> copies, VerificationKey publicKey)
    {
        (_copies, PublicKey) = (copies, publicKey);
        if (copies.Count > 1)
            _lookAgain = new Timer(_ => LookAgain(), state: null, LookAgainEvery, LookAgainEvery);
    }

    public override VerificationKey PublicKey { get; }

    /// <summary>The object on the first token.</summary>
    public Pkcs11Key Key => _copies[0].Key();

    /// <summary>Opens the key with the label and pins its public key. Throws <see cref="Pkcs11Exception"/>: key-missing, key-ambiguous, key-differs.</summary>
    /// <param name="pinned">When given, another public key on the token is refused with code key-differs (a swapped token).</param>
    public static Pkcs11SigningKey Open(Pkcs11Token token, string label, VerificationKey? pinned = null)
    {
        var key = token.FindKey(label) ?? throw new Pkcs11Exception(Codes.KeyMissing, $"The {token} has no key '{label}'.");
        return Of(key, pinned);
    }

    /// <summary>A key that was found on a token already.</summary>
    public static Pkcs11SigningKey Open(Pkcs11Key key) => Of(key, pinned: null);

    /// <summary>
    /// The key that all URIs name, in the order of preference. A token that is away is taken into service when it comes back; when none can be opened now, the first one's
    /// failure is thrown.
    /// </summary>
    public static Pkcs11SigningKey Open(Pkcs11Tokens tokens, IReadOnlyList<Pkcs11Uri> uris, VerificationKey pinned)
    {
        var copies = uris.Select(uri => new TokenCopy(() => Pinned(tokens.OpenKey(uri), pinned))).ToList();
        var failures = copies.Select(copy => copy.Look()).ToList();
        return failures.Contains(null) ? new Pkcs11SigningKey(copies, pinned) : throw failures[0]!;
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
        return Of(token.GenerateKeyPair(type, label), pinned: null);
    }

    public override void Probe() => OnFirst(key =>
    {
        key.Probe();
        return true;
    });

    protected override byte[] SignCore(ReadOnlySpan<byte> message)
    {
        var data = Data(message);
        return OnFirst(key => key.SignSome([data])[0]);
    }

    protected override IReadOnlyList<byte[]> SignSomeCore(IReadOnlyList<ReadOnlyMemory<byte>> messages)
    {
        var data = messages.Take(Pkcs11Key.MostATurn).Select(message => Data(message.Span)).ToList();
        return OnFirst(key => key.SignSome(data));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _lookAgain?.Dispose();
        base.Dispose(disposing);
    }

    // CKM_ECDSA takes the digest, CKM_EDDSA the message.
    private byte[] Data(ReadOnlySpan<byte> message) => Suite == Suite.Es256 ? SHA256.HashData(message) : message.ToArray();

    // Those that failed last are asked only when no other is left.
    private T OnFirst<T>(Func<Pkcs11Key, T> work)
    {
        Pkcs11Exception? first = null;
        foreach (var copy in _copies.OrderBy(copy => copy.IsOut))
        {
            try
            {
                var result = work(copy.Key());
                copy.IsOut = false;
                return result;
            }
            catch (Pkcs11Exception e)
            {
                copy.IsOut = true;
                first ??= e;
            }
        }

        throw new SigningKeyException(first!.Code, first.Message, first);
    }

    private void LookAgain()
    {
        try
        {
            foreach (var copy in _copies.Where(copy => copy.IsOut))
                copy.Look();
        }
        catch (ObjectDisposedException)
        {
            // The tokens were closed meanwhile, and this key will be.
        }
    }

    private static Pkcs11SigningKey Of(Pkcs11Key key, VerificationKey? pinned)
    {
        if (!VerificationKey.TryImport(key.SubjectPublicKeyInfo.Span, out var publicKey, out var refusal))
            throw new Pkcs11Exception(Codes.KeyDiffers, $"The public key of '{key.Label}' on the token is refused: {refusal}");
        return new Pkcs11SigningKey([new TokenCopy(Pinned(key, pinned ?? publicKey))], publicKey);
    }

    private static Pkcs11Key Pinned(Pkcs11Key key, VerificationKey pinned) => pinned.SubjectPublicKeyInfo.Span.SequenceEqual(key.SubjectPublicKeyInfo.Span)
        ? key
        : throw new Pkcs11Exception(Codes.KeyDiffers, $"The key '{key.Label}' on the token is not the pinned {pinned}.");
}
