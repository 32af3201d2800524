using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Tokens;

/// <summary>The text of a license's QR code: scheme and host[:port] in upper case, /Q/, Base32 of the token; all in QR's alphanumeric mode.</summary>
/// <param name="Host">host[:port], lower case.</param>
public sealed record QrText(string Scheme, string Host, ReadOnlyMemory<byte> Token)
{
    /// <summary>Highest QR version that a license may need at error correction M.</summary>
    public const int MaxQrVersion = 20;

    /// <summary>e.g. HTTPS://GS.EXAMPLE.CN/Q/2KCE…</summary>
    public static string For(Uri publicAddress, ReadOnlySpan<byte> token) => throw new NotImplementedException();

    /// <summary>QR version (1–40) that <paramref name="length"/> alphanumeric characters need at error correction M (ISO/IEC 18004 table 7); 41 when none holds it.</summary>
    public static int VersionNeeded(int length) => throw new NotImplementedException();

    /// <summary>Accepts upper or lower case; refuses user information, query, fragment, other paths and schemes. The host is not judged here. Codes: qr-format, too-large.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out QrText? qr, out Refusal refusal) => throw new NotImplementedException();
}
