using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>The one policy is stated for keys that a counter made on a token, and for no others.</summary>
internal sealed class CertificatePoliciesLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.2.1.4; docs/certificates.md";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var extension = certificate.Find(X509Oids.CertificatePolicies);
        if (extension is null)
            return context.KeyMadeAtCounter ? "The policy of keys made at a counter is missing." : null;
        if (!context.KeyMadeAtCounter)
            return "A policy is stated for a key that no counter made.";
        var information = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        var policy = information.ReadSequence();
        information.ThrowIfNotEmpty();
        var oid = policy.ReadObjectIdentifier();
        policy.ThrowIfNotEmpty();
        return extension.Critical || oid != context.Profiles.CounterKeyPolicy ? $"The policy {oid} is critical or another than {context.Profiles.CounterKeyPolicy}." : null;
    }
}
