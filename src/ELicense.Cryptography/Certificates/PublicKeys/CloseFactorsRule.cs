using System.Numerics;

namespace ELicense.Cryptography.Certificates.PublicKeys;

/// <summary>The two primes of an RSA modulus are not so close that Fermat's method finds them in 100 rounds.</summary>
internal sealed class CloseFactorsRule : KeyRule
{
    private const int Rounds = 100;

    public override string Clause => "CA/Browser Forum Baseline Requirements 6.1.1.3 (5)";

    public override string? Finding(SubjectPublicKey key)
    {
        if (key.Kind != SubjectKeyKind.Rsa)
            return null;
        // N = a² − b², from the smallest a on.
        var a = SquareRoot(key.Modulus);
        if (a * a < key.Modulus)
            a += 1;
        for (var round = 0; round < Rounds; round++, a += 1)
        {
            var square = (a * a) - key.Modulus;
            var b = SquareRoot(square);
            if (b * b == square)
                return "The RSA modulus is the product of two primes that are close to each other.";
        }

        return null;
    }

    /// <summary>Newton's method: the largest integer whose square is not above the number.</summary>
    private static BigInteger SquareRoot(BigInteger number)
    {
        if (number < 2)
            return number;
        var root = BigInteger.One << (int)((number.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (number / root)) >> 1;
            if (next >= root)
                return root;
            root = next;
        }
    }
}
