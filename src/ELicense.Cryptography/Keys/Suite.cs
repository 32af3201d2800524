using ELicense.Core.Tokens;

namespace ELicense.Cryptography.Keys;

/// <summary>A signature algorithm with its key type; a key has exactly one.</summary>
public enum Suite
{
    /// <summary>ECDSA with P-256 and SHA-256; signatures r‖s of 64 bytes.</summary>
    Es256,

    /// <summary>Ed25519 (RFC 8032); signatures of 64 bytes.</summary>
    Ed25519,
}

/// <summary>What the standards call each suite.</summary>
public static class Suites
{
    /// <summary>Length of a signature in bytes, the same for all suites.</summary>
    public const int SignatureSize = 64;

    /// <summary>−7, −8 (RFC 9053 2.1, 2.2).</summary>
    public static CoseAlgorithm CoseAlgorithm(this Suite suite) => suite switch
    {
        Suite.Es256 => Core.Tokens.CoseAlgorithm.Es256,
        Suite.Ed25519 => Core.Tokens.CoseAlgorithm.EdDsa,
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "No such suite."),
    };

    /// <summary>ES256, EdDSA (RFC 7518, RFC 8037).</summary>
    public static string JoseName(this Suite suite) => suite switch
    {
        Suite.Es256 => "ES256",
        Suite.Ed25519 => "EdDSA",
        _ => throw new ArgumentOutOfRangeException(nameof(suite), suite, "No such suite."),
    };
}
