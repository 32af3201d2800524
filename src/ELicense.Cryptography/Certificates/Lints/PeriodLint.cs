namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>A period that is one, not longer than the profile's, and within the issuer's: a certificate that outlives its issuer cannot be validated to its end.</summary>
internal sealed class PeriodLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.1.2.5, 6.1.3 (a)(2)";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var (from, to) = (certificate.From, certificate.To);
        if (from > to)
            return $"The period from {from:u} to {to:u} is none.";
        if (to - from > TimeSpan.FromDays(context.Profile.Days))
            return $"The period from {from:u} to {to:u} is longer than {context.Profile.Days} days.";
        return context.Issuer is { } issuer && (from < issuer.From || to > issuer.To)
            ? $"The period from {from:u} to {to:u} is not within the issuer's, {issuer.From:u} to {issuer.To:u}."
            : null;
    }
}
