using System.Numerics;

namespace ELicense.Cryptography.Certificates.PublicKeys;

/// <summary>RSA exponents are odd, from 65,537 to below 2^256.</summary>
internal sealed class RsaExponentRule : KeyRule
{
    private static readonly BigInteger Smallest = 65_537;
    private static readonly BigInteger Bound = BigInteger.One << 256;

    public override string Clause => "FIPS 186-5 5.1 (d); CA/Browser Forum Baseline Requirements 6.1.6";

    public override string? Finding(SubjectPublicKey key) =>
        key.Kind == SubjectKeyKind.Rsa && (key.Exponent.IsEven || key.Exponent < Smallest || key.Exponent >= Bound)
            ? "An RSA exponent is odd, at least 65537 and below 2^256."
            : null;
}
