using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;

namespace ELicense.Pkcs11;

/// <summary>A token with its login and its pool of sessions. A wrong PIN is never tried again: it is latched until <see cref="Pkcs11Module.ReleasePinLatch"/>.</summary>
public sealed class Pkcs11Token : IDisposable
{
    private readonly Cryptoki _cryptoki;
    private readonly SessionPool _sessions;
    private bool _disposed;

    internal Pkcs11Token(Cryptoki cryptoki, TokenInfo info, PinSource pin)
    {
        (_cryptoki, Info) = (cryptoki, info);
        cryptoki.AddUser();
        try
        {
            _sessions = new SessionPool(cryptoki, info, pin);
        }
        catch
        {
            cryptoki.Release();
            throw;
        }
    }

    /// <summary>As it was when the token was opened.</summary>
    public TokenInfo Info { get; }

    /// <summary>A pair on the token; the private key sensitive, not extractable, sign only. The id is the first 8 bytes of SHA-256 of the SubjectPublicKeyInfo.</summary>
    public Pkcs11Key GenerateKeyPair(Pkcs11KeyType type, string label)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
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
        var session = _sessions.OpenSession(readWrite: true);
        try
        {
            var pair = _cryptoki.GenerateKeyPair(session, algorithm.GenerateMechanism, publicTemplate, privateTemplate);
            var key = KeyObjects.Read(_cryptoki, session, pair.Private, pair.Public);
            using var id = new Template().Add(CKA_ID, key.Id);
            _cryptoki.SetAttributes(session, pair.Public, id);
            _cryptoki.SetAttributes(session, pair.Private, id);
        }
        finally
        {
            // The pair is on the token or the failure is thrown: nothing hangs on this answer.
            _ = _cryptoki.CloseSession(session);
        }

        return FindKey(label) ?? throw new Pkcs11Exception("key-missing", $"{this} does not show the key '{label}' that it has just made.");
    }

    /// <summary>Null when there is none; two with one label are refused (key-ambiguous).</summary>
    public Pkcs11Key? FindKey(string label)
    {
        var found = Find(label);
        return found.Count switch
        {
            0 => null,
            1 => found[0],
            _ => throw new Pkcs11Exception("key-ambiguous", $"{this} has {found.Count} keys '{label}'."),
        };
    }

    /// <summary>All private keys of the types that the house uses.</summary>
    public IReadOnlyList<Pkcs11Key> Keys() => Find(label: null);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _sessions.Dispose();
        _cryptoki.Release();
    }

    public override string ToString() => $"token '{Info.Label}' (serial {Info.Serial})";

    private List<Pkcs11Key> Find(string? label)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        for (var again = false; ; again = true)
        {
            var lease = _sessions.Rent();
            try
            {
                var found = KeyObjects.Find(_cryptoki, lease.Session, label)
                    .ConvertAll(key => new Pkcs11Key(this, _cryptoki, _sessions, key, lease.Generation));
                _sessions.Return(lease);
                return found;
            }
            catch (Pkcs11Exception e) when (!again && e.ReturnValue is { } result && SessionPool.IsLost((ReturnValue)result))
            {
                _sessions.Discard(lease);
                _sessions.Reconnect(lease);
            }
            catch
            {
                _sessions.Discard(lease);
                throw;
            }
        }
    }
}
