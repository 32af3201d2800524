using System.Runtime.InteropServices;

namespace ELicense.Cryptography.Keys;

/// <summary>The functions of OpenSSL's libcrypto (3.0 and up, the one that .NET itself uses) that the house calls, under their own names.</summary>
internal static unsafe partial class Libcrypto
{
    private const string Library = "libcrypto.so.3";

    /// <param name="a">Null: the key is a new one.</param>
    /// <returns>An EVP_PKEY that the caller frees; null for what is no key.</returns>
    [LibraryImport(Library)]
    public static partial nint d2i_PUBKEY(nint a, byte** pp, CLong length);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_free(nint key);

    /// <summary>The context counts as another holder of the key.</summary>
    /// <param name="libctx">Null: the default one.</param>
    [LibraryImport(Library)]
    public static partial nint EVP_PKEY_CTX_new_from_pkey(nint libctx, nint pkey, nint propquery);

    [LibraryImport(Library)]
    public static partial int EVP_PKEY_verify_init(nint ctx);

    /// <param name="tbs">The digest.</param>
    /// <returns>1: the signature is right; 0 or less: it is not.</returns>
    [LibraryImport(Library)]
    public static partial int EVP_PKEY_verify(nint ctx, ReadOnlySpan<byte> sig, nuint siglen, ReadOnlySpan<byte> tbs, nuint tbslen);

    [LibraryImport(Library)]
    public static partial void EVP_PKEY_CTX_free(nint ctx);

    /// <summary>Of this thread's queue of errors.</summary>
    [LibraryImport(Library)]
    public static partial void ERR_clear_error();
}
