using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;

namespace ELicense.Pkcs11;

/// <summary>
/// A token with its login and its sessions. It is found again after it was away, or its library was started anew. A wrong PIN is never tried again: it is latched until
/// <see cref="Pkcs11Module.ReleasePinLatch"/>.
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
        using var publicTemplate = new Template()
            .Add(CKA_TOKEN, value: true).Add(CKA_PRIVATE, value: false).Add(CKA_LABEL, name).Add(CKA_EC_PARAMS, algorithm.Parameters)
            .Add(CKA_VERIFY, value: true).Add(CKA_VERIFY_RECOVER, value: false).Add(CKA_ENCRYPT, value: false).Add(CKA_WRAP, value: false);
        using var privateTemplate = new Template()
            .Add(CKA_TOKEN, value: true).Add(CKA_PRIVATE, value: true).Add(CKA_LABEL, name)
            .Add(CKA_SENSITIVE, value: true).Add(CKA_EXTRACTABLE, value: false)
            .Add(CKA_SIGN, value: true).Add(CKA_SIGN_RECOVER, value: false).Add(CKA_DECRYPT, value: false).Add(CKA_UNWRAP, value: false)
            .Add(CKA_DERIVE, value: false);
        _access.Run(own => Generate(own, algorithm, publicTemplate, privateTemplate), repeatable: false);
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

    public void Dispose() => _access.Dispose();

    public override string ToString() => $"token '{Info.Label}' (serial {Info.Serial})";

    private bool Generate(ThreadSession own, KeyAlgorithm algorithm, Template publicTemplate, Template privateTemplate)
    {
        var cryptoki = _access.Cryptoki;
        var session = cryptoki.OpenSession(own.Login!.Slot, readWrite: true);
        try
        {
            var pair = cryptoki.GenerateKeyPair(session, _access.Profile.GenerateMechanism(algorithm.Type), publicTemplate, privateTemplate);
            using var id = new Template().Add(CKA_ID, KeyObjects.Read(cryptoki, session, pair.Private, pair.Public).Id);
            cryptoki.SetAttributes(session, pair.Public, id);
            cryptoki.SetAttributes(session, pair.Private, id);
            return true;
        }
        finally
        {
            // The pair is on the token or the failure is thrown: nothing hangs on this answer.
            _ = cryptoki.CloseSession(session);
        }
    }

    private List<Pkcs11Key> Find(KeyName name) => _access.Run(session =>
        KeyObjects.Find(_access.Cryptoki, session.Handle, name).ConvertAll(key => new Pkcs11Key(_access, name, key, session.Login!)));
}
