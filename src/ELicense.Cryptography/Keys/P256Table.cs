using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ELicense.Cryptography.Keys;

/// <summary>
/// Verification with a P-256 key that signed a great many of what is verified, as an authority's license key did: libcrypto prepares a table of multiples of the key's point, as it
/// brings one of the curve's base point, and two chains of additions without doublings take the place of the general double multiplication. Half the processor time of
/// <see cref="EvpKey"/>, for 150 KB and 17 ms a key, once. The steps are FIPS 186-5 6.4.2, the arithmetic is libcrypto's. Nothing here is secret, so nothing takes constant time.
/// </summary>
internal sealed class P256Table : SafeHandleZeroOrMinusOneIsInvalid
{
    // Keys come from trust cards, and a card has few; the bound is for who feeds a process with cards.
    private const int Most = 64;

    private const int Bytes = 150_000;
    private const int NumberSize = 32;

    private static int s_tables;

    private P256Table(nint groupOfKey)
        : base(ownsHandle: true)
    {
        SetHandle(groupOfKey);
        GC.AddMemoryPressure(Bytes);
    }

    /// <param name="point">Uncompressed, 65 bytes, on the curve.</param>
    /// <returns>
    /// Null where there are <see cref="Most"/> already, on a processor for which libcrypto does not use the table (elsewhere it takes longer with one than without), where it is told
    /// to keep to its FIPS module, which these functions go round, where it was built without them, or where it makes none.
    /// </returns>
    public static P256Table? TryBuild(ReadOnlySpan<byte> point)
    {
        P256Table? table = null;
        try
        {
            if (Interlocked.Increment(ref s_tables) <= Most && IsUsed())
                table = TryPrecompute(point);
        }
        catch (EntryPointNotFoundException)
        {
            // Built without deprecated functions.
        }
        finally
        {
            if (table is null)
                Interlocked.Decrement(ref s_tables);
        }

        return table;
    }

    /// <param name="digest">32 bytes.</param>
    /// <param name="signature">r‖s, 64 bytes.</param>
    public bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(digest.Length, NumberSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, 2 * NumberSize);
        var numbers = P256Numbers.Take();
        var isRight = IsRight(numbers, digest, signature);
        P256Numbers.Return(numbers);
        if (!isRight)
            Libcrypto.ERR_clear_error();
        // Nobody closes a public key: it lives as long as anybody holds it.
        GC.KeepAlive(this);
        return isRight;
    }

    protected override bool ReleaseHandle()
    {
        Libcrypto.EC_GROUP_free(handle);
        GC.RemoveMemoryPressure(Bytes);
        Interlocked.Decrement(ref s_tables);
        return true;
    }

    // The field's assembler (nistz256) is what reads the table.
    private static bool IsUsed() =>
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
        && Libcrypto.EVP_default_properties_is_fips_enabled(0) == 0 && Libcrypto.OSSL_PROVIDER_available(0, "default") == 1;

    /// <summary>libcrypto keeps such a table for a group's generator only: here the group is the curve's, written with the key's point as its generator, which has the same order.</summary>
    private static P256Table? TryPrecompute(ReadOnlySpan<byte> point)
    {
        var curve = P256Numbers.Curve;
        var group = Libcrypto.EC_GROUP_dup(curve);
        var generator = Libcrypto.EC_POINT_new(curve);
        var isBuilt = group != 0 && generator != 0
            && Libcrypto.EC_POINT_oct2point(curve, generator, point, (nuint)point.Length, 0) == 1
            && Libcrypto.EC_GROUP_set_generator(group, generator, P256Numbers.Order, Libcrypto.EC_GROUP_get0_cofactor(curve)) == 1
            && Libcrypto.EC_GROUP_precompute_mult(group, 0) == 1;
        Libcrypto.EC_POINT_free(generator);
        if (isBuilt)
            return new P256Table(group);
        Libcrypto.EC_GROUP_free(group);
        Libcrypto.ERR_clear_error();
        return null;
    }

    private bool IsRight(P256Numbers with, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var (curve, n) = (P256Numbers.Curve, P256Numbers.Order);
        // FIPS 186-5 6.4.2: 1, 4, 5, 6, 7 and 8. The digest is as long as n: it is not cut (2, 3).
        return IsInRange(with.R, signature[..NumberSize])
            && IsInRange(with.S, signature[NumberSize..])
            && Libcrypto.BN_mod_exp_mont(with.S, with.S, P256Numbers.OrderLess2, n, with.Context, P256Numbers.MontgomeryOfOrder) == 1
            && Libcrypto.BN_bin2bn(digest, NumberSize, with.U) != 0
            && Libcrypto.BN_mod_mul(with.U, with.U, with.S, n, with.Context) == 1
            && Libcrypto.BN_mod_mul(with.V, with.R, with.S, n, with.Context) == 1
            && Libcrypto.EC_POINT_mul(curve, with.Sum, with.U, 0, 0, with.Context) == 1
            && Libcrypto.EC_POINT_mul(handle, with.OfKey, with.V, 0, 0, with.Context) == 1
            && Libcrypto.EC_POINT_add(curve, with.Sum, with.Sum, with.OfKey, with.Context) == 1
            && Libcrypto.EC_POINT_is_at_infinity(curve, with.Sum) == 0
            && Libcrypto.EC_POINT_get_affine_coordinates(curve, with.Sum, with.U, 0, with.Context) == 1
            && Libcrypto.BN_nnmod(with.U, with.U, n, with.Context) == 1
            && Libcrypto.BN_cmp(with.U, with.R) == 0;

        bool IsInRange(nint number, ReadOnlySpan<byte> bytes) =>
            Libcrypto.BN_bin2bn(bytes, NumberSize, number) != 0 && Libcrypto.BN_is_zero(number) == 0 && Libcrypto.BN_cmp(number, n) < 0;
    }
}
