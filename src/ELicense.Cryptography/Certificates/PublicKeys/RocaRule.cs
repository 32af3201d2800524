using System.Numerics;

namespace ELicense.Cryptography.Certificates.PublicKeys;

/// <summary>
/// RSA keys made by a faulty library in smart cards and tokens (CVE-2017-15361): the modulus is a power of 65,537 modulo many small primes.
/// Nemec et al., "The Return of Coppersmith's Attack", ACM CCS 2017, 3.1.
/// </summary>
internal sealed class RocaRule : KeyRule
{
    private const int Generator = 65_537;
    private const int LargestPrime = 167; // of the product that the shortest such keys are made of

    private static readonly (int Prime, bool[] Powers)[] Groups = [.. SmallPrimes.Below(LargestPrime + 1).Select(prime => (prime, Powers(prime)))];

    public override string Clause => "CVE-2017-15361; CA/Browser Forum Baseline Requirements 6.1.1.3 (4)";

    public override string? Finding(SubjectPublicKey key) =>
        key.Kind == SubjectKeyKind.Rsa && Groups.All(group => group.Powers[(int)(key.Modulus % group.Prime)])
            ? "The RSA key was made by a token with a known fault: its primes can be found."
            : null;

    private static bool[] Powers(int prime)
    {
        var reached = new bool[prime];
        for (var power = 1 % prime; !reached[power]; power = (int)(BigInteger.Multiply(power, Generator) % prime))
            reached[power] = true;
        return reached;
    }
}
