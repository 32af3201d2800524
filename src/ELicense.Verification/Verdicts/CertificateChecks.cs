using ELicense.Core;
using ELicense.Core.Trust;
using ELicense.Cryptography.Certificates;
using ELicense.Verification.Trust;

namespace ELicense.Verification.Verdicts;

/// <summary>Each check of a certificate, one a method; names and codes are those of licenses.</summary>
internal static class CertificateChecks
{
    internal static readonly Check Signed = Passed(CheckName.Integrity, "The signature is right.");

    internal static readonly Check NotSigned =
        Failed(CheckName.Integrity, new Refusal(Codes.SignatureInvalid, "The signature is not that of the enterprise CA that it names."));

    internal static Check Failed(CheckName name, Refusal refusal) => new(name, CheckResult.Fail, refusal.Code, refusal.Detail);

    internal static Check NotMade(CheckName name) => NotChecked(name, name switch
    {
        CheckName.Integrity => "The signature was not checked: its issuer is none of the authority's for enterprises.",
        CheckName.Issuer => "The certificate is not intact, so it says nothing about its issuer.",
        CheckName.Holder => "Nobody proved to hold the key; that takes a login or a presentation.",
        CheckName.Origin => "A certificate is shown anywhere.",
        _ => "Not judged: the certificate is not authentic.",
    });

    internal static Check OtherIssuer(TrustedKey? named) => Failed(CheckName.Issuer, named is null
        ? new Refusal(Codes.KeyUnknown, "No CA of the trusted authority has the issuer's name.")
        : new Refusal(Codes.KeyRole, $"Issued by the authority's {named.Role.Name()} key, which does not certify enterprises."));

    internal static Check Issuer(DecodedCertificate certificate, TrustedCa issuer)
    {
        if (!VerifiedTrust.IsWithin(issuer.Key, certificate.From.ToUnixTimeSeconds()))
            return Failed(CheckName.Issuer, new Refusal(Codes.KeyPeriod, $"Issued for {certificate.From:u} on, outside the CA key's period."));
        return Passed(CheckName.Issuer, "Signed by the enterprise CA of the trusted authority.");
    }

    internal static Check Logged(Digest certificate, StandingEvidence? evidence)
    {
        if (evidence is not { } known)
            return NotChecked(CheckName.Logged, "No publication was at hand.");
        if (known.LoggedDigest is not { } logged)
            return Failed(CheckName.Logged, new Refusal(Codes.NotLogged, "The log does not name this serial number up to the size that was read."));
        return logged == certificate
            ? Passed(CheckName.Logged, "The log names this certificate.")
            : Failed(CheckName.Logged, new Refusal(Codes.LogMismatch, "The log names another certificate with this serial number."));
    }

    // RFC 5280 4.1.2.5: both ends are inclusive.
    internal static Check Period(DecodedCertificate certificate, DateTimeOffset now)
    {
        if (now < certificate.From)
            return Failed(CheckName.Period, new Refusal(Codes.NotYetValid, $"Valid from {certificate.From:u} on, which is still to come."));
        return now > certificate.To
            ? Failed(CheckName.Period, new Refusal(Codes.Expired, $"The certificate ended at {certificate.To:u}."))
            : Passed(CheckName.Period, "Within the certificate's period.");
    }

    internal static Check Status(Check logged, StandingEvidence? evidence, long maxAgeSeconds, DateTimeOffset now)
    {
        if (evidence is not { } known)
            return NotChecked(CheckName.Status, "No publication was at hand.");
        if (logged.Code == Codes.LogMismatch)
            return NotChecked(CheckName.Status, "The serial number belongs to another certificate.");
        return LicenseChecks.BadStatus(logged, known, maxAgeSeconds, now) ?? Passed(CheckName.Status, "The certificate is good.");
    }

    private static Check Passed(CheckName name, string detail) => new(name, CheckResult.Pass, Codes.Ok, detail);

    private static Check NotChecked(CheckName name, string detail) => new(name, CheckResult.NotChecked, Codes.NotChecked, detail);
}
