using System.Security.Cryptography;
using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;

namespace ELicense.Pkcs11;

/// <summary>
/// A token with its login and its sessions. It is found again after it was away, or its library was started anew. A wrong PIN is never tried again: it is latched until
/// <see cref="Pkcs11Module.ReleasePinLatch(string)"/>.
/// </summary>
public sealed class Pkcs11Token : IDisposable
{
    private readonly TokenAccess _access;

    private Pkcs11Token(TokenAccess access) => _access = access;

    /// <summary>As it was when the token was opened.</summary>
    public TokenInfo Info => _access.Token;

    internal static Pkcs11Token Open(TokenAccess access)
    {
        try
        {
            // Logs in.
            access.Run(_ => true);
            return new Pkcs11Token(access);
        }
        catch
        {
            access.Dispose();
            throw;
        }
    }

    /// <summary>A pair on the token; the private key sensitive, not extractable, sign only. The id is the first 8 bytes of SHA-256 of the SubjectPublicKeyInfo.</summary>
    public Pkcs11Key GenerateKeyPair(Pkcs11KeyType type, string label)
    {
        if (FindKey(label) is not null)
            throw new Pkcs11Exception("key-ambiguous", $"{this} already has a key '{label}'.");
        var algorithm = KeyAlgorithm.Of(type);
        var name = Encoding.UTF8.GetBytes(label);

        // Until the public key is known: a process that is cut off in between leaves halves that find each other.
        var first = RandomNumberGenerator.GetBytes(8);
        using var publicTemplate = new Template()
            .Add(CKA_TOKEN, value: true).Add(CKA_PRIVATE, value: false).Add(CKA_LABEL, name).Add(CKA_ID, first).Add(CKA_EC_PARAMS, algorithm.Parameters)
            .Add(CKA_VERIFY, value: true).Add(CKA_VERIFY_RECOVER, value: false).Add(CKA_ENCRYPT, value: false).Add(CKA_WRAP, value: false);
        using var privateTemplate = new Template()
            .Add(CKA_TOKEN, value: true).Add(CKA_PRIVATE, value: true).Add(CKA_LABEL, name).Add(CKA_ID, first)
            .Add(CKA_SENSITIVE, value: true).Add(CKA_EXTRACTABLE, value: false)
            .Add(CKA_SIGN, value: true).Add(CKA_SIGN_RECOVER, value: false).Add(CKA_DECRYPT, value: false).Add(CKA_UNWRAP, value: false)
            .Add(CKA_DERIVE, value: false);
        Writing(session => Generate(session, algorithm, publicTemplate, privateTemplate));
        return FindKey(label) ?? throw new Pkcs11Exception("key-missing", $"{this} does not show the key '{label}' that it has just made.");
    }

    /// <summary>Null when there is none; two with one label are refused (key-ambiguous).</summary>
    public Pkcs11Key? FindKey(string label) => FindKey(label, id: null);

    /// <summary>The same by CKA_LABEL, CKA_ID in hexadecimal, or both.</summary>
    public Pkcs11Key? FindKey(string? label, string? id)
    {
        var found = Find(new KeyName(label, id));
        return found.Count switch
        {
            0 => null,
            1 => found[0],
            _ => throw new Pkcs11Exception("key-ambiguous", $"{this} has {found.Count} keys '{label ?? id}'."),
        };
    }

    /// <summary>All private keys of the types that the house uses.</summary>
    public IReadOnlyList<Pkcs11Key> Keys() => Find(new KeyName(Label: null, Id: null));

    /// <summary>Everything on the token, private objects too.</summary>
    public IReadOnlyList<TokenObject> Objects() => _access.Run(session => TokenObjects.Read(_access.Cryptoki, session.Handle)).ConvertAll(found => found.Object);

    /// <summary>Writes a certificate or data. What is there already, to the byte, is not written twice.</summary>
    /// <returns>Whether it was written.</returns>
    public bool Write(TokenObject wanted) => Writing(session => TokenObjects.Write(_access.Cryptoki, session, wanted));

    /// <returns>How many were removed.</returns>
    public int Remove(Func<TokenObject, bool> unwanted) => Writing(session => TokenObjects.Remove(_access.Cryptoki, session, unwanted));

    public void Dispose() => _access.Dispose();

    public override string ToString() => Info.ToString();

    private bool Generate(ulong session, KeyAlgorithm algorithm, Template publicTemplate, Template privateTemplate)
    {
        var cryptoki = _access.Cryptoki;
        var pair = cryptoki.GenerateKeyPair(session, _access.Profile.GenerateMechanism(algorithm.Type), publicTemplate, privateTemplate);
        using var id = new Template().Add(CKA_ID, KeyAlgorithm.KeyIdOf(KeyObjects.Read(cryptoki, session, pair.Private, pair.Public).SubjectPublicKeyInfo));
        cryptoki.SetAttributes(session, pair.Public, id);
        cryptoki.SetAttributes(session, pair.Private, id);
        return true;
    }

    private T Writing<T>(Func<ulong, T> work) => _access.Run(
        own =>
        {
            var session = _access.Cryptoki.OpenSession(own.Login!.Slot, readWrite: true);
            try
            {
                return work(session);
            }
            finally
            {
                // What was written is on the token, or the failure is thrown: nothing hangs on this answer.
                _ = _access.Cryptoki.CloseSession(session);
            }
        },
        repeatable: false);

    private List<Pkcs11Key> Find(KeyName name) => _access.Run(session =>
        KeyObjects.Find(_access.Cryptoki, session.Handle, name).ConvertAll(key => new Pkcs11Key(_access, name, key, session.Login!)));
}
