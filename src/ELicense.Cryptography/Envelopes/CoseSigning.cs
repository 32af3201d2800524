using ELicense.Core.Tokens;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Envelopes;

/// <summary>Making and checking COSE_Sign1 signatures.</summary>
public static class CoseSigning
{
    /// <returns>The encoded, tagged COSE_Sign1.</returns>
    public static byte[] Sign(SigningKey key, string type, ReadOnlySpan<byte> payload) => throw new NotImplementedException();

    /// <summary>True when kid and algorithm are the key's and the signature is right.</summary>
    public static bool IsSignedBy(this CoseSign1 message, VerificationKey key) => throw new NotImplementedException();
}
