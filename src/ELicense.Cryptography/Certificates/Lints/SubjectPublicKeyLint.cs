using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>A key of a kind that the profile allows, well encoded, on its curve and not weak.</summary>
internal sealed class SubjectPublicKeyLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.1.2.7";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        if (!SubjectPublicKey.TryRead(certificate.SubjectPublicKeyInfo, out var key, out var refusal))
            return refusal.Detail;
        if (!context.Profile.Keys.Contains(key.Kind))
            return $"The profile allows no {key.Kind} keys.";
        return KeyRule.Check(key)?.Detail;
    }
}
