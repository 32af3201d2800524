using System.Numerics;

namespace ELicense.Cryptography.Certificates.PublicKeys;

/// <summary>An RSA modulus has no factor smaller than 752.</summary>
internal sealed class SmallFactorRule : KeyRule
{
    private const int Bound = 752;

    private static readonly BigInteger ProductOfPrimes = SmallPrimes.Below(Bound).Aggregate(BigInteger.One, (product, prime) => product * prime);

    public override string Clause => "NIST SP 800-89 5.3.3; CA/Browser Forum Baseline Requirements 6.1.6";

    public override string? Finding(SubjectPublicKey key) =>
        key.Kind == SubjectKeyKind.Rsa && !BigInteger.GreatestCommonDivisor(key.Modulus, ProductOfPrimes).IsOne
            ? $"The RSA modulus has a factor below {Bound}."
            : null;
}
