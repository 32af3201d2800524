using ELicense.Core;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Envelopes;

namespace ELicense.Verification.Verdicts;

/// <summary>
/// A presentation (出示) judged: the verdict of the license that it shows, with the check <c>holder</c> made. What is forged is invalid; what is old or for another keeps the license's own verdict.
/// A certificate that is not valid makes a valid license's presentation invalid, and takes no other word from a license: that it is revoked, or that nothing newer is known, is what the reader is to know.
/// </summary>
public static class PresentationVerifier
{
    /// <summary>How far the clock that it was made by may be ahead of ours.</summary>
    private const int ClockSkewSeconds = 30;

    /// <param name="license">Verdict of the license token in it.</param>
    /// <param name="certificate">Verdict of the certificate in it.</param>
    public static Verdict Verify(PresentationArtefact shown, Verdict license, Verdict certificate, TrustCard card, DateTimeOffset now)
    {
        var presentation = shown.Presentation;
        var facts = new PresentationFacts(
            presentation.Audience, DateTimeOffset.FromUnixTimeSeconds(presentation.IssuedAt), DateTimeOffset.FromUnixTimeSeconds(presentation.ExpiresAt));
        if (license.Value == VerdictValue.Invalid)
            return license with { Presentation = facts };
        var forged = Forgery(shown, license, certificate);
        var holder = (forged ?? OutOfPlace(presentation, card, now)) is { } fault
            ? LicenseChecks.Failed(CheckName.Holder, fault)
            : new Check(CheckName.Holder, CheckResult.Pass, Codes.Ok, "Signed just now by the key of the enterprise's certificate.");
        var checks = license.Checks.ToArray();
        checks[(int)CheckName.Holder] = holder;
        var hasOwnWord = license.Value != VerdictValue.Valid && certificate.Value != VerdictValue.Invalid && forged?.Code == Codes.PresentationCertificate;
        return license with { Value = forged is null || hasOwnWord ? license.Value : VerdictValue.Invalid, Checks = checks, Presentation = facts };
    }

    private static Refusal? Forgery(PresentationArtefact shown, Verdict license, Verdict certificate)
    {
        // RFC 9052 4.4; the key is that of the certificate in the message, and the certificate is judged for itself.
        if (!shown.Message.IsSignedByItsCertificate())
            return new Refusal(Codes.PresentationSignature, "The presentation is not signed by the key of the certificate in it.");
        if (certificate.Certificate?.CreditCode != license.Token?.CreditCode)
            return new Refusal(Codes.PresentationHolder, "The certificate that signed it belongs to another enterprise than the license.");
        return certificate.Value != VerdictValue.Valid ? new Refusal(Codes.PresentationCertificate, $"The certificate that signed it is {certificate.Value.ApiName()}.") : null;
    }

    private static Refusal? OutOfPlace(Presentation presentation, TrustCard card, DateTimeOffset now)
    {
        // A presentation to somebody else, passed on: whoever shows it here need not be the enterprise.
        if (!Uri.TryCreate(presentation.Audience, UriKind.Absolute, out var audience) || !card.QrHosts.Contains(audience.Authority, StringComparer.OrdinalIgnoreCase))
            return new Refusal(Codes.PresentationAudience, "It was made for another audience than this site.");
        var seconds = now.ToUnixTimeSeconds();
        if (seconds < presentation.IssuedAt - ClockSkewSeconds)
            return new Refusal(Codes.NotYetValid, "It was made at a time that is still to come.");
        return seconds >= presentation.ExpiresAt ? new Refusal(Codes.PresentationExpired, "Its time is over: it may have been copied.") : null;
    }
}
