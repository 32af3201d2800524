using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;

namespace ELicense.Verification.Verdicts;

/// <summary>Something that somebody wants verified, recognized but not judged.</summary>
public abstract record Artefact
{
    public const int MaxTextLength = 64 * 1024;

    private const int CreditCodeLength = 18;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Tag 18 of a COSE_Sign1 (RFC 9052 2).</summary>
    private const byte TokenStart = 0xD2;

    /// <summary>SEQUENCE (X.690 8.9), then a length in the long form: a certificate. As a character it is the digit 0, with which base64 of a token begins; then an ASCII character follows.</summary>
    private const byte SequenceStart = 0x30;
    private const byte LongForm = 0x80;

    /// <summary>Tag 55799, self-described CBOR (RFC 8949 3.4.6).</summary>
    private static ReadOnlySpan<byte> FileStart => [0xD9, 0xD9, 0xF7];

    /// <summary>
    /// QR text, token or presentation as Base32, base64 or base64url, .elic or certificate as base64 or base64url, certificate as PEM, or a credit code.
    /// Codes: not-an-artefact, too-large, qr-…, credit-code-….
    /// </summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        artefact = null;
        if (text is { Length: > MaxTextLength })
        {
            refusal = new Refusal(Codes.TooLarge, $"The text has {text.Length} characters; at most {MaxTextLength} are read.");
            return false;
        }

        var trimmed = (text ?? "").Trim();
        if (QrText.IsAddress(trimmed))
            return TryReadQr(trimmed, out artefact, out refusal);
        if (trimmed.Length == CreditCodeLength)
            return TryReadCode(trimmed, out artefact, out refusal);
        if (trimmed.StartsWith("-----BEGIN ", StringComparison.Ordinal))
            return TryReadPem(trimmed, out artefact, out refusal);
        if (DecodeText(trimmed) is { } bytes)
            return TryReadBinary(bytes, out artefact, out refusal);
        refusal = NotRecognized();
        return false;
    }

    /// <summary>Content of a file: .elic, a token or a certificate in binary, or one of the texts above.</summary>
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
        artefact = null;
        if (!QrText.TryParse(text, out var qr, out refusal))
            return false;
        if (qr.IsPresentation)
            return TryReadPresentation(qr.Content, qr.Host, out artefact, out refusal);
        artefact = new TokenArtefact(qr.Content, qr.Host);
        return true;
    }

    private static bool TryReadCode(string text, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        // A person types it: lower case is meant as upper case, as GB 32100 has no lower case.
        artefact = CreditCode.TryParse(text.ToUpperInvariant(), out var code, out refusal) ? new CodeArtefact(code) : null;
        return artefact is not null;
    }

    // RFC 7468 5: the first certificate; an end entity's file may hold its key, and the chain after it.
    private static bool TryReadPem(string text, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is "CERTIFICATE")
                return TryReadBinary(Convert.FromBase64String(rest[fields.Base64Data].ToString()), out artefact, out refusal);
            rest = rest[fields.Location.End.Value..];
        }

        (artefact, refusal) = (null, NotRecognized());
        return false;
    }

    private static bool TryReadBinary(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        artefact = null;
        if (!IsBinary(bytes.Span))
        {
            refusal = NotRecognized();
            return false;
        }

        if (bytes.Span[0] == SequenceStart)
        {
            artefact = DecodedCertificate.TryReadCertificate(bytes, out _, out refusal) ? new CertificateArtefact(bytes) : null;
            return artefact is not null;
        }

        if (bytes.Span[0] != TokenStart)
        {
            artefact = LicenseFile.TryDecode(bytes, out var file, out refusal) ? new FileArtefact(file.Document, file.Token) : null;
            return artefact is not null;
        }

        if (TryReadPresentation(bytes, qrHost: null, out artefact, out refusal))
            return true;
        if (bytes.Length > LicenseToken.MaxBytes)
        {
            refusal = new Refusal(Codes.TooLarge, $"The token has {bytes.Length} bytes; at most {LicenseToken.MaxBytes} are read.");
            return false;
        }

        refusal = default;
        artefact = new TokenArtefact(bytes, QrHost: null);
        return true;
    }

    private static bool TryReadPresentation(ReadOnlyMemory<byte> bytes, string? qrHost, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal)
    {
        artefact = null;
        if (!CertifiedCoseSign1.TryDecode(bytes, Presentation.MaxBytes, out var message, out refusal))
            return false;
        if (message.Type != Presentation.Type)
        {
            refusal = new Refusal(Codes.UnknownFormat, $"typ must be {Presentation.Type}.");
            return false;
        }

        artefact = Presentation.TryDecodeClaims(message.Payload, out var presentation, out refusal) ? new PresentationArtefact(message, presentation, qrHost) : null;
        return artefact is not null;
    }

    private static bool IsBinary(ReadOnlySpan<byte> bytes) => bytes is [TokenStart, ..] or [SequenceStart, >= LongForm, ..] || bytes.StartsWith(FileStart);

    /// <summary>Base32 when it leads to something that we know (its texts begin with 2, 3 or G, base64's with 0, 2 or M), else base64 or base64url.</summary>
    private static byte[]? DecodeText(string text)
    {
        if (text is ['2' or '3' or 'G' or 'g', ..] && Base32.TryDecode(text.ToUpperInvariant(), LicenseFile.MaxBytes, out var bytes, out _) && IsBinary(bytes))
            return bytes;
        var shared = ArrayPool<char>.Shared.Rent(text.Length);
        try
        {
            var url = shared.AsSpan(0, text.Length);
            text.AsSpan().Replace(url, '+', '-');
            url.Replace('/', '_');
            return Base64Url.IsValid(url) ? Base64Url.DecodeFromChars(url) : null;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(shared);
        }
    }

    private static Refusal NotRecognized() =>
        new(Codes.NotAnArtefact, "Neither a QR text, a token, an .elic file, a certificate nor a unified social credit code.");
}

/// <param name="QrHost">Host of the QR text it came in; null when it came bare.</param>
public sealed record TokenArtefact(ReadOnlyMemory<byte> Token, string? QrHost) : Artefact;

public sealed record FileArtefact(ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte> Token) : Artefact;

/// <param name="Certificate">DER.</param>
public sealed record CertificateArtefact(ReadOnlyMemory<byte> Certificate) : Artefact;

/// <summary>A credit code: the newest version in the publication is meant.</summary>
public sealed record CodeArtefact(CreditCode CreditCode) : Artefact;

/// <summary>A license that its enterprise shows now (出示).</summary>
/// <param name="QrHost">host[:port] of the QR text that it came in; null otherwise.</param>
public sealed record PresentationArtefact(CertifiedCoseSign1 Message, Presentation Presentation, string? QrHost) : Artefact;
