using System.Formats.Asn1;
using System.Net;
using ELicense.Cryptography.Certificates.PublicKeys;

namespace ELicense.Cryptography.Certificates.Profiles;

/// <summary>Writes the extensions of our certificates, CRLs and OCSP answers; criticality is the standard's.</summary>
internal static class X509Extensions
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);
    private static readonly Asn1Tag IpAddress = new(TagClass.ContextSpecific, 7);

    /// <summary>Extension ::= SEQUENCE { extnID, critical DEFAULT FALSE, extnValue } (RFC 5280 4.1).</summary>
    public static void Write(AsnWriter writer, DecodedExtension extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.Critical)
                writer.WriteBoolean(true);
            writer.WriteOctetString(extension.Value.Span);
        }
    }

    /// <summary>RFC 5280 4.2.1.1: keyIdentifier only.</summary>
    public static DecodedExtension AuthorityKeyIdentifier(byte[] keyIdentifier) => Make(X509Oids.AuthorityKeyIdentifier, critical: false, writer =>
    {
        using (writer.PushSequence())
            writer.WriteOctetString(keyIdentifier, Context0);
    });

    /// <summary>RFC 5280 4.2.1.2.</summary>
    public static DecodedExtension SubjectKeyIdentifier(SubjectPublicKey key) =>
        Make(X509Oids.SubjectKeyIdentifier, critical: false, writer => writer.WriteOctetString(key.KeyIdentifier));

    /// <summary>RFC 5280 4.2.1.3.</summary>
    public static DecodedExtension KeyUsage(IReadOnlyList<KeyUsageBit> bits) => Make(X509Oids.KeyUsage, critical: true, writer =>
    {
        // X.690 11.2.2: a named bit list ends with its last one bit. Bit 0 is the first octet's most significant.
        var last = bits.Max(bit => (int)bit);
        var octets = new byte[(last / 8) + 1];
        foreach (var bit in bits)
            octets[(int)bit / 8] |= (byte)(0x80 >> ((int)bit % 8));
        writer.WriteBitString(octets, 7 - (last % 8));
    });

    /// <summary>RFC 5280 4.2.1.9: critical, for end entities too.</summary>
    public static DecodedExtension BasicConstraints(CertificateProfile profile) => Make(X509Oids.BasicConstraints, critical: true, writer =>
    {
        using (writer.PushSequence())
        {
            if (profile.Authority)
                writer.WriteBoolean(true);
            if (profile.PathLength is { } pathLength)
                writer.WriteInteger(pathLength);
        }
    });

    /// <summary>RFC 5280 4.2.1.12.</summary>
    public static DecodedExtension ExtendedKeyUsage(IReadOnlyList<string> purposes) => Make(X509Oids.ExtendedKeyUsage, critical: false, writer =>
    {
        using (writer.PushSequence())
        {
            foreach (var purpose in purposes)
                writer.WriteObjectIdentifier(purpose);
        }
    });

    /// <summary>RFC 5280 4.2.1.4: one policy without qualifiers.</summary>
    public static DecodedExtension CertificatePolicies(string policy) => Make(X509Oids.CertificatePolicies, critical: false, writer =>
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteObjectIdentifier(policy);
    });

    /// <summary>RFC 5280 4.2.1.6: dNSName and iPAddress.</summary>
    public static DecodedExtension SubjectAlternativeName(IReadOnlyList<string> dnsNames, IReadOnlyList<IPAddress> addresses) =>
        Make(X509Oids.SubjectAlternativeName, critical: false, writer =>
        {
            using (writer.PushSequence())
            {
                foreach (var name in dnsNames)
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsName);
                foreach (var address in addresses)
                    writer.WriteOctetString(address.GetAddressBytes(), IpAddress);
            }
        });

    /// <summary>RFC 5280 4.2.1.13: one point, fullName, one address.</summary>
    public static DecodedExtension CrlDistributionPoints(string address) => Make(X509Oids.CrlDistributionPoints, critical: false, writer =>
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
            WriteDistributionPointName(writer, address);
    });

    /// <summary>RFC 5280 5.2.5: critical; the address is that of the certificates' distribution point, encoded alike.</summary>
    public static DecodedExtension IssuingDistributionPoint(string address) => Make(X509Oids.IssuingDistributionPoint, critical: true, writer =>
    {
        using (writer.PushSequence())
            WriteDistributionPointName(writer, address);
    });

    /// <summary>RFC 5280 4.2.2.1.</summary>
    public static DecodedExtension AuthorityInformationAccess(string caCertificate, string? ocsp) => Make(X509Oids.AuthorityInformationAccess, critical: false, writer =>
    {
        using (writer.PushSequence())
        {
            if (ocsp is not null)
                WriteAccess(writer, X509Oids.Ocsp, ocsp);
            WriteAccess(writer, X509Oids.CaIssuers, caCertificate);
        }
    });

    /// <summary>RFC 6960 4.2.2.2.1: NULL, not critical.</summary>
    public static DecodedExtension OcspNoCheck() => Make(X509Oids.OcspNoCheck, critical: false, writer => writer.WriteNull());

    public static DecodedExtension PrintableString(string oid, string value) =>
        Make(oid, critical: false, writer => writer.WriteCharacterString(UniversalTagNumber.PrintableString, value));

    public static DecodedExtension Make(string oid, bool critical, Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return new DecodedExtension(oid, critical, writer.Encode());
    }

    // DistributionPointName ::= CHOICE { fullName [0] GeneralNames, … }, itself [0] of its parent.
    private static void WriteDistributionPointName(AsnWriter writer, string address)
    {
        using (writer.PushSequence(Context0))
        using (writer.PushSequence(Context0))
            writer.WriteCharacterString(UniversalTagNumber.IA5String, address, UniformResourceIdentifier);
    }

    private static void WriteAccess(AsnWriter writer, string method, string address)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(method);
            writer.WriteCharacterString(UniversalTagNumber.IA5String, address, UniformResourceIdentifier);
        }
    }
}
