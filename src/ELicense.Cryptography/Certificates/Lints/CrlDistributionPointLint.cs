using System.Formats.Asn1;
using System.Globalization;
using ELicense.Cryptography.Certificates.Profiles;

namespace ELicense.Cryptography.Certificates.Lints;

/// <summary>One distribution point with one plain-HTTP address, that of the issuing key's shard or complete list, as the profile says; not critical.</summary>
internal sealed class CrlDistributionPointLint : CertificateLint
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);

    public override string Clause => "RFC 5280 4.2.1.13, 8";

    public override string? Finding(DecodedCertificate certificate, LintContext context)
    {
        var extension = certificate.Find(X509Oids.CrlDistributionPoints);
        if (context.Profile.RevocationList == RevocationListKind.None)
            return extension is null ? null : "The profile has no CRL.";
        if (extension is null or { Critical: true })
            return "The CRL distribution point is missing or critical.";
        var address = Read(extension);
        var kid = context.IssuerKey.Kid;
        var good = context.Profile.RevocationList == RevocationListKind.Complete
            ? address == context.Addresses.CompleteList(kid)
            : address.StartsWith(context.Addresses.Lists(kid), StringComparison.Ordinal)
                && int.TryParse(Path.GetFileNameWithoutExtension(address), NumberStyles.None, CultureInfo.InvariantCulture, out var list)
                && address == context.Addresses.Shard(kid, list);
        return good ? null : $"{address} is not the address of a CRL of this profile and issuer.";
    }

    private static string Read(DecodedExtension extension)
    {
        var points = new AsnReader(extension.Value, AsnEncodingRules.DER).ReadSequence();
        var point = points.ReadSequence();
        points.ThrowIfNotEmpty();
        var name = point.ReadSequence(Context0);
        point.ThrowIfNotEmpty();
        var fullName = name.ReadSequence(Context0);
        name.ThrowIfNotEmpty();
        var address = fullName.ReadCharacterString(UniversalTagNumber.IA5String, UniformResourceIdentifier);
        fullName.ThrowIfNotEmpty();
        return address;
    }
}
