using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Envelopes;

/// <summary>A JWS in compact serialization (RFC 7515 3.1) with exactly the header members alg, kid, typ.</summary>
public sealed record Jws(string Algorithm, KeyId Kid, string Type, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> SigningInput)
{
    /// <returns>ASCII text of the compact serialization.</returns>
    public static string Sign(SigningKey key, string type, ReadOnlySpan<byte> payload) => throw new NotImplementedException();

    /// <summary>Base64url without padding and with zero spare bits only; the header's members as above, no crit. Codes: too-large, malformed, unknown-format.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, int maxBytes, [NotNullWhen(true)] out Jws? jws, out Refusal refusal) => throw new NotImplementedException();

    /// <summary>True when kid and algorithm are the key's and the signature is right.</summary>
    public bool IsSignedBy(VerificationKey key) => throw new NotImplementedException();
}
