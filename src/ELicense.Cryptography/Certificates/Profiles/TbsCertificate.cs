using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates.Profiles;

/// <summary>Writes TBSCertificate (RFC 5280 4.1.2) as a profile and a content ask for. Whether that conforms is judged on its bytes, by the lints.</summary>
internal static class TbsCertificate
{
    private const int V3 = 2;
    private static readonly Asn1Tag VersionTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 3);

    /// <param name="issuerKeyIdentifier">Null for a self-signed root.</param>
    public static byte[] Write(
        CertificateProfile profile, CertificateProfiles profiles, CertificateContent content, SerialNumber serial, Suite suite,
        X500DistinguishedName issuer, byte[]? issuerKeyIdentifier, KeyId issuerKey, StatusAddresses addresses)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(VersionTag))
                writer.WriteInteger(V3); // 4.1.2.1
            writer.WriteIntegerUnsigned(serial.ToArray()); // 4.1.2.2
            writer.WriteEncodedValue(X509Signing.AlgorithmIdentifier(suite)); // 4.1.2.3
            writer.WriteEncodedValue(issuer.RawData); // 4.1.2.4: the issuer's subject, octet by octet
            using (writer.PushSequence())
            {
                X509Time.Write(writer, content.From); // 4.1.2.5
                X509Time.Write(writer, content.To);
            }

            writer.WriteEncodedValue(content.Subject.RawData); // 4.1.2.6
            writer.WriteEncodedValue(content.Key.SubjectPublicKeyInfo.Span); // 4.1.2.7
            using (writer.PushSequence(ExtensionsTag))
            using (writer.PushSequence())
            {
                foreach (var extension in Extensions(profile, profiles, content, issuerKeyIdentifier, issuerKey, addresses))
                    X509Extensions.Write(writer, extension);
            }
        }

        return writer.Encode();
    }

    private static IEnumerable<DecodedExtension> Extensions(
        CertificateProfile profile, CertificateProfiles profiles, CertificateContent content, byte[]? issuerKeyIdentifier, KeyId issuerKey, StatusAddresses addresses)
    {
        if (issuerKeyIdentifier is not null)
            yield return X509Extensions.AuthorityKeyIdentifier(issuerKeyIdentifier);
        yield return X509Extensions.SubjectKeyIdentifier(content.Key);
        yield return X509Extensions.KeyUsage(profile.KeyUsage);
        yield return X509Extensions.BasicConstraints(profile);
        if (profile.ExtendedKeyUsage.Count > 0)
            yield return X509Extensions.ExtendedKeyUsage(profile.ExtendedKeyUsage);
        if (content.KeyMadeAtCounter)
            yield return X509Extensions.CertificatePolicies(profiles.CounterKeyPolicy);
        if (content.DnsNames.Count > 0 || content.IpAddresses.Count > 0)
            yield return X509Extensions.SubjectAlternativeName(content.DnsNames, content.IpAddresses);
        if (RevocationListAddress(profile, content, issuerKey, addresses) is { } list)
            yield return X509Extensions.CrlDistributionPoints(list);
        if (issuerKeyIdentifier is not null)
            yield return X509Extensions.AuthorityInformationAccess(addresses.CaCertificate(issuerKey), profile.Ocsp ? addresses.Ocsp : null);
        if (profile.OcspNoCheck)
            yield return X509Extensions.OcspNoCheck();
        if (content.CreditCode is { } code)
            yield return X509Extensions.PrintableString(profiles.CreditCodeExtension, code.Value);
        if (content.LicenseNumber is { } number)
            yield return X509Extensions.PrintableString(profiles.LicenseNumberExtension, number.ToString());
    }

    private static string? RevocationListAddress(CertificateProfile profile, CertificateContent content, KeyId issuerKey, StatusAddresses addresses) => profile.RevocationList switch
    {
        RevocationListKind.Complete => addresses.CompleteList(issuerKey),
        RevocationListKind.Shard when content.List is { } list => addresses.Shard(issuerKey, list),
        _ => null,
    };
}
