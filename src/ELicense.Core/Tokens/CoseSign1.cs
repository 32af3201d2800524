using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace ELicense.Core.Tokens;

/// <summary>COSE algorithm numbers (RFC 9053 2.1, 2.2).</summary>
public enum CoseAlgorithm
{
    Es256 = -7,
    EdDsa = -8,
}

/// <summary>
/// A COSE_Sign1 (RFC 9052 4.2), tagged 18: protected header 1 alg, 4 kid, 16 typ (RFC 9596) in this order, nothing else; unprotected header empty; payload attached.
/// Bytes only: nothing is verified here. A decoded message keeps looking at the bytes that it was decoded from.
/// </summary>
/// <param name="Type">1 to 64 printable ASCII characters.</param>
/// <param name="Signature">64 bytes.</param>
public sealed record CoseSign1(CoseAlgorithm Algorithm, KeyId Kid, string Type, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature)
{
    public const int SignatureSize = 64;
    public const int MaxTypeLength = 64;

    // 18([bytes, {}, bytes, bytes]); RFC 9052 4.2
    private const int Depth = 3;

    private static ReadOnlySpan<byte> Opening => [0xD2, 0x84];
    private static ReadOnlySpan<byte> EmptyMap => [0xA0];
    private static ReadOnlySpan<byte> SignatureHead => [0x58, SignatureSize];

    // RFC 9052 4.4: context "Signature1"
    private static ReadOnlySpan<byte> SigStructureOpening => [
        0x84, 0x6A, (byte)'S', (byte)'i', (byte)'g', (byte)'n', (byte)'a', (byte)'t', (byte)'u', (byte)'r', (byte)'e', (byte)'1',
    ];

    /// <summary>Bytes of the Sig_structure.</summary>
    public int SigStructureSize => SizeOfSigStructure(Type, Payload.Length);

    /// <summary>The bytes that are signed: Sig_structure (RFC 9052 4.4) with an empty external_aad.</summary>
    public static byte[] SigStructure(CoseAlgorithm algorithm, KeyId kid, string type, ReadOnlySpan<byte> payload)
    {
        var bytes = new byte[SizeOfSigStructure(type, payload.Length)];
        WriteSigStructure(bytes, algorithm, kid, type, payload);
        return bytes;
    }

    public byte[] SigStructure() => SigStructure(Algorithm, Kid, Type, Payload.Span);

    /// <summary>Writes what <see cref="SigStructure()"/> returns, without allocating.</summary>
    /// <param name="destination">At least <see cref="SigStructureSize"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public int WriteSigStructure(Span<byte> destination) => WriteSigStructure(destination, Algorithm, Kid, Type, Payload.Span);

    /// <exception cref="ArgumentException">The type or the signature is out of its bounds.</exception>
    public byte[] Encode()
    {
        if (Signature.Length != SignatureSize)
            throw new ArgumentException($"A signature has {SignatureSize} bytes, not {Signature.Length}.");
        var bytes = new byte[Opening.Length + SizeOfString(SizeOfHeader(Type)) + EmptyMap.Length + SizeOfString(Payload.Length) + SignatureHead.Length + SignatureSize];
        var writer = new CanonicalWriter(bytes);
        writer.WriteEncoded(Opening);
        WriteHeader(ref writer, Algorithm, Kid, Type);
        writer.WriteEncoded(EmptyMap);
        writer.WriteBytes(Payload.Span);
        writer.WriteBytes(Signature.Span);
        return bytes;
    }

    /// <summary>Accepts exactly what <see cref="Encode"/> makes. Codes: too-large, too-deep, not-canonical, malformed, unknown-format (another algorithm).</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, int maxBytes, [NotNullWhen(true)] out CoseSign1? message, out Refusal refusal)
    {
        message = null;
        if (bytes.Length > maxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"{bytes.Length} bytes, at most {maxBytes} are read");
            return false;
        }
        refusal = default;
        if (TryRead(bytes, out message, out var unknownAlgorithm))
            return true;
        if (CanonicalCbor.Check(bytes.Span, maxBytes, Depth, out refusal))
            refusal = unknownAlgorithm
                ? new Refusal(Codes.UnknownFormat, "COSE_Sign1 with an algorithm other than ES256 (-7) and EdDSA (-8)")
                : new Refusal(Codes.Malformed, "not 18([<<{1: alg, 4: kid of 8 bytes, 16: typ}>>, {}, payload, signature of 64 bytes])");
        return false;
    }

    // Every byte is either fixed or read in its shortest form: what passes is canonical without a second pass.
    private static bool TryRead(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out CoseSign1? message, out bool unknownAlgorithm)
    {
        (message, unknownAlgorithm) = (null, false);
        var reader = new CanonicalReader(bytes.Span);
        if (!reader.TryReadExactly(Opening)
            || !reader.TryReadBytes(out var header)
            || !TryReadHeader(header, out var algorithm, out var kid, out var type, out unknownAlgorithm)
            || !reader.TryReadExactly(EmptyMap)
            || !reader.TryReadBytes(out var payload))
            return false;
        var payloadEnd = reader.Position;
        if (!reader.TryReadExactly(SignatureHead) || reader.Remaining != SignatureSize)
            return false;
        message = new CoseSign1(algorithm, kid, type, bytes[(payloadEnd - payload.Length)..payloadEnd], bytes[reader.Position..]);
        return true;
    }

    private static bool TryReadHeader(
        ReadOnlySpan<byte> header, out CoseAlgorithm algorithm, out KeyId kid, [NotNullWhen(true)] out string? type, out bool unknownAlgorithm)
    {
        (algorithm, kid, type, unknownAlgorithm) = (default, default, null, false);
        var reader = new CanonicalReader(header);
        if (!reader.TryReadExactly([0xA3, 0x01]) || !reader.TryReadInteger(out var number))
            return false;
        algorithm = (CoseAlgorithm)number;
        unknownAlgorithm = algorithm is not (CoseAlgorithm.Es256 or CoseAlgorithm.EdDsa);
        if (unknownAlgorithm
            || !reader.TryReadExactly([0x04, 0x40 | KeyId.Size])
            || !reader.TryTake(KeyId.Size, out var id)
            || !reader.TryReadExactly([0x10])
            || !reader.TryReadText(out ReadOnlySpan<byte> text)
            || reader.Remaining != 0
            || !IsType(text))
            return false;
        kid = KeyId.FromBytes(id);
        // By far the most frequent type costs no string.
        type = text.SequenceEqual("elicense+cose"u8) ? LicenseToken.Type : Encoding.ASCII.GetString(text);
        return true;
    }

    private static bool IsType(ReadOnlySpan<byte> text) => text.Length is >= 1 and <= MaxTypeLength && !text.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E);

    private static int WriteSigStructure(Span<byte> destination, CoseAlgorithm algorithm, KeyId kid, string type, ReadOnlySpan<byte> payload)
    {
        var size = SizeOfSigStructure(type, payload.Length);
        var writer = new CanonicalWriter(destination[..size]);
        writer.WriteEncoded(SigStructureOpening);
        WriteHeader(ref writer, algorithm, kid, type);
        writer.WriteBytes([]);
        writer.WriteBytes(payload);
        return size;
    }

    // A byte string of {1: alg, 4: kid, 16: typ}.
    private static void WriteHeader(ref CanonicalWriter writer, CoseAlgorithm algorithm, KeyId kid, string type)
    {
        if (type.Length is 0 or > MaxTypeLength || type.AsSpan().ContainsAnyExceptInRange('\x21', '\x7E'))
            throw new ArgumentException($"A type has 1 to {MaxTypeLength} printable ASCII characters.", nameof(type));
        Span<byte> id = stackalloc byte[KeyId.Size];
        BinaryPrimitives.WriteUInt64BigEndian(id, kid.Value);
        var header = new CanonicalWriter(stackalloc byte[2 * MaxTypeLength]);
        header.WriteMap(3);
        header.WriteInteger(1);
        header.WriteInteger((int)algorithm);
        header.WriteInteger(4);
        header.WriteBytes(id);
        header.WriteInteger(16);
        header.WriteText(type);
        writer.WriteBytes(header.Written);
    }

    private static int SizeOfSigStructure(string type, int payload) =>
        SigStructureOpening.Length + SizeOfString(SizeOfHeader(type)) + 1 + SizeOfString(payload);

    // A3 01 alg 04 48 kid 10 typ
    private static int SizeOfHeader(string type) => 3 + 2 + KeyId.Size + 1 + SizeOfString(type.Length);

    private static int SizeOfString(int length) => length + length switch { < 24 => 1, < 0x100 => 2, < 0x1_0000 => 3, _ => 5 };
}
