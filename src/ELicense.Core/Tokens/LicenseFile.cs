using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Tokens;

/// <summary>An <c>.elic</c> file: 55799([1, document, token]); both as byte strings.</summary>
public sealed record LicenseFile(ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte> Token)
{
    public const int MaxBytes = LicenseDocument.MaxBytes + LicenseToken.MaxBytes + 64;

    private const int Format = 1;
    private const int Depth = 2;

    /// <summary>The first bytes of every file: the tag that says "this is CBOR" (RFC 8949 3.4.6).</summary>
    public static ReadOnlySpan<byte> Magic => [0xD9, 0xD9, 0xF7];

    /// <exception cref="InvalidOperationException">The document or the token is empty or too large.</exception>
    public byte[] Encode()
    {
        if (Document.Length is 0 or > LicenseDocument.MaxBytes || Token.Length is 0 or > LicenseToken.MaxBytes)
            throw new InvalidOperationException($"A document of {Document.Length} bytes and a token of {Token.Length} do not make a file.");
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteEncoded(Magic);
        writer.WriteArray(3);
        writer.WriteInteger(Format);
        writer.WriteBytes(Document.Span);
        writer.WriteBytes(Token.Span);
        return writer.ToArray();
    }

    /// <summary>Splits a file; what the document and the token say is not judged here. Codes: those of the bytes, not-an-artefact (no .elic at all), unknown-format.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LicenseFile? file, out Refusal refusal)
    {
        file = null;
        if (!bytes.Span.StartsWith(Magic))
            return Refuse(Codes.NotAnArtefact, "the first bytes are not D9 D9 F7", out refusal);
        if (!CanonicalCbor.Check(bytes.Span, MaxBytes, Depth, out refusal))
            return false;
        var reader = new CanonicalReader(bytes.Span);
        if (!reader.TryReadExactly(Magic) || !reader.TryReadHead(out var major, out var length) || major != CborMajor.Array
            || !reader.TryReadUnsigned(int.MaxValue, out var format))
            return Refuse(Codes.Malformed, "not 55799([1, document, token])", out refusal);
        if (format != Format)
            return Refuse(Codes.UnknownFormat, $"file of format {format}, this reads format {Format}", out refusal);
        if (length != 3 || !reader.TryReadBytes(out var document) || !reader.TryReadBytes(out var token) || document.IsEmpty || token.IsEmpty)
            return Refuse(Codes.Malformed, "not 55799([1, document, token])", out refusal);
        if (document.Length > LicenseDocument.MaxBytes || token.Length > LicenseToken.MaxBytes)
            return Refuse(Codes.TooLarge, $"a document of {document.Length} bytes and a token of {token.Length}", out refusal);
        file = new LicenseFile(document.ToArray(), token.ToArray());
        return true;
    }

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }
}
