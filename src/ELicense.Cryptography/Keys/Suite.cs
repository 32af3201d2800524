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
    public static CoseAlgorithm CoseAlgorithm(this Suite suite) => throw new NotImplementedException();

    /// <summary>ES256, EdDSA (RFC 7518, RFC 8037).</summary>
    public static string JoseName(this Suite suite) => throw new NotImplementedException();
}
