using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Verdicts;

/// <summary>What is known about the standing of one license version at one log size; the view answers it from index and look-up.</summary>
/// <param name="LoggedDigest">Digest of kind 1 that the log names at this index; null when it names none.</param>
/// <param name="LoggedAt">Log position of that entry.</param>
/// <param name="NewestVersion">Number of the newest version of the same license; null when unknown.</param>
public sealed record StandingEvidence(
    Standing Standing, Digest? LoggedDigest, long? LoggedAt, DateTimeOffset AsOf, long LogSize, DateTimeOffset? Since, int Reason, int? NewestVersion);

/// <summary>The pure verifier (验照): token, document, trust, standing and instant in, verdict out. No I/O, no clock, no state.</summary>
public static class LicenseVerifier
{
    /// <param name="document">Null when only the token is at hand.</param>
    /// <param name="qrHost">Null when the token did not come in a QR text.</param>
    /// <param name="evidenceFor">Asked once, after integrity and issuer have passed; null result: no publication at hand.</param>
    public static Verdict Verify(
        ReadOnlyMemory<byte> token, ReadOnlyMemory<byte>? document, string? qrHost, VerifiedTrust trust,
        Func<LicenseToken, StandingEvidence?> evidenceFor, DateTimeOffset now)
    {
        var origin = LicenseChecks.Origin(qrHost, trust.Card);
        if (!TryRead(token, out var message, out var claims, out var refusal))
            return NotAuthentic(LicenseChecks.Failed(CheckName.Integrity, refusal), LicenseChecks.NotMade(CheckName.Issuer), origin, claims: null, face: null, trust);

        // Step 1: whose key signed it?
        var key = trust.Find(message.Kid, KeyRole.License, out var entry);
        if (key is null)
            return NotAuthentic(LicenseChecks.NotMade(CheckName.Integrity), LicenseChecks.UnfitKey(message.Kid, entry), origin, claims, face: null, trust);

        // Step 2: are the bytes as they were signed, and was the key allowed to sign this?
        var signed = message.SigStructure();
        var integrity = LicenseChecks.Integrity(message, signed, key, claims, document, out var face);
        if (integrity.Result != CheckResult.Pass)
            return NotAuthentic(integrity, LicenseChecks.NotMade(CheckName.Issuer), origin, claims, face, trust);
        var issuer = LicenseChecks.Issuer(claims, entry!, trust.Card);
        if (issuer.Result != CheckResult.Pass)
            return NotAuthentic(integrity, issuer, origin, claims, face, trust);

        // Step 3: does the log know it, and in what standing?
        var evidence = evidenceFor(claims);
        var logged = LicenseChecks.Logged(Digest.Of(signed), evidence);
        if (logged.Result == CheckResult.Pass)
            issuer = LicenseChecks.IssuerAtPosition(evidence!.LoggedAt, entry!);
        var status = LicenseChecks.Status(logged, evidence, trust.Card.MaxAge, now);

        Check[] checks = [integrity, issuer, logged, LicenseChecks.Period(claims, now), status, LicenseChecks.NotMade(CheckName.Holder), origin];
        var facts = FactsOf(claims.List, claims.Index, logged, evidence);
        var newer = facts.Value == Standing.Superseded ? evidence?.NewestVersion : null;
        return Compose(Decide(checks, facts.Value), checks, claims, face, trust, facts, newer);
    }

    private static bool TryRead(
        ReadOnlyMemory<byte> token, [NotNullWhen(true)] out CoseSign1? message, [NotNullWhen(true)] out LicenseToken? claims, out Refusal refusal)
    {
        claims = null;
        if (!CoseSign1.TryDecode(token, LicenseToken.MaxBytes, out message, out refusal))
            return false;
        if (message.Type == LicenseToken.Type)
            return LicenseToken.TryDecodeClaims(message.Payload, out claims, out refusal);
        refusal = new Refusal(Codes.UnknownFormat, $"typ must be {LicenseToken.Type}.");
        return false;
    }

    /// <summary>
    /// The precedence of docs/formats.md: not authentic, revoked or cancelled, suspended, superseded, expired or not yet valid, stale, unknown, valid.
    /// Only what is valid turns stale.
    /// </summary>
    internal static VerdictValue Decide(Check[] checks, Standing? standing)
    {
        var logged = checks[(int)CheckName.Logged];
        if (checks[(int)CheckName.Integrity].Result != CheckResult.Pass || checks[(int)CheckName.Issuer].Result != CheckResult.Pass
            || checks[(int)CheckName.Origin].Result == CheckResult.Fail || logged.Code == Codes.LogMismatch)
            return VerdictValue.Invalid;
        var period = checks[(int)CheckName.Period];
        return standing switch
        {
            Standing.Revoked => VerdictValue.Revoked,
            Standing.Cancelled => VerdictValue.Cancelled,
            Standing.Suspended => VerdictValue.Suspended,
            Standing.Superseded => VerdictValue.Superseded,
            _ when period.Code == Codes.Expired => VerdictValue.Expired,
            _ when period.Code == Codes.NotYetValid => VerdictValue.NotYetValid,
            Standing.Valid when checks[(int)CheckName.Status].Code == Codes.StatusStale => VerdictValue.Stale,
            Standing.Valid when logged.Result == CheckResult.Pass => VerdictValue.Valid,
            _ => VerdictValue.Unknown,
        };
    }

    /// <summary>What the log says of another token at this index says nothing about this one.</summary>
    internal static StatusFacts FactsOf(int? list, int? index, Check logged, StandingEvidence? evidence)
    {
        if (evidence is null)
            return new StatusFacts(Value: null, list, index, AsOf: null, LogSize: null);
        if (logged.Code == Codes.LogMismatch)
            return new StatusFacts(Value: null, list, index, evidence.AsOf, evidence.LogSize);
        var standing = logged.Result == CheckResult.Pass ? evidence.Standing : Standing.NotIssued;
        var reason = evidence.Reason == 0 ? null : Reasons.Find(evidence.Reason)?.Code;
        return new StatusFacts(standing, list, index, evidence.AsOf, evidence.LogSize, evidence.Since, reason);
    }

    private static Verdict NotAuthentic(Check integrity, Check issuer, Check origin, LicenseToken? claims, Face? face, VerifiedTrust trust)
    {
        Check[] checks =
        [
            integrity, issuer, LicenseChecks.NotMade(CheckName.Logged), LicenseChecks.NotMade(CheckName.Period),
            LicenseChecks.NotMade(CheckName.Status), LicenseChecks.NotMade(CheckName.Holder), origin,
        ];
        var facts = claims is null ? null : new StatusFacts(Value: null, claims.List, claims.Index, AsOf: null, LogSize: null);
        return Compose(VerdictValue.Invalid, checks, claims, face, trust, facts);
    }

    private static Verdict Compose(
        VerdictValue value, Check[] checks, LicenseToken? claims, Face? face, VerifiedTrust trust, StatusFacts? facts, int? newerVersion = null)
    {
        if (claims is null)
            return new Verdict(value, checks, Token: null, Face: null, Identifier: null, OfficeName: null, facts);
        Core.Trust.BilingualText? office = null;
        trust.Offices?.Offices.TryGetValue(claims.Office, out office);
        return new Verdict(value, checks, claims, face, IdentifierOf(claims, trust.Card), office, facts, newerVersion);
    }

    private static LicenseIdentifier IdentifierOf(LicenseToken claims, TrustCard card) => new(
        card.IdentifierRoot, LicenseIdentifier.BusinessLicenseType, card.IdentifierIssuer,
        string.Create(CultureInfo.InvariantCulture, $"{claims.Number.Authority:D4}{claims.Number.Serial:D10}"), claims.Version);
}
