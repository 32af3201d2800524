using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>Exactly the purposes of the profile, not critical. Signing OCSP answers goes with nothing else.</summary>
internal sealed class ExtendedKeyUsageLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.2.1.12; RFC 6960 4.2.2.2";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var extension = certificate.Find(X509Oids.ExtendedKeyUsage);
        if (extension is { Critical: true })
            return "Extended key usage is critical.";
        var purposes = new List<string>();
        if (extension is not null)
        {
            var sequence = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
                purposes.Add(sequence.ReadObjectIdentifier());
        }

        if (purposes.Contains(X509Oids.OcspSigning) && purposes.Count > 1)
            return "Who signs OCSP answers has no other purpose.";
        return purposes.SequenceEqual(context.Profile.ExtendedKeyUsage)
            ? null
            : $"The purposes are {string.Join(", ", purposes)}, not {string.Join(", ", context.Profile.ExtendedKeyUsage)}.";
    }
}
