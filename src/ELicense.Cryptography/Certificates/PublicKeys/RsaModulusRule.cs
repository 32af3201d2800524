namespace ELicense.Cryptography.Certificates.PublicKeys;

/// <summary>RSA of 2,048 to 4,096 bits: shorter is weak, longer is no card's and slows every verifier.</summary>
internal sealed class RsaModulusRule : KeyRule
{
    private const int Shortest = 2048;
    private const int Longest = 4096;

    public override string Clause => "NIST SP 800-131A 3";

    public override string? Finding(SubjectPublicKey key) => key.Kind == SubjectKeyKind.Rsa && key.Modulus.GetBitLength() is (< Shortest or > Longest)
        ? $"An RSA modulus has {Shortest} to {Longest} bits, not {key.Modulus.GetBitLength()}."
        : null;
}
