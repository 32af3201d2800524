using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ELicense.Cryptography.Keys;

/// <summary>The functions of libsodium (1.0.18 and up) that the house calls, under their own names. All are safe for several threads after <see cref="Initialize"/>.</summary>
internal static partial class Libsodium
{
    private const string Library = "libsodium.so.23";

    private static readonly Lazy<int> Initialized = new(sodium_init);

    /// <summary>sodium_init once in the process; the other functions may only be called after it.</summary>
    public static void Initialize()
    {
        // 1: somebody else in the process has done it.
        if (Initialized.Value is not (0 or 1))
            throw new CryptographicException("sodium_init failed.");
    }

    [LibraryImport(Library)]
    private static partial int sodium_init();

    /// <returns>1 for a canonical point of the prime-order group, other than the small-order ones.</returns>
    [LibraryImport(Library)]
    public static partial int crypto_core_ed25519_is_valid_point(ReadOnlySpan<byte> p);

    [LibraryImport(Library)]
    public static partial int crypto_sign_seed_keypair(Span<byte> pk, Span<byte> sk, ReadOnlySpan<byte> seed);

    /// <param name="siglen_p">May be null: the length is always 64.</param>
    [LibraryImport(Library)]
    public static partial int crypto_sign_detached(Span<byte> sig, nint siglen_p, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> sk);

    [LibraryImport(Library)]
    public static partial int crypto_sign_verify_detached(ReadOnlySpan<byte> sig, ReadOnlySpan<byte> m, ulong mlen, ReadOnlySpan<byte> pk);
}
