namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>The subject has the attributes of its profile, in their order, each once, and no others.</summary>
internal sealed class SubjectNameLint : CertificateLint
{
    public override string Clause => "RFC 5280 4.1.2.6";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var present = certificate.Subject.Attributes.Select(attribute => attribute.Oid).ToList();
        var expected = context.Profile.SubjectAttributes.Where(oid => present.Contains(oid) || !context.Profile.OptionalAttributes.Contains(oid));
        return present.Count > 0 && present.SequenceEqual(expected)
            ? null
            : $"The subject has {string.Join(", ", present)}, where the profile has {string.Join(", ", context.Profile.SubjectAttributes)}.";
    }
}
