using ELicense.Core;

namespace ELicense.Cryptography.Certificates.PublicKeys;

/// <summary>One reason for which a public key is too weak to be certified.</summary>
public abstract class KeyRule
{
    private static readonly KeyRule[] All = [new RsaModulusRule(), new RsaExponentRule(), new SmallFactorRule(), new CloseFactorsRule(), new RocaRule()];

    /// <summary>Standard and clause.</summary>
    public abstract string Clause { get; }

    /// <returns>What is wrong; null when the key conforms.</returns>
    public abstract string? Finding(SubjectPublicKey key);

    /// <returns>Null when every rule is kept; else key-weak.</returns>
    public static Refusal? Check(SubjectPublicKey key)
    {
        foreach (var rule in All)
        {
            if (rule.Finding(key) is { } finding)
                return new Refusal(Codes.KeyWeak, $"{finding} ({rule.Clause})");
        }

        return null;
    }
}
