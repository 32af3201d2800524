using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace ELicense.Cryptography.Keys;

/// <summary>
/// A public key in libcrypto, and contexts in which a verification with it was prepared. .NET prepares one for each signature: 2 µs of a P-256 verification on one thread, 4 on
/// two, for the preparation takes locks that all threads share (benchmarks/README.md, verify-token and verify-batch). Good for many threads: a context belongs to who took it.
/// </summary>
internal sealed class EvpKey : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly ProcessorPlaces<nint> _prepared = new();

    private EvpKey(nint key)
        : base(ownsHandle: true) => SetHandle(key);

    /// <param name="subjectPublicKeyInfo">DER, RFC 5280 4.1.2.7.</param>
    /// <returns>Null for what libcrypto does not take: ranges and the curve's equation are checked (SEC 1 3.2.2.1).</returns>
    public static unsafe EvpKey? TryImport(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        fixed (byte* der = subjectPublicKeyInfo)
        {
            var next = der;
            var key = Libcrypto.d2i_PUBKEY(0, &next, new(subjectPublicKeyInfo.Length));
            if (key != 0)
                return new EvpKey(key);
        }

        Libcrypto.ERR_clear_error();
        return null;
    }

    /// <param name="signature">As libcrypto wants it of the key's algorithm; ECDSA: <see cref="EcdsaSigValue"/>.</param>
    /// <returns>False also where libcrypto fails over it: whoever has the private key can choose r so that the sum of points is the point at infinity, which is an error there.</returns>
    public bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var context = _prepared.Take();
        if (context == 0)
            context = Prepare();
        var isRight = Libcrypto.EVP_PKEY_verify(context, signature, (nuint)signature.Length, digest, (nuint)digest.Length) == 1;
        if (!isRight)
            Libcrypto.ERR_clear_error();
        if (!_prepared.TryReturn(context))
            Libcrypto.EVP_PKEY_CTX_free(context);
        // Nobody closes a public key: it lives as long as anybody holds it.
        GC.KeepAlive(this);
        return isRight;
    }

    protected override bool ReleaseHandle()
    {
        foreach (var context in _prepared.All())
            Libcrypto.EVP_PKEY_CTX_free(context);
        Libcrypto.EVP_PKEY_free(handle);
        return true;
    }

    private nint Prepare()
    {
        var context = Libcrypto.EVP_PKEY_CTX_new_from_pkey(0, handle, 0);
        if (context != 0 && Libcrypto.EVP_PKEY_verify_init(context) == 1)
            return context;
        Libcrypto.EVP_PKEY_CTX_free(context);
        Libcrypto.ERR_clear_error();
        throw new CryptographicException("libcrypto prepares no verification with this key.");
    }
}
