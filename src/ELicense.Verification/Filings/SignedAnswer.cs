using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Filings;

/// <summary>Answers to filings as they lie in a publication (docs/formats.md, Answer).</summary>
public static class SignedAnswer
{
    /// <summary>Codes: too-large, malformed, unknown-format, key-unknown, key-role, signature-invalid, issuer-scope, digest-mismatch.</summary>
    /// <param name="filing">That it must answer.</param>
    public static bool TryOpen(ReadOnlySpan<byte> jws, Digest filing, VerifiedTrust trust, [NotNullWhen(true)] out FilingAnswer? answer, out Refusal refusal)
    {
        answer = null;
        if (!Jws.TryParse(jws, FilingAnswer.MaxJwsBytes, out var signed, out refusal))
            return false;
        if (signed.Type != FilingAnswer.Type)
            refusal = new Refusal(Codes.UnknownFormat, $"typ must be {FilingAnswer.Type}.");
        else if (trust.Find(signed.Kid, KeyRole.Answer, out var entry) is not { } key)
            refusal = new Refusal(entry is null ? Codes.KeyUnknown : Codes.KeyRole, $"Key {signed.Kid} is no answer key of {trust.Card.Origin}.");
        else if (!signed.IsSignedBy(key))
            refusal = new Refusal(Codes.SignatureInvalid, "The answer's signature is not right.");
        else if (FilingAnswer.TryDecodeJson(signed.Payload, out var read, out refusal))
        {
            if (read.AuthorityNumber != trust.Card.AuthorityNumber)
                refusal = new Refusal(Codes.IssuerScope, $"The answer is of authority {read.AuthorityNumber}.");
            else if (read.Filing != filing)
                refusal = new Refusal(Codes.DigestMismatch, $"The answer is to filing {read.Filing}.");
            else
                answer = read;
        }

        return answer is not null;
    }
}
