using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Verdicts;

/// <summary>What is known of one certificate at one log size.</summary>
/// <param name="List">Null when the log names no certificate of this issuer and serial number.</param>
public sealed record CertificateEvidence(int? List, int? Index, StandingEvidence Standing);

/// <summary>An enterprise's certificate judged: DER, trust, standing and instant in, verdict out. The chain is the trust card's enterprise CA and nothing else; no store, no network.</summary>
public static class CertificateVerifier
{
    /// <param name="evidenceFor">Asked once, when integrity and issuer have passed; null result: no publication at hand.</param>
    public static Verdict Verify(
        ReadOnlyMemory<byte> der, VerifiedTrust trust, Func<KeyId, SerialNumber, CertificateEvidence?> evidenceFor, DateTimeOffset now)
    {
        if (!TryRead(der, out var decoded, out var serial, out var certificate, out var refusal))
            return NotAuthentic(CertificateChecks.Failed(CheckName.Integrity, refusal), CertificateChecks.NotMade(CheckName.Issuer), certificate: null);

        // Step 1: which CA of the authority does it name, and did that one sign it?
        using var loaded = certificate;
        var named = trust.Cas.Where(ca => ca.Certificate.SubjectName.RawData.AsSpan().SequenceEqual(decoded.Issuer.Der.Span)).ToList();
        var facts = Facts(decoded, serial, issuer: null);
        if (!named.Exists(ca => ca.Key.Role == KeyRole.EnterpriseCa))
            return NotAuthentic(CertificateChecks.NotMade(CheckName.Integrity), CertificateChecks.OtherIssuer(named.FirstOrDefault()?.Key), facts);
        if (named.Find(ca => ca.Key.Role == KeyRole.EnterpriseCa && IssuedCertificate.IsBy(ca.Certificate, certificate)) is not { } issuer)
            return NotAuthentic(CertificateChecks.NotSigned, CertificateChecks.NotMade(CheckName.Issuer), facts);
        facts = Facts(decoded, serial, issuer.Key.Kid);
        var scope = CertificateChecks.Issuer(decoded, issuer);
        if (scope.Result != CheckResult.Pass)
            return NotAuthentic(CertificateChecks.Signed, scope, facts);

        // Step 2: does the log know it, and in what standing?
        var evidence = evidenceFor(issuer.Key.Kid, serial);
        var logged = CertificateChecks.Logged(Digest.Of(der.Span), evidence?.Standing);
        scope = LicenseChecks.IssuerAtPosition(scope, logged.Result == CheckResult.Pass ? evidence?.Standing.LoggedAt : null, issuer.Key);
        var status = CertificateChecks.Status(logged, evidence?.Standing, trust.Card.MaxAge, now);
        var period = CertificateChecks.Period(decoded, now);
        var origin = CertificateChecks.NotMade(CheckName.Origin);
        Check[] checks = [CertificateChecks.Signed, scope, logged, period, status, CertificateChecks.NotMade(CheckName.Holder), origin];
        var standing = LicenseVerifier.FactsOf(evidence?.List, evidence?.Index, logged, evidence?.Standing);
        if (evidence is not null && standing.Value is not null)
            standing = standing with { ReasonCode = CertificateReasons.CodeOf(evidence.Standing.Reason) };
        return Compose(LicenseVerifier.Decide(CertificateChecks.Signed, scope, logged, period, status, origin, standing.Value), checks, facts, standing);
    }

    private static bool TryRead(
        ReadOnlyMemory<byte> der, [NotNullWhen(true)] out DecodedCertificate? decoded, out SerialNumber serial, [NotNullWhen(true)] out X509Certificate2? certificate,
        out Refusal refusal)
    {
        (serial, certificate) = (default, null);
        if (!DecodedCertificate.TryReadCertificate(der, out decoded, out refusal))
            return false;
        if (!SerialNumber.TryFromInteger(decoded.SerialOctets.Span, out serial))
        {
            refusal = new Refusal(Codes.Malformed, "The serial number is none of RFC 5280 4.1.2.2.");
            return false;
        }

        return ForeignCertificate.TryLoad(der.Span, out certificate, out refusal);
    }

    /// <summary>Whose certificate it says it is; null when it names no credit code.</summary>
    internal static CreditCode? HolderOf(DecodedCertificate certificate)
    {
        var identifier = certificate.Subject.Find(X509Oids.OrganizationIdentifier) ?? "";
        return identifier.StartsWith(SubjectNames.OrganizationIdentifierPrefix, StringComparison.Ordinal) && CreditCode.TryParse(identifier[SubjectNames.OrganizationIdentifierPrefix.Length..], out var code, out _) ? code : null;
    }

    private static CertificateFacts Facts(DecodedCertificate certificate, SerialNumber serial, KeyId? issuer) =>
        new(issuer, serial, HolderOf(certificate), certificate.Subject.Find(X509Oids.CommonName), certificate.From, certificate.To);

    private static Verdict NotAuthentic(Check integrity, Check issuer, CertificateFacts? certificate)
    {
        Check[] checks = [integrity, issuer, .. Enum.GetValues<CheckName>().Skip(2).Select(CertificateChecks.NotMade)];
        return Compose(VerdictValue.Invalid, checks, certificate, status: null);
    }

    private static Verdict Compose(VerdictValue value, Check[] checks, CertificateFacts? certificate, StatusFacts? status) =>
        new(value, checks, Token: null, Face: null, Identifier: null, OfficeName: null, status) { Certificate = certificate };
}
