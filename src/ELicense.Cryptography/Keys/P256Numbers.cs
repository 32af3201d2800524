using System.Security.Cryptography;

namespace ELicense.Cryptography.Keys;

/// <summary>Numbers and points of libcrypto that one verification at a time works with, taken and returned so that they are not made anew for each.</summary>
internal sealed class P256Numbers
{
    // NID_X9_62_prime256v1
    private const int CurveName = 415;

    private static readonly ProcessorPlaces<P256Numbers> s_free = new();

    private P256Numbers()
    {
    }

    /// <summary>EC_GROUP of P-256 (SP 800-186 3.2.1.3) with its own base point; for the life of the process.</summary>
    public static nint Curve { get; } = Made(Libcrypto.EC_GROUP_new_by_curve_name(CurveName));

    /// <summary>BIGNUM n, the curve's.</summary>
    public static nint Order { get; } = Libcrypto.EC_GROUP_get0_order(Curve);

    /// <summary>BIGNUM n - 2: with this exponent a number is inverted modulo n (Fermat), quicker than <c>BN_mod_inverse</c> does it.</summary>
    public static nint OrderLess2 { get; } = Less2(Order);

    /// <summary>BN_MONT_CTX of n.</summary>
    public static nint MontgomeryOfOrder { get; } = Montgomery(Order);

    public nint Context { get; } = Made(Libcrypto.BN_CTX_new());

    public nint R { get; } = Made(Libcrypto.BN_new());

    public nint S { get; } = Made(Libcrypto.BN_new());

    public nint U { get; } = Made(Libcrypto.BN_new());

    public nint V { get; } = Made(Libcrypto.BN_new());

    public nint Sum { get; } = Made(Libcrypto.EC_POINT_new(Curve));

    public nint OfKey { get; } = Made(Libcrypto.EC_POINT_new(Curve));

    /// <summary>To be returned, whatever came of it.</summary>
    public static P256Numbers Take() => s_free.Take() ?? new P256Numbers();

    public static void Return(P256Numbers numbers)
    {
        if (!s_free.TryReturn(numbers))
            numbers.Free();
    }

    private static nint Made(nint made) => made != 0 ? made : throw new CryptographicException("libcrypto has no memory left.");

    private static nint Less2(nint number)
    {
        var less = Made(Libcrypto.BN_dup(number));
        return Libcrypto.BN_sub_word(less, new(2)) == 1 ? less : throw new CryptographicException("BN_sub_word failed.");
    }

    private static nint Montgomery(nint modulus)
    {
        var montgomery = Made(Libcrypto.BN_MONT_CTX_new());
        var context = Made(Libcrypto.BN_CTX_new());
        var isSet = Libcrypto.BN_MONT_CTX_set(montgomery, modulus, context) == 1;
        Libcrypto.BN_CTX_free(context);
        return isSet ? montgomery : throw new CryptographicException("BN_MONT_CTX_set failed.");
    }

    private void Free()
    {
        Libcrypto.BN_free(R);
        Libcrypto.BN_free(S);
        Libcrypto.BN_free(U);
        Libcrypto.BN_free(V);
        Libcrypto.EC_POINT_free(Sum);
        Libcrypto.EC_POINT_free(OfKey);
        Libcrypto.BN_CTX_free(Context);
    }
}
