using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>A private key on a token with its public half; good for several threads while its token is open.</summary>
public sealed class Pkcs11Key
{
    private const int DigestSize = 32;

    private readonly Pkcs11Token _token;
    private readonly Cryptoki _cryptoki;
    private readonly SessionPool _sessions;
    private readonly KeyObject _key;
    private volatile Located _located;

    internal Pkcs11Key(Pkcs11Token token, Cryptoki cryptoki, SessionPool sessions, KeyObject key, int generation)
    {
        (_token, _cryptoki, _sessions, _key) = (token, cryptoki, sessions, key);
        _located = new Located(key.Handle, generation);
    }

    public string Label => _key.Label;

    public Pkcs11KeyType Type => _key.Algorithm.Type;

    /// <summary>DER SubjectPublicKeyInfo, built from CKA_EC_POINT.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _key.SubjectPublicKeyInfo;

    public bool Sensitive => _key.Sensitive;

    public bool AlwaysSensitive => _key.AlwaysSensitive;

    public bool NeverExtractable => _key.NeverExtractable;

    /// <summary>
    /// P-256: the 32 bytes of a SHA-256 digest → r‖s. Ed25519: the message → 64 bytes. Threads share the token's session pool.
    /// Sessions or a login that were lost are renewed once; a key that came back with another public half is refused (key-differs).
    /// </summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        // Some modules cut a longer digest in silence.
        if (Type == Pkcs11KeyType.P256 && data.Length != DigestSize)
            throw new ArgumentException($"A P-256 key signs a digest of {DigestSize} bytes, not {data.Length}.", nameof(data));
        var signature = new byte[KeyAlgorithm.SignatureSize];
        for (var again = false; ; again = true)
        {
            var lease = _sessions.Rent();
            var (function, result, written) = TrySign(lease, data, signature);
            if (result == CKR_OK)
            {
                _sessions.Return(lease);
                return written == signature.Length
                    ? signature
                    : throw new Pkcs11Exception("token-failed", $"{_token} signed with {written} bytes, not {signature.Length}.", function);
            }

            _sessions.Discard(lease);
            if (again || !SessionPool.IsLost(result))
                throw Pkcs11Exception.Of(function, result, $"key '{Label}' of {_token}");
            _sessions.Reconnect(lease);
        }
    }

    private (string Function, ReturnValue Result, int Written) TrySign(SessionPool.Lease lease, ReadOnlySpan<byte> data, Span<byte> signature)
    {
        ulong handle;
        try
        {
            handle = HandleIn(lease);
        }
        catch (Pkcs11Exception e) when (e.ReturnValue is { } failed)
        {
            return (e.Function ?? "", (ReturnValue)failed, 0);
        }
        catch
        {
            _sessions.Discard(lease);
            throw;
        }

        var result = _cryptoki.SignInit(lease.Session, _key.Algorithm.SignMechanism, handle);
        if (result != CKR_OK)
            return ("C_SignInit", result, 0);
        result = _cryptoki.Sign(lease.Session, data, signature, out var written);
        return ("C_Sign", result, written);
    }

    private ulong HandleIn(SessionPool.Lease lease)
    {
        var located = _located;
        if (located.Generation == lease.Generation)
            return located.Handle;
        var found = KeyObjects.Find(_cryptoki, lease.Session, Label);
        if (found.Count != 1)
            throw new Pkcs11Exception(found.Count == 0 ? "key-missing" : "key-ambiguous", $"{_token} came back with {found.Count} keys '{Label}'.");
        if (!found[0].SubjectPublicKeyInfo.AsSpan().SequenceEqual(_key.SubjectPublicKeyInfo))
            throw new Pkcs11Exception("key-differs", $"{_token} came back with another key '{Label}'.");
        _located = new Located(found[0].Handle, lease.Generation);
        return found[0].Handle;
    }

    private sealed record Located(ulong Handle, int Generation);
}
