using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Verdicts;

/// <summary>Each check of a license, one a method. Outcomes that need no particulars are made once: a verdict costs little more than its signature.</summary>
internal static class LicenseChecks
{
    private static readonly Check[] NotMadeByName =
    [
        NotChecked(CheckName.Integrity, "The signature was not checked: its key is not one for licenses."),
        NotChecked(CheckName.Issuer, "The token is not intact, so it says nothing about its issuer."),
        NotChecked(CheckName.Logged, "Not looked up: the token is not authentic."),
        NotChecked(CheckName.Period, "Not judged: the token is not authentic."),
        NotChecked(CheckName.Status, "Not looked up: the token is not authentic."),
        NotChecked(CheckName.Holder, "Nobody proved to hold the key on the token; that takes a presentation."),
        NotChecked(CheckName.Origin, "The token did not come in a QR text or a badge."),
    ];

    private static readonly Check IntegrityOfToken = Passed(CheckName.Integrity, "The signature is right; no document was at hand.");
    private static readonly Check IntegrityOfBoth = Passed(CheckName.Integrity, "The signature is right and the document is the one that it names.");
    private static readonly Check IssuerPassed = Passed(CheckName.Issuer, "Signed by a license key of the trusted authority, within its scope.");
    private static readonly Check OriginPassed = Passed(CheckName.Origin, "The QR text names a host of the authority.");
    private static readonly Check LoggedPassed = Passed(CheckName.Logged, "The log names this license at its index.");
    private static readonly Check LoggedElsewhere = Failed(CheckName.Logged, new Refusal(Codes.LogMismatch, "The log names another license at this index."));
    private static readonly Check LoggedNot = Failed(CheckName.Logged, new Refusal(Codes.NotLogged, "The log does not name this index up to the size that was read."));
    private static readonly Check LoggedNotChecked = NotChecked(CheckName.Logged, "No publication was at hand.");
    private static readonly Check PeriodPassed = Passed(CheckName.Period, "Within the license's period.");
    private static readonly Check StatusNotChecked = NotChecked(CheckName.Status, "No publication was at hand.");
    private static readonly Check StatusOfAnother = NotChecked(CheckName.Status, "The index belongs to another license.");
    private static readonly Check StatusValid = Passed(CheckName.Status, "The license is valid.");

    /// <summary>Outcomes of most verdicts.</summary>
    internal static IEnumerable<Check> Usual => [.. NotMadeByName, IntegrityOfToken, IntegrityOfBoth, IssuerPassed, LoggedPassed, PeriodPassed, StatusValid, OriginPassed];

    internal static Check NotMade(CheckName name) => NotMadeByName[(int)name];

    /// <summary>All checks of a license whose token was not at hand.</summary>
    internal static Check[] Unread(Check logged, Check status) =>
    [
        NotChecked(CheckName.Integrity, "No token was at hand."), NotChecked(CheckName.Issuer, "No token was at hand."), logged,
        NotChecked(CheckName.Period, "No token was at hand."), status, NotMade(CheckName.Holder), NotMade(CheckName.Origin),
    ];

    internal static Check Failed(CheckName name, Refusal refusal) => new(name, CheckResult.Fail, refusal.Code, refusal.Detail);

    internal static Check WronglySigned(KeyId kid) =>
        Failed(CheckName.Integrity, new Refusal(Codes.SignatureInvalid, $"The signature is not that of key {kid} over these bytes."));

    /// <summary>Of a token whose signature is right.</summary>
    internal static Check Integrity(LicenseToken claims, ReadOnlyMemory<byte>? document, out Face? face)
    {
        face = null;
        if (document is not { } bytes)
            return IntegrityOfToken;
        if (bytes.Length > LicenseDocument.MaxBytes)
            return Failed(CheckName.Integrity, new Refusal(Codes.TooLarge, $"The document has {bytes.Length} bytes; at most {LicenseDocument.MaxBytes} are read."));
        if (Digest.Of(bytes.Span) != claims.DocumentDigest)
            return Failed(CheckName.Integrity, new Refusal(Codes.DigestMismatch, "The document is not the one that the token names."));
        if (!LicenseDocument.TryDecode(bytes, out var opened, out var refusal))
            return Failed(CheckName.Integrity, refusal);
        if (!IsSameEnterprise(opened.Face, claims))
            return Failed(CheckName.Integrity, new Refusal(Codes.DigestMismatch, "Document and token are about different enterprises."));
        face = opened.Face;
        return IntegrityOfBoth;
    }

    internal static Check UnfitKey(KeyId kid, TrustedKey? entry) => Failed(CheckName.Issuer, entry is null
        ? new Refusal(Codes.KeyUnknown, $"The trusted authority has no key {kid}.")
        : new Refusal(Codes.KeyRole, $"Key {kid} is the authority's {entry.Role} key, not one for licenses."));

    internal static Check Issuer(LicenseToken claims, TrustedKey key, TrustCard card)
    {
        if (!VerifiedTrust.IsWithin(key, claims.IssuedAt))
            return Failed(CheckName.Issuer, new Refusal(Codes.KeyPeriod, $"Issued at {Instant(claims.IssuedAt)}, outside the key's period."));
        if (claims.Number.Authority != card.AuthorityNumber)
            return Failed(CheckName.Issuer, new Refusal(Codes.IssuerScope, $"License of authority {claims.Number.Authority}; the key speaks for {card.AuthorityNumber}."));
        if (!card.LicenseLists.Contains(claims.List) || claims.Index is < 0 or >= StatusList.LicenseListLength)
            return Failed(CheckName.Issuer, new Refusal(Codes.IssuerScope, $"Index {claims.Index} of list {claims.List} is not one of the authority's."));
        return IssuerPassed;
    }

    /// <summary>The bounds by log size, which hold against a stolen key that backdates. Where the log was not asked, nothing by a stolen key is believed.</summary>
    /// <param name="passed">What the check came to without them.</param>
    /// <param name="position">Where the log names what was signed; null: it was not asked, or does not.</param>
    internal static Check IssuerAtPosition(Check passed, long? position, TrustedKey key)
    {
        if (position is { } logged)
        {
            return key.IsGoodAt(logged)
                ? passed
                : Failed(CheckName.Issuer, new Refusal(Codes.KeyLogSize, $"Logged at position {logged}, where key {key.Kid} is not accepted."));
        }

        return key.AcceptedBelow is { } size
            ? NotChecked(CheckName.Issuer, $"Key {key.Kid} was stolen: only what the log names below size {size} is accepted, and the log does not say so here.")
            : passed;
    }

    internal static Check Logged(in Digest statement, in StandingEvidence? evidence)
    {
        if (evidence is not { } known)
            return LoggedNotChecked;
        if (known.LoggedDigest is not { } logged)
            return LoggedNot;
        return logged == statement ? LoggedPassed : LoggedElsewhere;
    }

    internal static Check Period(LicenseToken claims, DateTimeOffset now)
    {
        var seconds = now.ToUnixTimeSeconds();
        if (seconds < claims.IssuedAt)
            return Failed(CheckName.Period, new Refusal(Codes.NotYetValid, $"Issued at {Instant(claims.IssuedAt)}, which is still to come."));
        if (seconds >= claims.ExpiresAt)
            return Failed(CheckName.Period, new Refusal(Codes.Expired, $"The term ended at {Instant(claims.ExpiresAt.Value)}."));
        return PeriodPassed;
    }

    internal static Check Status(Check logged, in StandingEvidence? evidence, long maxAgeSeconds, DateTimeOffset now)
    {
        if (evidence is not { } known)
            return StatusNotChecked;
        if (logged.Code == Codes.LogMismatch)
            return StatusOfAnother;
        return BadStatus(logged, known, maxAgeSeconds, now) ?? StatusValid;
    }

    /// <summary>Null when the standing is valid and fresh.</summary>
    internal static Check? BadStatus(Check logged, in StandingEvidence evidence, long maxAgeSeconds, DateTimeOffset now)
    {
        if (logged.Result != CheckResult.Pass || evidence.Standing == Standing.NotIssued)
            return Failed(CheckName.Status, new Refusal(Codes.StatusNotIssued, $"Not issued as of {evidence.AsOf:u}."));
        if (evidence.Standing != Standing.Valid)
            return Failed(CheckName.Status, new Refusal(CodeOf(evidence.Standing), $"{evidence.Standing} as of {evidence.AsOf:u}."));
        if (now - evidence.AsOf > TimeSpan.FromSeconds(maxAgeSeconds))
            return Failed(CheckName.Status, new Refusal(Codes.StatusStale, $"Valid as of {evidence.AsOf:u}, which is longer ago than {maxAgeSeconds} s."));
        return null;
    }

    internal static Check Origin(string? qrHost, TrustCard card)
    {
        if (qrHost is null)
            return NotMade(CheckName.Origin);
        return card.QrHosts.Contains(qrHost, StringComparer.OrdinalIgnoreCase)
            ? OriginPassed
            : Failed(CheckName.Origin, new Refusal(Codes.QrHost, "The QR text names a host that is not the authority's."));
    }

    private static string CodeOf(Standing standing) => standing switch
    {
        Standing.Revoked => Codes.StatusRevoked,
        Standing.Cancelled => Codes.StatusCancelled,
        Standing.Suspended => Codes.StatusSuspended,
        Standing.Superseded => Codes.StatusSuperseded,
        _ => Codes.StatusNotIssued,
    };

    // The issuer signed both, so a difference is its own fault; nobody should be shown a face that the token contradicts.
    private static bool IsSameEnterprise(Face face, LicenseToken claims) =>
        face.CreditCode == claims.CreditCode && face.Kind == claims.Kind && face.EstablishedOn == claims.EstablishedOn
        && face.Name == claims.Name && face.Representative == claims.Representative;

    private static string Instant(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("u");

    private static Check Passed(CheckName name, string detail) => new(name, CheckResult.Pass, Codes.Ok, detail);

    private static Check NotChecked(CheckName name, string detail) => new(name, CheckResult.NotChecked, Codes.NotChecked, detail);
}
