namespace ELicense.Core.Tokens;

/// <summary>
/// A COSE_Sign1 (RFC 9052 4.2), tagged 18, by the key of an enterprise's certificate: protected header 1 alg (−7, ES256), 16 typ (RFC 9596), 33 x5chain with that one certificate (RFC 9360 2),
/// nothing else; unprotected header empty; payload attached. Bytes only: nothing is verified here.
/// </summary>
/// <param name="Certificate">DER.</param>
/// <param name="Signature">64 bytes.</param>
public sealed record CertifiedCoseSign1(string Type, ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature)
{
    /// <summary>typ of any file that an enterprise signs. Each purpose has a type of its own, so that none can be passed off as another.</summary>
    public const string FileType = "elicense-file+cose";

    private const int AlgorithmHeader = 1;
    private const int TypeHeader = 16;
    private const int ChainHeader = 33;

    /// <summary>The bytes that are signed: Sig_structure (RFC 9052 4.4) with an empty external_aad.</summary>
    public static byte[] SigStructure(string type, ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> payload)
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteArray(4);
        writer.WriteText("Signature1");
        writer.WriteBytes(Header(type, certificate));
        writer.WriteBytes([]);
        writer.WriteBytes(payload);
        return writer.ToArray();
    }

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteEncoded([0xD2]); // tag 18 (RFC 9052 2)
        writer.WriteArray(4);
        writer.WriteBytes(Header(Type, Certificate.Span));
        writer.WriteMap(0);
        writer.WriteBytes(Payload.Span);
        writer.WriteBytes(Signature.Span);
        return writer.ToArray();
    }

    private static byte[] Header(string type, ReadOnlySpan<byte> certificate)
    {
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteMap(3);
        writer.WriteInteger(AlgorithmHeader);
        writer.WriteInteger((int)CoseAlgorithm.Es256);
        writer.WriteInteger(TypeHeader);
        writer.WriteText(type);
        writer.WriteInteger(ChainHeader);
        writer.WriteBytes(certificate);
        return writer.ToArray();
    }
}
