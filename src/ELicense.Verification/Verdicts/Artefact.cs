using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Enterprises;

namespace ELicense.Verification.Verdicts;

/// <summary>Something that somebody wants verified, recognized but not judged.</summary>
public abstract record Artefact
{
    public const int MaxTextLength = 64 * 1024;

    /// <summary>QR text, token as Base32, base64 or base64url, .elic as base64 or base64url, or a credit code. Codes: not-an-artefact, too-large, qr-format, credit-code-….</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal) => throw new NotImplementedException();

    /// <summary>Content of a file: .elic, a token in binary, or one of the texts above.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> content, [NotNullWhen(true)] out Artefact? artefact, out Refusal refusal) => throw new NotImplementedException();
}

/// <param name="QrHost">Host of the QR text it came in; null when it came bare.</param>
public sealed record TokenArtefact(ReadOnlyMemory<byte> Token, string? QrHost) : Artefact;

public sealed record FileArtefact(ReadOnlyMemory<byte> Document, ReadOnlyMemory<byte> Token) : Artefact;

/// <summary>A credit code: the newest version in the publication is meant.</summary>
public sealed record CodeArtefact(CreditCode CreditCode) : Artefact;
