namespace ELicense.Cryptography.Certificates;

/// <summary>Object identifiers, by the names that the standards give them.</summary>
public static class X509Oids
{
    // RFC 5280 4.2.1
    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string CrlDistributionPoints = "2.5.29.31";
    public const string CertificatePolicies = "2.5.29.32";
    public const string AuthorityKeyIdentifier = "2.5.29.35";
    public const string ExtendedKeyUsage = "2.5.29.37";

    // RFC 5280 4.2.2.1
    public const string AuthorityInformationAccess = "1.3.6.1.5.5.7.1.1";
    public const string Ocsp = "1.3.6.1.5.5.7.48.1";
    public const string CaIssuers = "1.3.6.1.5.5.7.48.2";

    // RFC 5280 5.2, 5.3
    public const string CrlNumber = "2.5.29.20";
    public const string ReasonCode = "2.5.29.21";
    public const string IssuingDistributionPoint = "2.5.29.28";

    // RFC 5280 4.2.1.12, RFC 9336 3.1
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    public const string EmailProtection = "1.3.6.1.5.5.7.3.4";
    public const string OcspSigning = "1.3.6.1.5.5.7.3.9";
    public const string DocumentSigning = "1.3.6.1.5.5.7.3.36";

    // RFC 6960 4.2.1, 4.2.2.2.1, 4.4
    public const string OcspBasic = "1.3.6.1.5.5.7.48.1.1";
    public const string OcspNonce = "1.3.6.1.5.5.7.48.1.2";
    public const string OcspNoCheck = "1.3.6.1.5.5.7.48.1.5";
    public const string OcspExtendedRevoke = "1.3.6.1.5.5.7.48.1.9";

    // X.520 6: attributes of names
    public const string CommonName = "2.5.4.3";
    public const string CountryName = "2.5.4.6";
    public const string OrganizationName = "2.5.4.10";
    public const string OrganizationIdentifier = "2.5.4.97"; // ETSI EN 319 412-1 5.1.4

    // RFC 5480 2.1, RFC 3279 2.3.1, RFC 8410 3
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string Secp256r1 = "1.2.840.10045.3.1.7";
    public const string Secp384r1 = "1.3.132.0.34";
    public const string RsaEncryption = "1.2.840.113549.1.1.1";
    public const string Ed25519 = "1.3.101.112";

    // RFC 2985 5.4.2
    public const string ExtensionRequest = "1.2.840.113549.1.9.14";
}
