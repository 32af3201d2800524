namespace ELicense.Cryptography.Keys;

/// <summary>Numbers and points of libcrypto that one verification at a time works with, taken and returned so that they are not made anew for each.</summary>
internal sealed class P256Numbers
{
    // A processor's place has a line of its cache for itself.
    private const int Stride = 128 / 8;

    // NID_X9_62_prime256v1
    private const int CurveName = 415;

    private static readonly P256Numbers?[] s_free = new P256Numbers?[Environment.ProcessorCount * Stride];

    private P256Numbers()
    {
    }

    /// <summary>EC_GROUP of P-256 (SP 800-186 3.2.1.3) with its own base point; for the life of the process.</summary>
    public static nint Curve { get; } = Libcrypto.EC_GROUP_new_by_curve_name(CurveName);

    /// <summary>BIGNUM n, the curve's.</summary>
    public static nint Order { get; } = Libcrypto.EC_GROUP_get0_order(Curve);

    public nint Context { get; } = Libcrypto.BN_CTX_new();

    public nint R { get; } = Libcrypto.BN_new();

    public nint S { get; } = Libcrypto.BN_new();

    public nint U { get; } = Libcrypto.BN_new();

    public nint V { get; } = Libcrypto.BN_new();

    public nint Sum { get; } = Libcrypto.EC_POINT_new(Curve);

    public nint OfKey { get; } = Libcrypto.EC_POINT_new(Curve);

    /// <summary>To be returned, whatever came of it.</summary>
    public static P256Numbers Take() => Interlocked.Exchange(ref Place(), null) ?? new P256Numbers();

    public static void Return(P256Numbers numbers)
    {
        if (Interlocked.CompareExchange(ref Place(), numbers, null) is not null)
            numbers.Free();
    }

    private static ref P256Numbers? Place() => ref s_free[(int)((uint)Thread.GetCurrentProcessorId() % (uint)Environment.ProcessorCount) * Stride];

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
