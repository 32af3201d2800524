using System.Diagnostics.CodeAnalysis;
using ELicense.Core.Enterprises;

namespace ELicense.Core.Tokens;

/// <summary>The document of a license: [1, salt, face]. Its digest is in the token; the salt keeps a withdrawn face from being guessed from it.</summary>
/// <param name="Salt">16 random bytes.</param>
public sealed record LicenseDocument(ReadOnlyMemory<byte> Salt, Face Face)
{
    public const int SaltSize = 16;
    public const int MaxBytes = 32 * 1024;

    public byte[] Encode() => throw new NotImplementedException();

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LicenseDocument? document, out Refusal refusal) => throw new NotImplementedException();
}

/// <summary>An <c>.elic</c> file: 55799([1, document, token]); both as byte strings.</summary>
public sealed record LicenseFile(ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte> Token)
{
    public const int MaxBytes = LicenseDocument.MaxBytes + LicenseToken.MaxBytes + 64;

    public byte[] Encode() => throw new NotImplementedException();

    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out LicenseFile? file, out Refusal refusal) => throw new NotImplementedException();
}
