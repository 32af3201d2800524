using System.Diagnostics;
using ELicense.Pkcs11.Native;

namespace ELicense.Pkcs11;

/// <summary>A private key on a token with its public half; good for several threads while its token is open.</summary>
public sealed class Pkcs11Key
{
    /// <summary>Signatures of one turn at the token.</summary>
    public const int MostATurn = 32;

    private const int DigestSize = 32;

    // A slow token makes fewer in its turn: others stand in line, and a library is not initialized anew while a turn lasts.
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(250);

    private readonly TokenAccess _access;
    private readonly KeyObject _key;
    private readonly KeyName _name;
    private volatile Located _located;

    internal Pkcs11Key(TokenAccess access, KeyName name, KeyObject key, Login login)
    {
        // Looked up among all, it is found again by what it is called.
        (_access, _key, _name) = (access, key, name == new KeyName(null, null) ? new KeyName(key.Label, null) : name);
        _located = new Located(key.Handle, login);
    }

    public string Label => _key.Label;

    /// <summary>CKA_ID.</summary>
    public ReadOnlyMemory<byte> Id => _key.Id;

    public Pkcs11KeyType Type => _key.Algorithm.Type;

    /// <summary>DER SubjectPublicKeyInfo, built from CKA_EC_POINT.</summary>
    public ReadOnlyMemory<byte> SubjectPublicKeyInfo => _key.SubjectPublicKeyInfo;

    public bool Sensitive => _key.Sensitive;

    public bool AlwaysSensitive => _key.AlwaysSensitive;

    public bool NeverExtractable => _key.NeverExtractable;

    /// <summary>
    /// P-256: the 32 bytes of a SHA-256 digest → r‖s. Ed25519: the message → 64 bytes. Threads share the token's sessions, first come, first served.
    /// A key that came back with another public half is refused (key-differs).
    /// </summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => SignSome([data.ToArray()])[0];

    /// <summary>
    /// Signs as many as one turn at the token allows, from the first on: at most <see cref="MostATurn"/>, those begun within 250 ms, and those before one that fails.
    /// Throws as <see cref="Sign(ReadOnlySpan{byte})"/> when the first fails. Handing a turn to the token's thread costs as much as a good part of a signature.
    /// </summary>
    /// <param name="data">One or more, each as for <see cref="Sign(ReadOnlySpan{byte})"/>. Not to be changed afterwards: a call that hangs outlives its caller.</param>
    public IReadOnlyList<byte[]> SignSome(IReadOnlyList<byte[]> data)
    {
        var signatures = new byte[Math.Min(data.Count, MostATurn)][];
        ArgumentOutOfRangeException.ThrowIfZero(signatures.Length, nameof(data));

        // Some modules cut a longer digest in silence.
        if (Type == Pkcs11KeyType.P256 && data.Take(signatures.Length).FirstOrDefault(digest => digest.Length != DigestSize) is { } wrong)
            throw new ArgumentException($"A P-256 key signs a digest of {DigestSize} bytes, not {wrong.Length}.", nameof(data));
        var made = 0;
        try
        {
            _access.Run(session =>
            {
                var begun = Stopwatch.GetTimestamp();
                for (var next = made; next < signatures.Length && (next == 0 || Stopwatch.GetElapsedTime(begun) < LongestTurn); next++)
                {
                    signatures[next] = Sign(session, data[next]);
                    Volatile.Write(ref made, next + 1);
                }

                return true;
            });
        }
        catch (Pkcs11Exception) when (Volatile.Read(ref made) > 0)
        {
            // It is the next message's: whoever asks for that one is told, or finds the token well again.
        }

        return new ArraySegment<byte[]>(signatures, 0, Volatile.Read(ref made));
    }

    /// <summary>Asks the token for the key, logging in and finding it again where need be; signs nothing. Throws what <see cref="Sign(ReadOnlySpan{byte})"/> would.</summary>
    public void Probe() => _access.Run(session => Locate(session));

    private byte[] Sign(ThreadSession session, byte[] data)
    {
        var located = _located;
        if (located.Login != session.Login)
            located = Locate(session);
        Check("C_SignInit", _access.Cryptoki.SignInit(session.Handle, _access.Profile.SignMechanism(Type), located.Handle));
        var signature = new byte[KeyAlgorithm.SignatureSize];
        Check("C_Sign", _access.Cryptoki.Sign(session.Handle, data, signature, out var written));
        return written == signature.Length
            ? signature
            : throw new Pkcs11Exception("token-failed", $"C_Sign gave {written} bytes, not {signature.Length}, with key '{Label}' of token '{_access.Token.Label}'.");
    }

    private void Check(string function, ReturnValue result)
    {
        if (result != ReturnValue.CKR_OK)
            throw Pkcs11Exception.Of(function, result, $"key '{Label}' of token '{_access.Token.Label}' (serial {_access.Token.Serial})");
    }

    private Located Locate(ThreadSession session)
    {
        var found = KeyObjects.Find(_access.Cryptoki, session.Handle, _name);
        if (found.Count != 1)
            throw new Pkcs11Exception(found.Count == 0 ? "key-missing" : "key-ambiguous", $"Token '{_access.Token.Label}' has {found.Count} keys '{Label}' now.");
        if (!found[0].SubjectPublicKeyInfo.AsSpan().SequenceEqual(_key.SubjectPublicKeyInfo))
            throw new Pkcs11Exception("key-differs", $"Token '{_access.Token.Label}' has another key '{Label}' now.");
        return _located = new Located(found[0].Handle, session.Login!);
    }

    private sealed record Located(ulong Handle, Login Login);
}
