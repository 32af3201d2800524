using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>UTCTime through 2049, GeneralizedTime from 2050 on.</summary>
internal sealed class TimeFormLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.1.2.5";

    public override string? Finding(DecodedCertificate certificate, LintContext context) =>
        Fits(certificate.From, certificate.TimeForms.From) && Fits(certificate.To, certificate.TimeForms.To) ? null : "Dates through 2049 are UTCTime, later ones GeneralizedTime.";

    private static bool Fits(DateTimeOffset time, UniversalTagNumber form) => form == (time.Year < 2050 ? UniversalTagNumber.UtcTime : UniversalTagNumber.GeneralizedTime);
}
