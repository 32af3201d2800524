using ELicense.Core.Tokens;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Envelopes;

/// <summary>Making and checking COSE_Sign1 signatures.</summary>
public static class CoseSigning
{
    /// <returns>The encoded, tagged COSE_Sign1.</returns>
    public static byte[] Sign(SigningKey key, string type, ReadOnlySpan<byte> payload)
    {
        var algorithm = key.Suite.CoseAlgorithm();
        var kid = key.PublicKey.Kid;
        var signature = key.Sign(CoseSign1.SigStructure(algorithm, kid, type, payload));
        return new CoseSign1(algorithm, kid, type, payload.ToArray(), signature).Encode();
    }

    /// <summary>True when kid and algorithm are the key's and the signature is right.</summary>
    public static bool IsSignedBy(this CoseSign1 message, VerificationKey key) =>
        message.Kid == key.Kid
        && message.Algorithm == key.Suite.CoseAlgorithm()
        && key.Verify(message.SigStructure(), message.Signature.Span);
}
