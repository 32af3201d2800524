using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;

namespace ELicense.Verification.Verdicts;

/// <summary>Something that somebody wants verified, recognized but not judged.</summary>
public abstract record Artefact
{
    public const int MaxTextLength = 64 * 1024;

    private const int CreditCodeLength = 18;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Tag 18 of a COSE_Sign1 (RFC 9052 2).</summary>
    private const byte TokenStart = 0xD2;

    /// <summary>Tag 55799, self-described CBOR (RFC 8949 3.4.6).</summary>
    private static ReadOnlySpan<byte> FileStart => [0xD9, 0xD9, 0xF7];

    /// <summary>QR text, token as Base32, base64 or base64url, .elic as base64 or base64url, or a credit code. Codes: not-an-artefact, too-large, qr-format, credit-code-….</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        artefact = null;
        if (text is { Length: > MaxTextLength })
        {
            refusal = new Refusal(Codes.TooLarge, $"The text has {text.Length} characters; at most {MaxTextLength} are read.");
            return false;
        }

        var trimmed = (text ?? "").Trim();
        if (trimmed.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || trimmed.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return TryReadQr(trimmed, out artefact, out refusal);
        if (trimmed.Length == CreditCodeLength)
            return TryReadCode(trimmed, out artefact, out refusal);
        if (DecodeText(trimmed) is { } bytes)
            return TryReadBinary(bytes, out artefact, out refusal);
        refusal = NotRecognized();
        return false;
    }

    /// <summary>Content of a file: .elic, a token in binary, or one of the texts above.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> content, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        artefact = null;
        if (content.Length > MaxTextLength)
        {
            refusal = new Refusal(Codes.TooLarge, $"The file has {content.Length} bytes; at most {MaxTextLength} are read.");
            return false;
        }

        if (IsBinary(content.Span))
            return TryReadBinary(content, out artefact, out refusal);
        try
        {
            return TryRead(StrictUtf8.GetString(content.Span).TrimStart('\uFEFF'), out artefact, out refusal);
        }
        catch (DecoderFallbackException)
        {
            refusal = NotRecognized();
            return false;
        }
    }

    private static bool TryReadQr(string text, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        artefact = QrText.TryParse(text, out var qr, out refusal) ? new TokenArtefact(qr.Token, qr.Host) : null;
        return artefact is not null;
    }

    private static bool TryReadCode(string text, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        // A person types it: lower case is meant as upper case, as GB 32100 has no lower case.
        artefact = CreditCode.TryParse(text.ToUpperInvariant(), out var code, out refusal) ? new CodeArtefact(code) : null;
        return artefact is not null;
    }

    private static bool TryReadBinary(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        artefact = null;
        if (!IsBinary(bytes.Span))
        {
            refusal = NotRecognized();
            return false;
        }

        if (bytes.Span[0] != TokenStart)
        {
            artefact = LicenseFile.TryDecode(bytes, out var file, out refusal) ? new FileArtefact(file.Document, file.Token) : null;
            return artefact is not null;
        }

        if (bytes.Length > LicenseToken.MaxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"The token has {bytes.Length} bytes; at most {LicenseToken.MaxBytes} are read.");
            return false;
        }

        refusal = default;
        artefact = new TokenArtefact(bytes, QrHost: null);
        return true;
    }

    private static bool IsBinary(ReadOnlySpan<byte> bytes) => bytes is [TokenStart, ..] || bytes.StartsWith(FileStart);

    /// <summary>Base32 when it leads to something that we know (its texts begin with 2 or 3, base64's with 0 or 2), else base64 or base64url.</summary>
    private static byte[]? DecodeText(string text)
    {
        if (Base32.TryDecode(text.ToUpperInvariant(), LicenseFile.MaxBytes, out var bytes, out _) && IsBinary(bytes))
            return bytes;
        var url = text.Replace('+', '-').Replace('/', '_');
        if (!Base64Url.IsValid(url))
            return null;
        return Base64Url.DecodeFromChars(url);
    }

    private static Refusal NotRecognized() =>
        new(Codes.NotAnArtefact, "Neither a QR text, a token, an .elic file nor a unified social credit code.");
}

/// <param name="QrHost">Host of the QR text it came in; null when it came bare.</param>
public sealed record TokenArtefact(ReadOnlyMemory<byte> Token, string? QrHost) : Artefact;

public sealed record FileArtefact(ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte> Token) : Artefact;

/// <summary>A credit code: the newest version in the publication is meant.</summary>
public sealed record CodeArtefact(CreditCode CreditCode) : Artefact;
