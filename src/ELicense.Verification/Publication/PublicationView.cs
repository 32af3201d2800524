using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Receipts;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Publication;

/// <summary>One publication at one log size: answers verifications and look-ups. Good for many threads.</summary>
public sealed class PublicationView
{
    private readonly StatusIndex _standings;
    private readonly ProvenTokens _seen;
    private readonly LogProver _prover;
    private readonly Func<ProvenToken, StandingEvidence?> _evidence;

    /// <param name="seen">Of this publication's follower: where a token was found in the log holds for this log only.</param>
    internal PublicationView(VerifiedTrust trust, SignedCheckpoint signed, LookupIndex lookup, StatusIndex standings, ProvenTokens seen, LogProver prover, PublicationSource source)
    {
        Trust = trust;
        SignedCheckpoint = signed;
        Lookup = lookup;
        Certificates = new CertificateStandings(lookup, signed.Checkpoint.Size, source);
        _standings = standings;
        _seen = seen;
        _prover = prover;
        _evidence = token => EvidenceFor(token);
    }

    public VerifiedTrust Trust { get; }

    public Checkpoint Checkpoint => SignedCheckpoint.Checkpoint;

    /// <summary>Time of the checkpoint's cosignature.</summary>
    public DateTimeOffset AsOf => SignedCheckpoint.Time;

    public LookupIndex Lookup { get; }

    /// <summary>Enterprises' certificates.</summary>
    public CertificateStandings Certificates { get; }

    internal SignedCheckpoint SignedCheckpoint { get; }

    internal StatusIndex Standings => _standings;

    /// <summary>Whether the code was given in a region of this authority (GB 32100-2015: characters 3 to 8 are the division).</summary>
    internal bool IsHomeOf(CreditCode code) => Trust.Card.Regions.Any(region => code.Value.AsSpan(2).StartsWith(region, StringComparison.Ordinal));

    /// <summary>Null while the checkpoint is younger than half of the authority's max age. Codes: publication-ageing (the alarm before), status-stale (past it no standing is valid).</summary>
    public Refusal? Ageing(DateTimeOffset now)
    {
        var (age, most) = (now - AsOf, TimeSpan.FromSeconds(Trust.Card.MaxAge));
        if (age <= most / 2)
            return null;
        return new Refusal(age > most ? Codes.StatusStale : Codes.PublicationAgeing, $"The checkpoint is of {AsOf:u}; from {AsOf + most:u} on every standing is stale.");
    }

    /// <summary>Judges the artefact with nothing but this view. What the publication does not know is unknown, never an error.</summary>
    public Verdict Verify(Artefact artefact, DateTimeOffset now) => artefact switch
    {
        TokenArtefact token => Verify(token.Token, document: null, token.QrHost, now),
        FileArtefact file => Verify(file.Token, file.Document, qrHost: null, now),
        CertificateArtefact certificate => CertificateVerifier.Verify(certificate.Certificate, Trust, EvidenceOf, now),
        PresentationArtefact shown => PresentationVerifier.Verify(
            shown, Verify(shown.Presentation.LicenseToken, document: null, shown.QrHost, now),
            CertificateVerifier.Verify(shown.Message.Certificate, Trust, EvidenceOf, now), Trust.Card, now),
        CodeArtefact code => VerifyNewest(code.CreditCode, now) ?? NoLicense(),
        _ => throw new ArgumentException($"No way to verify a {artefact.GetType().Name}.", nameof(artefact)),
    };

    /// <summary>The newest version's verdict and face; null when the publication knows no license of the code.</summary>
    public Verdict? VerifyNewest(CreditCode code, DateTimeOffset now)
    {
        if (FindNewest(code) is not { } version)
            return null;
        return version.File is { } bytes && LicenseFile.TryDecode(bytes, out var file, out _)
            ? Verify(file.Token, file.Document, qrHost: null, now)
            : WithoutFile(version, EvidenceAt(version.List, version.Index, _standings[version.List, version.Index]));
    }

    /// <summary>
    /// The verdict on that instant of the version that was the newest then, by what the log says up to this view's size. Null when no license of the code was issued by then.
    /// What was withdrawn or corrected later does not count; keys and trust are those of the card of today.
    /// </summary>
    /// <param name="at">Not after <see cref="AsOf"/>: later the log does not reach.</param>
    public Verdict? VerifyAt(CreditCode code, DateTimeOffset at)
    {
        foreach (var version in Lookup.Versions(code).Reverse())
        {
            var history = Lookup.History(version.List, version.Index);
            if (version.Position >= Checkpoint.Size || history.Count == 0 || history[0].Time > at)
                continue;
            var then = history.Last(change => change.Position < Checkpoint.Size && change.Time <= at);
            var evidence = new StandingEvidence(
                then.Standing, version.LoggedDigest, version.Position, AsOf, Checkpoint.Size, then.Time, then.Reason, NewestVersion: null);
            return version.File is { } bytes && LicenseFile.TryDecode(bytes, out var file, out _)
                ? LicenseVerifier.Judge(file.Token, file.Document, qrHost: null, Trust, _seen, _ => evidence, at).ToVerdict(Trust)
                : WithoutFile(version, evidence);
        }

        return null;
    }

    /// <summary>
    /// The log entries on which the standing of the version at this index stood at an instant, each with its proof: its issuance, and the last change when there was one; none
    /// when nothing was issued there. Codes: entry-missing, tile-mismatch, malformed, publication-unreadable.
    /// </summary>
    public async Task<(LogProof? Proof, Refusal Refusal)> ProveAsync(int list, int index, DateTimeOffset at, CancellationToken cancellation)
    {
        var positions = Lookup.History(list, index).Where(change => change.Position < Checkpoint.Size && change.Time <= at).Select(change => change.Position).ToList();
        try
        {
            var (entries, refusal) = await _prover.ProveAsync(positions.Count < 2 ? positions : [positions[0], positions[^1]], Checkpoint, cancellation);
            return entries is null ? (null, refusal) : (new LogProof(SignedCheckpoint.Note, entries), default);
        }
        catch (Exception failed) when (failed is IOException or HttpRequestException or UnauthorizedAccessException
            || (failed is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return (null, new Refusal(Codes.PublicationUnreadable, failed.Message));
        }
    }

    /// <summary>A token judged without particulars: value and checks, but neither since when and why, nor names. For a token seen before this is a digest and two look-ups in memory.</summary>
    public LicenseJudgement Judge(ReadOnlyMemory<byte> token, DateTimeOffset now) =>
        LicenseVerifier.Judge(token, document: null, qrHost: null, Trust, _seen, _evidence, now);

    /// <summary>Token bytes of the newest version, for QR codes; null as above.</summary>
    public ReadOnlyMemory<byte>? NewestToken(CreditCode code) =>
        FindNewest(code)?.File is { } bytes && LicenseFile.TryDecode(bytes, out var file, out _) ? file.Token : default(ReadOnlyMemory<byte>?);

    /// <summary>The verdict of a token with the face that the publication holds for it; as it was when it has one, or the token is not authentic or not logged.</summary>
    public Verdict WithPublishedFace(Verdict verdict)
    {
        if (verdict.Face is not null || verdict.Token is not { } token || verdict[CheckName.Logged].Result != CheckResult.Pass
            || Lookup.Find(token.List, token.Index)?.File is not { } bytes
            || !LicenseFile.TryDecode(bytes, out var file, out _)
            || Digest.Of(file.Document.Span) != token.DocumentDigest
            || !LicenseDocument.TryDecode(file.Document, out var document, out _))
            return verdict;
        return verdict with { Face = document.Face };
    }

    /// <summary>Every version of the code that this view's log names, the oldest first, with when it was issued and what its token states; null when its face was withdrawn.</summary>
    public IReadOnlyList<(PublishedVersion Version, DateTimeOffset Issued, LicenseToken? Token)> Versions(CreditCode code) =>
    [
        .. Lookup.Versions(code).Where(version => version.Position < Checkpoint.Size).Select(version =>
            (version, Lookup.History(version.List, version.Index) is [var issued, ..] ? issued.Time : version.Since, ClaimsOf(version))),
    ];

    /// <summary>What the name of the version at this index is; null when its face was withdrawn.</summary>
    internal string? NameAt(int list, int index) => Lookup.Find(list, index) is { } version ? ClaimsOf(version)?.Name : null;

    /// <summary>What the version's token states; null when its face was withdrawn.</summary>
    internal static LicenseToken? ClaimsOf(PublishedVersion version) =>
        version.File is { } bytes && LicenseFile.TryDecode(bytes, out var file, out _)
        && CoseSign1.TryDecode(file.Token, LicenseToken.MaxBytes, out var message, out _)
        && LicenseToken.TryDecodeClaims(message.Payload, out var claims, out _)
            ? claims
            : null;

    internal PublishedVersion? FindNewest(CreditCode code)
    {
        var newest = Lookup.FindNewest(code);
        // The look-up may already hold what came after this view's checkpoint.
        return newest is null || newest.Position < Checkpoint.Size ? newest : Lookup.Versions(code).LastOrDefault(version => version.Position < Checkpoint.Size);
    }

    private Verdict Verify(ReadOnlyMemory<byte> token, ReadOnlyMemory<byte>? document, string? qrHost, DateTimeOffset now)
    {
        var judgement = LicenseVerifier.Judge(token, document, qrHost, Trust, _seen, _evidence, now);
        if (judgement is { Token: { } claims, Evidence: { LoggedAt: not null, Since: null } known })
        {
            var particulars = EvidenceAt(claims.List, claims.Index, known.Standing);
            judgement = judgement with { Evidence = known with { Since = particulars.Since, Reason = particulars.Reason, NewestVersion = particulars.NewestVersion } };
        }

        return judgement.ToVerdict(Trust);
    }

    /// <summary>Of a token that was found in the log before without its particulars: neither position nor digest ever change.</summary>
    private StandingEvidence EvidenceFor(ProvenToken token)
    {
        var standing = _standings[token.Claims.List, token.Claims.Index];
        if (standing != Standing.NotIssued && token.LoggedAt is { } position)
            return new StandingEvidence(standing, token.Statement, position, AsOf, Checkpoint.Size, Since: null, Reason: 0, NewestVersion: null);
        var evidence = EvidenceAt(token.Claims.List, token.Claims.Index, standing);
        if (evidence.LoggedDigest == token.Statement)
            token.LoggedAt = evidence.LoggedAt;
        return evidence;
    }

    private StandingEvidence EvidenceAt(int list, int index, Standing standing)
    {
        if (standing == Standing.NotIssued || Lookup.FindStanding(list, index) is not { } logged)
            return new StandingEvidence(Standing.NotIssued, LoggedDigest: null, LoggedAt: null, AsOf, Checkpoint.Size, Since: null, Reason: 0, NewestVersion: null);
        return new StandingEvidence(
            standing, logged.Digest, logged.Position, AsOf, Checkpoint.Size, DateTimeOffset.FromUnixTimeMilliseconds(logged.SinceMs), logged.Reason,
            standing == Standing.Superseded ? NewestVersionOf(list, index) : null);
    }

    private CertificateEvidence EvidenceOf(KeyId issuer, SerialNumber serial) => Certificates.Find(issuer, serial) is { } found
        ? new CertificateEvidence(found.List, found.Index, new StandingEvidence(
            _standings[found.List, found.Index], found.LoggedDigest, found.Position, AsOf, Checkpoint.Size, found.Since, found.Reason, NewestVersion: null))
        : new CertificateEvidence(List: null, Index: null, new StandingEvidence(
            Standing.NotIssued, LoggedDigest: null, LoggedAt: null, AsOf, Checkpoint.Size, Since: null, Reason: 0, NewestVersion: null));

    private int? NewestVersionOf(int list, int index) =>
        Lookup.Find(list, index) is { } version && FindNewest(version.CreditCode) is { } newest ? ClaimsOf(newest)?.Version : null;

    /// <summary>A withdrawn face: the log alone still tells a bad standing, but never a good one.</summary>
    private Verdict WithoutFile(PublishedVersion version, in StandingEvidence evidence)
    {
        var logged = new Check(CheckName.Logged, CheckResult.Pass, Codes.Ok, "The log names a license of the code.");
        var checks = LicenseChecks.Unread(logged, LicenseChecks.Status(logged, evidence, Trust.Card.MaxAge, AsOf));
        var value = evidence.Standing switch
        {
            Standing.Revoked => VerdictValue.Revoked,
            Standing.Cancelled => VerdictValue.Cancelled,
            Standing.Suspended => VerdictValue.Suspended,
            Standing.Superseded => VerdictValue.Superseded,
            _ => VerdictValue.Unknown,
        };
        return new Verdict(
            value, checks, Token: null, Face: null, Identifier: null, OfficeName: null, LicenseVerifier.FactsOf(version.List, version.Index, logged, evidence));
    }

    private static Verdict NoLicense()
    {
        var logged = LicenseChecks.Failed(CheckName.Logged, new Refusal(Codes.NotLogged, "The log names no license of this code."));
        var status = LicenseChecks.Failed(CheckName.Status, new Refusal(Codes.StatusNotIssued, "No license of this code was issued."));
        return new Verdict(VerdictValue.Unknown, LicenseChecks.Unread(logged, status), Token: null, Face: null, Identifier: null, OfficeName: null, Status: null);
    }
}
