using System.Diagnostics.CodeAnalysis;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;
using ELicense.Core.Trust;
using ELicense.Cryptography.Keys;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Verdicts;

/// <summary>What is known about the standing of one license version at one log size; the view answers it from index and look-up.</summary>
/// <param name="LoggedDigest">Digest of kind 1 that the log names at this index; null when it names none.</param>
/// <param name="LoggedAt">Log position of that entry.</param>
/// <param name="NewestVersion">Number of the newest version of the same license; null when unknown.</param>
public readonly record struct StandingEvidence(
    Standing Standing, Digest? LoggedDigest, long? LoggedAt, DateTimeOffset AsOf, long LogSize, DateTimeOffset? Since, int Reason, int? NewestVersion);

/// <summary>The verifier (验照): token, document, trust, standing and instant in, verdict out. No I/O and no clock; what it remembers are signatures that were right.</summary>
public static class LicenseVerifier
{
    // A Sig_structure repeats the token's header and payload, and adds "Signature1" and two heads.
    private const int MaxStatementBytes = LicenseToken.MaxBytes + 64;

    /// <summary>As <see cref="Judge"/>, with all particulars and nothing remembered.</summary>
    public static Verdict Verify(
        ReadOnlyMemory<byte> token, ReadOnlyMemory<byte>? document, string? qrHost, VerifiedTrust trust,
        Func<ProvenToken, StandingEvidence?> evidenceFor, DateTimeOffset now) =>
        Judge(token, document, qrHost, trust, seen: null, evidenceFor, now).ToVerdict(trust);

    /// <param name="document">Null when only the token is at hand.</param>
    /// <param name="qrHost">Null when the token did not come in a QR text.</param>
    /// <param name="seen">Signatures found right before; null: each is computed.</param>
    /// <param name="evidenceFor">Asked once, after integrity and issuer have passed; null result: no publication at hand.</param>
    public static LicenseJudgement Judge(
        ReadOnlyMemory<byte> token, ReadOnlyMemory<byte>? document, string? qrHost, VerifiedTrust trust, ProvenTokens? seen,
        Func<ProvenToken, StandingEvidence?> evidenceFor, DateTimeOffset now)
    {
        var origin = LicenseChecks.Origin(qrHost, trust.Card);

        // Step 1: whose key signed it, and are the bytes as they were signed?
        var proven = seen?.Find(token.Span);
        TrustedKey? entry = null;
        var seenBefore = true;
        if (proven is null || !IsProvenStill(proven, trust, out entry))
        {
            if (!TryProve(token, trust, out proven, out entry, out var claims, out var failed))
                return NotAuthentic(failed, origin, claims);
            seen?.Add(proven);
            seenBefore = false;
        }

        // Step 2: is the document the one that it names, and was the key allowed to sign this?
        var integrity = LicenseChecks.Integrity(proven.Claims, document, out var face);
        if (integrity.Result != CheckResult.Pass)
            return NotAuthentic((integrity, LicenseChecks.NotMade(CheckName.Issuer)), origin, proven.Claims);
        var issuer = LicenseChecks.Issuer(proven.Claims, entry, trust.Card);
        if (issuer.Result != CheckResult.Pass)
            return NotAuthentic((integrity, issuer), origin, proven.Claims) with { Face = face };

        // Step 3: does the log know it, and in what standing?
        var evidence = evidenceFor(proven);
        var logged = LicenseChecks.Logged(proven.Statement, evidence);
        issuer = LicenseChecks.IssuerAtPosition(issuer, logged.Result == CheckResult.Pass ? evidence?.LoggedAt : null, entry);
        var status = LicenseChecks.Status(logged, evidence, trust.Card.MaxAge, now);
        var period = LicenseChecks.Period(proven.Claims, now);
        return new LicenseJudgement
        {
            Value = Decide(integrity, issuer, logged, period, status, origin, StandingOf(logged, evidence)),
            Integrity = integrity,
            Issuer = issuer,
            Logged = logged,
            Period = period,
            Status = status,
            Origin = origin,
            Token = proven.Claims,
            Face = face,
            Evidence = evidence,
            SeenBefore = seenBefore,
        };
    }

    /// <summary>
    /// The precedence of docs/formats.md: not authentic, revoked or cancelled, suspended, superseded, expired or not yet valid, stale, unknown, valid.
    /// Only what is valid turns stale.
    /// </summary>
    internal static VerdictValue Decide(Check integrity, Check issuer, Check logged, Check period, Check status, Check origin, Standing? standing)
    {
        if (integrity.Result != CheckResult.Pass || issuer.Result == CheckResult.Fail || origin.Result == CheckResult.Fail || logged.Code == Codes.LogMismatch)
            return VerdictValue.Invalid;
        return standing switch
        {
            Standing.Revoked => VerdictValue.Revoked,
            Standing.Cancelled => VerdictValue.Cancelled,
            Standing.Suspended => VerdictValue.Suspended,
            Standing.Superseded => VerdictValue.Superseded,
            _ when period.Code == Codes.Expired => VerdictValue.Expired,
            _ when period.Code == Codes.NotYetValid => VerdictValue.NotYetValid,
            Standing.Valid when status.Code == Codes.StatusStale => VerdictValue.Stale,
            Standing.Valid when logged.Result == CheckResult.Pass => VerdictValue.Valid,
            _ => VerdictValue.Unknown,
        };
    }

    internal static StatusFacts FactsOf(int? list, int? index, Check logged, StandingEvidence? evidence)
    {
        if (evidence is not { } known)
            return new StatusFacts(Value: null, list, index, AsOf: null, LogSize: null);
        if (logged.Code == Codes.LogMismatch)
            return new StatusFacts(Value: null, list, index, known.AsOf, known.LogSize);
        var reason = known.Reason == 0 ? null : Reasons.Find(known.Reason)?.Code;
        return new StatusFacts(StandingOf(logged, evidence), list, index, known.AsOf, known.LogSize, known.Since, reason);
    }

    /// <summary>What the log says of another token at this index says nothing about this one.</summary>
    private static Standing? StandingOf(Check logged, StandingEvidence? evidence)
    {
        if (evidence is not { } known || logged.Code == Codes.LogMismatch)
            return null;
        return logged.Result == CheckResult.Pass ? known.Standing : Standing.NotIssued;
    }

    private static bool IsProvenStill(ProvenToken proven, VerifiedTrust trust, [NotNullWhen(true)] out TrustedKey? entry) =>
        trust.Find(proven.Kid, KeyRole.License, out entry) is { } key && proven.IsProvenBy(key) && entry is not null;

    /// <param name="claims">What a token that is not authentic states; null when it cannot be read.</param>
    private static bool TryProve(
        ReadOnlyMemory<byte> token, VerifiedTrust trust, [NotNullWhen(true)] out ProvenToken? proven, [NotNullWhen(true)] out TrustedKey? entry,
        out LicenseToken? claims, out (Check Integrity, Check Issuer) failed)
    {
        (proven, entry, failed) = (null, null, default);
        if (!TryRead(token, out var message, out claims, out var refusal))
        {
            failed = (LicenseChecks.Failed(CheckName.Integrity, refusal), LicenseChecks.NotMade(CheckName.Issuer));
            return false;
        }

        if (trust.Find(message.Kid, KeyRole.License, out entry) is not { } key)
        {
            failed = (LicenseChecks.NotMade(CheckName.Integrity), LicenseChecks.UnfitKey(message.Kid, entry));
            return false;
        }

        Span<byte> statement = stackalloc byte[MaxStatementBytes];
        statement = statement[..message.WriteSigStructure(statement)];
        var digest = Digest.Of(statement);
        if (message.Algorithm != key.Suite.CoseAlgorithm() || !key.Verify(statement, digest, message.Signature.Span))
        {
            failed = (LicenseChecks.WronglySigned(message.Kid), LicenseChecks.NotMade(CheckName.Issuer));
            return false;
        }

        proven = new ProvenToken(token.Span, claims, key, digest);
        return entry is not null;
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

    private static LicenseJudgement NotAuthentic((Check Integrity, Check Issuer) failed, Check origin, LicenseToken? claims) => new()
    {
        Value = VerdictValue.Invalid,
        Integrity = failed.Integrity,
        Issuer = failed.Issuer,
        Logged = LicenseChecks.NotMade(CheckName.Logged),
        Period = LicenseChecks.NotMade(CheckName.Period),
        Status = LicenseChecks.NotMade(CheckName.Status),
        Origin = origin,
        Token = claims,
    };
}
