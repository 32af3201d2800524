namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>Positive, at most 20 octets, and long enough for 64 random bits.</summary>
internal sealed class SerialNumberLint : CertificateLint
{
    private const int FewestOctets = 8;

    public override string Clause => "RFC 5280 4.1.2.2; CA/Browser Forum Baseline Requirements 7.1";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        if (!SerialNumber.TryFromInteger(certificate.SerialOctets.Span, out var serial))
            return $"The serial number is not positive, or has more than {SerialNumber.MaxSize} octets.";
        return serial.ToArray().Length < FewestOctets ? $"The serial number has no room for 64 random bits: {serial}." : null;
    }
}
