using System.Diagnostics;
using System.Security.Cryptography;
using ELicense.Cryptography.Keys;
using ELicense.Pkcs11;
using ELicense.Pkcs11.Native;

namespace ELicense.Benchmarks;

/// <summary>C_SignInit and C_Sign in one session on the thread that asks: the token with nothing of the house around it. Its token is open, and so logged in to.</summary>
internal sealed class BareSign : IDisposable
{
    private readonly CryptokiLibrary _library;
    private readonly ulong _session;
    private readonly ulong _key;
    private readonly ulong _mechanism = Pkcs11Profile.ForPath(SoftHsm.ModulePath).SignMechanism(Pkcs11KeyType.P256);
    private readonly byte[] _digest = SHA256.HashData("bare"u8);
    private readonly byte[] _signature = new byte[Suites.SignatureSize];

    public BareSign(Pkcs11Token token, string label)
    {
        _library = CryptokiLibrary.Acquire(SoftHsm.ModulePath, parameter: null);
        _session = _library.Functions.OpenSession(token.Info.Slot, readWrite: false);
        _key = KeyObjects.Find(_library.Functions, _session, new KeyName(label, null)).Single().Handle;
    }

    /// <returns>Signatures a second.</returns>
    public double Rate(TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        return Count(time) / watch.Elapsed.TotalSeconds;
    }

    /// <returns>Signatures in that time.</returns>
    public int Count(TimeSpan time)
    {
        var count = 0;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < time; count++)
            Sign();
        return count;
    }

    /// <summary>P-256.</summary>
    public void Sign()
    {
        Cryptoki.Check("C_SignInit", _library.Functions.SignInit(_session, _mechanism, _key));
        Cryptoki.Check("C_Sign", _library.Functions.Sign(_session, _digest, _signature, out _));
    }

    public void Dispose()
    {
        _ = _library.Functions.CloseSession(_session);
        _library.Release();
    }
}
