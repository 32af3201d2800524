using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Enterprises;

namespace ELicense.Core.Tokens;

/// <summary>The document of a license: [1, salt, face]. Its digest is in the token; the salt keeps a withdrawn face from being guessed from it.</summary>
/// <param name="Salt">16 random bytes.</param>
public sealed record LicenseDocument(ReadOnlyMemory<byte> Salt, Face Face)
{
    public const int SaltSize = 16;
    public const int MaxBytes = 32 * 1024;

    private const int Format = 1;

    // Document, face, capital.
    private const int Depth = 3;

    /// <exception cref="InvalidOperationException">The salt has another size.</exception>
    public byte[] Encode()
    {
        if (Salt.Length != SaltSize)
            throw new InvalidOperationException($"A salt has {SaltSize} bytes, not {Salt.Length}.");
        var writer = new CanonicalWriter(stackalloc byte[CanonicalWriter.UsualSize]);
        writer.WriteArray(3);
        writer.WriteInteger(Format);
        writer.WriteBytes(Salt.Span);
        writer.WriteEncoded(Face.Encode());
        return writer.ToArray();
    }

    /// <summary>Accepts exactly what <see cref="Encode"/> makes. Codes: those of the bytes, unknown-format, and those of a face.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LicenseDocument? document, out Refusal refusal)
    {
        document = null;
        if (!CanonicalCbor.Check(bytes.Span, MaxBytes, Depth, out refusal))
            return false;
        var reader = new CanonicalReader(bytes.Span);
        if (!reader.TryReadHead(out var major, out var length) || major != CborMajor.Array || !reader.TryReadUnsigned(int.MaxValue, out var format))
            return Refuse(Codes.Malformed, "not [1, salt, face]", out refusal);
        if (format != Format)
            return Refuse(Codes.UnknownFormat, $"document of format {format}, this reads format {Format}", out refusal);
        if (length != 3 || !reader.TryReadBytes(out var salt) || salt.Length != SaltSize)
            return Refuse(Codes.Malformed, $"not [1, salt of {SaltSize} bytes, face]", out refusal);
        // The check above has seen that the rest is one item.
        if (!Face.TryDecode(bytes[reader.Position..], out var face, out refusal))
            return false;
        document = new LicenseDocument(salt.ToArray(), face);
        return true;
    }

    private static bool Refuse(string code, string detail, out Refusal refusal)
    {
        refusal = new Refusal(code, detail);
        return false;
    }
}
