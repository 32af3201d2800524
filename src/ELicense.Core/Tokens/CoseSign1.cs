using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Tokens;

/// <summary>COSE algorithm numbers (RFC 9053 2.1, 2.2).</summary>
public enum CoseAlgorithm
{
    Es256 = -7,
    EdDsa = -8,
}

/// <summary>
/// A COSE_Sign1 (RFC 9052 4.2), tagged 18: protected header 1 alg, 4 kid, 16 typ (RFC 9596) in this order, nothing else; unprotected header empty; payload attached.
/// Bytes only: nothing is verified here.
/// </summary>
public sealed record CoseSign1(CoseAlgorithm Algorithm, KeyId Kid, string Type, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature)
{
    public const int SignatureSize = 64;

    /// <summary>The bytes that are signed: Sig_structure (RFC 9052 4.4) with an empty external_aad.</summary>
    public static byte[] SigStructure(CoseAlgorithm algorithm, KeyId kid, string type, ReadOnlySpan<byte> payload) => throw new NotImplementedException();

    public byte[] SigStructure() => SigStructure(Algorithm, Kid, Type, Payload.Span);

    public byte[] Encode() => throw new NotImplementedException();

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, int maxBytes, [NotNullWhen(true)] out CoseSign1? message, out Refusal refusal) => throw new NotImplementedException();
}
