using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Log;
using ELicense.Core.Tokens;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Standings;
using ELicense.Verification.Trust;
using ELicense.Verification.Verdicts;

namespace ELicense.Verification.Publication;

/// <summary>One publication at one log size: answers verifications and look-ups. Good for many threads.</summary>
public sealed class PublicationView
{
    private readonly StatusIndex _standings;
    private readonly Func<LicenseToken, StandingEvidence?> _evidence;

    internal PublicationView(VerifiedTrust trust, Checkpoint checkpoint, DateTimeOffset asOf, LookupIndex lookup, StatusIndex standings)
    {
        Trust = trust;
        Checkpoint = checkpoint;
        AsOf = asOf;
        Lookup = lookup;
        Certificates = new CertificateStandings(lookup, checkpoint.Size);
        _standings = standings;
        _evidence = token => EvidenceAt(token.List, token.Index);
    }

    public VerifiedTrust Trust { get; }

    public Checkpoint Checkpoint { get; }

    /// <summary>Time of the checkpoint's cosignature.</summary>
    public DateTimeOffset AsOf { get; }

    public LookupIndex Lookup { get; }

    /// <summary>Enterprises' certificates.</summary>
    public CertificateStandings Certificates { get; }

    internal StatusIndex Standings => _standings;

    /// <summary>Judges the artefact with nothing but this view. What the publication does not know is unknown, never an error.</summary>
    public Verdict Verify(Artefact artefact, DateTimeOffset now) => artefact switch
    {
        TokenArtefact token => LicenseVerifier.Verify(token.Token, document: null, token.QrHost, Trust, _evidence, now),
        FileArtefact file => LicenseVerifier.Verify(file.Token, file.Document, qrHost: null, Trust, _evidence, now),
        CertificateArtefact certificate => CertificateVerifier.Verify(certificate.Certificate, Trust, EvidenceOf, now),
        CodeArtefact code => VerifyNewest(code.CreditCode, now) ?? NoLicense(),
        _ => throw new ArgumentException($"No way to verify a {artefact.GetType().Name}.", nameof(artefact)),
    };

    /// <summary>The newest version's verdict and face; null when the publication knows no license of the code.</summary>
    public Verdict? VerifyNewest(CreditCode code, DateTimeOffset now)
    {
        if (FindNewest(code) is not { } version)
            return null;
        return version.File is { } bytes && LicenseFile.TryDecode(bytes, out var file, out _)
            ? LicenseVerifier.Verify(file.Token, file.Document, qrHost: null, Trust, _evidence, now)
            : WithoutFile(version);
    }

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

    private PublishedVersion? FindNewest(CreditCode code)
    {
        var newest = Lookup.FindNewest(code);
        // The look-up may already hold what came after this view's checkpoint.
        return newest is null || newest.Position < Checkpoint.Size ? newest : Lookup.Versions(code).LastOrDefault(version => version.Position < Checkpoint.Size);
    }

    private StandingEvidence EvidenceAt(int list, int index)
    {
        var standing = _standings[list, index];
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
        Lookup.Find(list, index) is { } version && NewestToken(version.CreditCode) is { } token
        && CoseSign1.TryDecode(token, LicenseToken.MaxBytes, out var message, out _)
        && LicenseToken.TryDecodeClaims(message.Payload, out var claims, out _)
            ? claims.Version
            : null;

    /// <summary>A withdrawn face: the log alone still tells a bad standing, but never a good one.</summary>
    private Verdict WithoutFile(PublishedVersion version)
    {
        var evidence = EvidenceAt(version.List, version.Index);
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
