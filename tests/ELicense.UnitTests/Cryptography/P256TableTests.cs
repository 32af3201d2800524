using System.Numerics;
using System.Security.Cryptography;
using ELicense.Cryptography.Keys;
using Xunit;

namespace ELicense.UnitTests.Cryptography;

/// <summary>
/// FIPS 186-5 6.4.2 by a table of the key's multiples. Signatures are made by hand to reach what chance does not: R = kG = uG + vQ for chosen u and v, r = x(R) mod n, s = r/v,
/// e = us; .NET multiplies the base point. <see cref="Es256Tests"/> has the RFC's signatures.
/// </summary>
[Collection(Tables)]
public sealed class P256TableTests
{
    /// <summary>Of the classes that need room among the tables of the process.</summary>
    public const string Tables = "tables of P-256 keys";

    // SP 800-186 3.2.1.3
    private static readonly BigInteger P = Number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    private static readonly BigInteger N = Number("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    private static readonly BigInteger B = Number("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b");

    private readonly BigInteger _d = Random();

    /// <summary>The table is of windows of 7 bits with signed digits up to 64: multipliers at the edges of windows, of the last one, and of n.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001")] // libcrypto has the base point's table already
    [InlineData("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550")] // n - 1
    public void Accepts_what_is_right_at_the_edges_of_the_table(string privateKey)
    {
        var d = privateKey.Length == 0 ? _d : Number(privateKey);
        using var table = TableOf(PointOf(d));
        var edges = Enumerable.Range(0, 37).Select(window => BigInteger.One << (7 * window))
            .SelectMany(power => new[] { power - 1, power, power + 1, (power * 63) - 1, power * 64, (power * 64) + 1, power * 127 })
            .Concat([N - 1, N - 2, (N - 1) / 2, (N + 1) / 2, (BigInteger.One << 255) - 1, (BigInteger.One << 255) + 1])
            .Where(v => v > 0 && v < N).ToList();

        Assert.True(edges.Count > 250);
        Assert.All(edges, v =>
        {
            var (digest, signature) = Signature(d, Random(), v);
            Assert.True(table.Verify(digest, signature));
            digest[31] ^= 1;
            Assert.False(table.Verify(digest, signature));
        });
    }

    [Fact]
    public void Accepts_a_sum_of_two_same_points_and_a_digest_of_zero_and_one_above_n()
    {
        using var table = TableOf(PointOf(_d));
        using var signer = SignerOf(_d);
        var v = Random();

        // uG = vQ
        var (digest, signature) = Signature(_d, v * _d % N, v);
        Assert.True(table.Verify(digest, signature));
        Assert.True(table.Verify(new byte[32], signer.SignHash(new byte[32])));
        var above = Enumerable.Repeat((byte)0xff, 32).ToArray();
        Assert.True(table.Verify(above, signer.SignHash(above)));
        Assert.False(table.Verify(above, signer.SignHash(new byte[32])));
    }

    /// <summary>6.4.2, 7 and 8: x is taken modulo n before r is compared. With e = 0 and s = r the sum is the key's own point, here one of those few whose x is n or more.</summary>
    [Fact]
    public void Compares_x_modulo_n()
    {
        var r = BigInteger.Zero;
        BigInteger x, y, square;
        do
        {
            r++;
            x = N + r;
            square = (BigInteger.ModPow(x, 3, P) + (3 * (P - x)) + B) % P;
            y = BigInteger.ModPow(square, (P + 1) / 4, P);
        }
        while (y * y % P != square);
        using var table = TableOf([4, .. Half(x), .. Half(y)]);

        Assert.True(x < P);
        Assert.True(table.Verify(new byte[32], [.. Half(r), .. Half(r)]));
        Assert.False(table.Verify(new byte[32], [.. Half(r + 1), .. Half(r + 1)]));
    }

    /// <summary>6.4.2, 1 and 6.</summary>
    [Fact]
    public void Refuses_numbers_out_of_range_and_the_point_at_infinity()
    {
        using var table = TableOf(PointOf(_d));
        var (digest, signature) = Signature(_d, Random(), Random());
        var (r, s) = (new BigInteger(signature.AsSpan(0, 32), true, true), new BigInteger(signature.AsSpan(32), true, true));
        var e = new BigInteger(digest, true, true);

        Assert.True(IsRight(r, s));
        Assert.True(IsRight(r, N - s));
        Assert.False(IsRight(0, s));
        Assert.False(IsRight(r, 0));
        Assert.False(IsRight(N, s));
        Assert.False(IsRight(r, N));
        Assert.False(IsRight(N - r, s));
        Assert.False(IsRight(r, (BigInteger.One << 256) - 1));
        Assert.False(IsRight((BigInteger.One << 256) - 1, s));
        // r = -e/d: uG + vQ is the point at infinity for every s.
        var atInfinity = (N - (e * Inverse(_d) % N)) % N;
        Assert.False(IsRight(atInfinity, s));
        Assert.False(IsRight(atInfinity, 1));
        Assert.True(IsRight(r, s)); // What failed before has left nothing behind.

        bool IsRight(BigInteger r, BigInteger s) => table.Verify(digest, [.. Half(r), .. Half(s)]);
    }

    [Fact]
    public void Says_what_dotnet_says_of_signatures_and_of_each_with_a_wrong_bit()
    {
        using var signer = SignerOf(_d);
        using var table = TableOf(PointOf(_d));

        Parallel.For(0, 1024, bit =>
        {
            var digest = RandomNumberGenerator.GetBytes(32);
            var signature = signer.SignHash(digest);
            Assert.True(table.Verify(digest, signature));
            signature[bit % 512 / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(table.Verify(digest, signature));
            Assert.False(signer.VerifyHash(digest, signature));
        });
    }

    /// <summary>The memory that foreign keys can cost a process is bounded; room that a key leaves is another's.</summary>
    [Fact]
    public void There_are_64_tables_and_no_more()
    {
        var tables = new List<P256Table>();
        while (P256Table.TryBuild(PointOf(_d)) is { } table)
            tables.Add(table);

        Assert.InRange(tables.Count, 1, 64);
        tables.ForEach(table => table.Dispose());
        using var another = P256Table.TryBuild(PointOf(_d));
        Assert.NotNull(another);
    }

    /// <summary>A digest and its signature for which the verifier reaches u and v.</summary>
    private static (byte[] Digest, byte[] Signature) Signature(BigInteger d, BigInteger u, BigInteger v)
    {
        var r = new BigInteger(PointOf((u + (v * d)) % N).AsSpan(1, 32), isUnsigned: true, isBigEndian: true) % N;
        var s = r * Inverse(v) % N;
        return (Half(u * s % N), [.. Half(r), .. Half(s)]);
    }

    private static P256Table TableOf(byte[] point) => P256Table.TryBuild(point) ?? throw new InvalidOperationException("There are too many tables.");

    private static ECDsa SignerOf(BigInteger d) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Half(d) });

    private static byte[] PointOf(BigInteger k)
    {
        using var key = SignerOf(k);
        var q = key.ExportParameters(false).Q;
        return [4, .. q.X!, .. q.Y!];
    }

    private static BigInteger Random() => (new BigInteger(RandomNumberGenerator.GetBytes(32), isUnsigned: true) % (N - 1)) + 1;

    private static BigInteger Inverse(BigInteger number) => BigInteger.ModPow(number, N - 2, N);

    private static BigInteger Number(string hex) => new(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);

    private static byte[] Half(BigInteger number)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
