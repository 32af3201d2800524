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

    /// <param name="libctx">Null: the default one.</param>
    /// <returns>1: only the FIPS module's algorithms are to be used.</returns>
    [LibraryImport(Library)]
    public static partial int EVP_default_properties_is_fips_enabled(nint libctx);

    /// <param name="libctx">Null: the default one.</param>
    /// <returns>1 where it is loaded, or would be for want of a configuration that names others.</returns>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OSSL_PROVIDER_available(nint libctx, string name);

    [LibraryImport(Library)]
    public static partial nint EC_GROUP_new_by_curve_name(int nid);

    [LibraryImport(Library)]
    public static partial nint EC_GROUP_dup(nint src);

    [LibraryImport(Library)]
    public static partial void EC_GROUP_free(nint group);

    /// <returns>A BIGNUM that lives with the group.</returns>
    [LibraryImport(Library)]
    public static partial nint EC_GROUP_get0_order(nint group);

    /// <returns>A BIGNUM that lives with the group.</returns>
    [LibraryImport(Library)]
    public static partial nint EC_GROUP_get0_cofactor(nint group);

    /// <summary>Copies the point and the numbers.</summary>
    [LibraryImport(Library)]
    public static partial int EC_GROUP_set_generator(nint group, nint generator, nint order, nint cofactor);

    /// <summary>A table of multiples of the generator, kept with the group; deprecated since 3.0, for it is of use to few.</summary>
    [LibraryImport(Library)]
    public static partial int EC_GROUP_precompute_mult(nint group, nint ctx);

    [LibraryImport(Library)]
    public static partial nint EC_POINT_new(nint group);

    [LibraryImport(Library)]
    public static partial void EC_POINT_free(nint point);

    /// <returns>0 for what is not on the curve.</returns>
    [LibraryImport(Library)]
    public static partial int EC_POINT_oct2point(nint group, nint p, ReadOnlySpan<byte> buf, nuint len, nint ctx);

    /// <summary>r = n · generator + m · q; without q where q and m are null.</summary>
    [LibraryImport(Library)]
    public static partial int EC_POINT_mul(nint group, nint r, nint n, nint q, nint m, nint ctx);

    /// <summary>r = a + b, also where they are the same point or each other's inverse.</summary>
    [LibraryImport(Library)]
    public static partial int EC_POINT_add(nint group, nint r, nint a, nint b, nint ctx);

    [LibraryImport(Library)]
    public static partial int EC_POINT_is_at_infinity(nint group, nint p);

    /// <param name="y">Null where it is not asked for.</param>
    [LibraryImport(Library)]
    public static partial int EC_POINT_get_affine_coordinates(nint group, nint p, nint x, nint y, nint ctx);

    [LibraryImport(Library)]
    public static partial nint BN_new();

    [LibraryImport(Library)]
    public static partial void BN_free(nint a);

    [LibraryImport(Library)]
    public static partial nint BN_CTX_new();

    [LibraryImport(Library)]
    public static partial void BN_CTX_free(nint ctx);

    /// <param name="s">Big-endian.</param>
    /// <param name="ret">Is set to it.</param>
    [LibraryImport(Library)]
    public static partial nint BN_bin2bn(ReadOnlySpan<byte> s, int len, nint ret);

    [LibraryImport(Library)]
    public static partial int BN_is_zero(nint a);

    [LibraryImport(Library)]
    public static partial int BN_cmp(nint a, nint b);

    [LibraryImport(Library)]
    public static partial nint BN_dup(nint from);

    [LibraryImport(Library)]
    public static partial int BN_sub_word(nint a, CULong w);

    [LibraryImport(Library)]
    public static partial nint BN_MONT_CTX_new();

    [LibraryImport(Library)]
    public static partial int BN_MONT_CTX_set(nint mont, nint m, nint ctx);

    /// <summary>rr = a^p mod m.</summary>
    /// <param name="m">Odd.</param>
    /// <param name="mont">Of m.</param>
    [LibraryImport(Library)]
    public static partial int BN_mod_exp_mont(nint rr, nint a, nint p, nint m, nint ctx, nint mont);

    [LibraryImport(Library)]
    public static partial int BN_mod_mul(nint r, nint a, nint b, nint m, nint ctx);

    /// <summary>r = m mod d, not negative.</summary>
    [LibraryImport(Library)]
    public static partial int BN_nnmod(nint r, nint m, nint d, nint ctx);
}
