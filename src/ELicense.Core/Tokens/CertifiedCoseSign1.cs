using System.Diagnostics.CodeAnalysis;

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

    private const byte AlgorithmHeader = 1;
    private const byte TypeHeader = 16;
    private const byte ChainHeader = 33;

    // 18([bytes, {}, bytes, bytes]); RFC 9052 4.2
    private const int Depth = 3;

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

    /// <summary>The bytes that this message's signature is over.</summary>
    public byte[] SigStructure() => SigStructure(Type, Certificate.Span, Payload.Span);

    /// <summary>Accepts exactly what <see cref="Encode"/> makes. Codes: too-large, too-deep, not-canonical, malformed.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, int maxBytes, [NotNullWhen(true)] out CertifiedCoseSign1? message, out Refusal refusal)
    {
        message = null;
        if (!CanonicalCbor.Check(bytes.Span, maxBytes, Depth, out refusal))
            return false;
        var reader = new CanonicalReader(bytes.Span);
        if (!reader.TryReadExactly([0xD2, 0x84]) || !reader.TryReadBytes(out var header) || !reader.TryReadExactly([0xA0])
            || !reader.TryReadBytes(out var payload) || !reader.TryReadBytes(out var signature) || signature.Length != CoseSign1.SignatureSize || reader.Remaining != 0
            || !TryReadHeader(header, out var type, out var certificate))
        {
            refusal = new Refusal(Codes.Malformed, "not 18([<<{1: -7, 16: typ, 33: certificate}>>, {}, payload, signature of 64 bytes])");
            return false;
        }

        message = new CertifiedCoseSign1(type, certificate.ToArray(), payload.ToArray(), signature.ToArray());
        return true;
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

    private static bool TryReadHeader(ReadOnlySpan<byte> header, [NotNullWhen(true)] out string? type, out ReadOnlySpan<byte> certificate)
    {
        type = null;
        certificate = default;
        var reader = new CanonicalReader(header);
        return reader.TryReadExactly([0xA3, AlgorithmHeader]) && reader.TryReadInteger(out var algorithm) && algorithm == (int)CoseAlgorithm.Es256
            && reader.TryReadExactly([TypeHeader]) && reader.TryReadText(out type)
            && reader.TryReadExactly([0x18, ChainHeader]) && reader.TryReadBytes(out certificate) && reader.Remaining == 0
            // Nothing in the header is nested, and it is in the shortest form when it is what would be written.
            && header.SequenceEqual(Header(type, certificate));
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
