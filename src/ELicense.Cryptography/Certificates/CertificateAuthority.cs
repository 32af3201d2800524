using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates;

/// <summary>Signs certificates (RFC 5280) with a <see cref="SigningKey"/>; serial numbers have 128 random bits, positive. The last second of the period counts.</summary>
public static class CertificateAuthority
{
    private const int SerialSize = 16;

    // RFC 5280 A.1: ub-common-name, ub-organization-name.
    private const int MaxNameCharacters = 64;
    private const string OrganizationIdentifier = "2.5.4.97";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1"; // RFC 5280 4.2.1.12

    /// <summary>Self-signed root: CA true, keyCertSign and cRLSign, subject key identifier.</summary>
    /// <param name="distinguishedName">Text of RFC 4514, the country last: CN=Root, O=Authority, C=CN.</param>
    public static X509Certificate2 SelfSign(SigningKey root, string distinguishedName, DateTimeOffset from, DateTimeOffset to)
    {
        var name = new X500DistinguishedName(distinguishedName);
        var request = Request(name, root.PublicKey);
        AddAuthority(request, pathLength: null);
        return Sign(request, name, root, from, to);
    }

    /// <summary>Subordinate CA with path length 0.</summary>
    /// <param name="distinguishedName">As for the root.</param>
    public static X509Certificate2 SignSubordinate(
        SigningKey issuer, X509Certificate2 issuerCertificate, VerificationKey subject, string distinguishedName, DateTimeOffset from, DateTimeOffset to)
    {
        var request = Request(new X500DistinguishedName(distinguishedName), subject);
        AddAuthority(request, pathLength: 0);
        return Sign(request, issuer, issuerCertificate, from, to);
    }

    /// <summary>End entity: CA false, digitalSignature, the extended key usages given.</summary>
    /// <param name="commonName">At most 64 characters.</param>
    /// <param name="organizationIdentifier">
    /// 2.5.4.97, ETSI EN 319 412-1, e.g. NTRCN-91350100M000100Y43: the subject is then C=CN, O=the name, the identifier, CN=the name (EN 319 412-3 4.2.1). Null for officers.
    /// </param>
    public static X509Certificate2 SignEndEntity(
        SigningKey issuer, X509Certificate2 issuerCertificate, VerificationKey subject, string commonName, string? organizationIdentifier,
        IReadOnlyList<string> extendedKeyUsages, DateTimeOffset from, DateTimeOffset to)
    {
        if (commonName.Length is 0 or > MaxNameCharacters)
            throw new ArgumentException($"A common name has 1 to {MaxNameCharacters} characters, not {commonName.Length}.", nameof(commonName));
        var request = Request(SubjectName(commonName, organizationIdentifier), subject);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        if (extendedKeyUsages.Count > 0)
        {
            var usages = new OidCollection();
            foreach (var usage in extendedKeyUsages)
                usages.Add(new Oid(usage));
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, critical: false));
        }

        return Sign(request, issuer, issuerCertificate, from, to);
    }

    /// <summary>A service's certificate (TLS server): CA false, digitalSignature, serverAuth, and the names that clients check (RFC 9525).</summary>
    public static X509Certificate2 SignService(
        SigningKey issuer, X509Certificate2 issuerCertificate, VerificationKey subject, string commonName, IReadOnlyList<string> dnsNames,
        IReadOnlyList<IPAddress> addresses, DateTimeOffset from, DateTimeOffset to)
    {
        var request = Request(SubjectName(commonName, organizationIdentifier: null), subject);
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForEndEntity(critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        var names = new SubjectAlternativeNameBuilder(); // RFC 5280 4.2.1.6
        foreach (var name in dnsNames)
            names.AddDnsName(name);
        foreach (var address in addresses)
            names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        return Sign(request, issuer, issuerCertificate, from, to);
    }

    private static X500DistinguishedName SubjectName(string commonName, string? organizationIdentifier)
    {
        // The builder writes what was added last first, as RFC 4514 2.1 does: the country leads in the encoding.
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        if (organizationIdentifier is not null)
        {
            name.Add(OrganizationIdentifier, organizationIdentifier, UniversalTagNumber.UTF8String);
            name.AddOrganizationName(commonName);
            name.AddCountryOrRegion("CN");
        }

        return name.Build();
    }

    private static CertificateRequest Request(X500DistinguishedName name, VerificationKey subject)
    {
        var publicKey = PublicKey.CreateFromSubjectPublicKeyInfo(subject.SubjectPublicKeyInfo.Span, out _);
        var request = new CertificateRequest(name, publicKey, HashAlgorithmName.SHA256);

        // RFC 7093 2, method 1: 160 bits of SHA-256. Not critical (RFC 5280 4.2.1.2).
        request.CertificateExtensions.Add(
            new X509SubjectKeyIdentifierExtension(publicKey, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, critical: false));
        return request;
    }

    // RFC 5280 4.2.1.9 and 4.2.1.3: both critical in a CA's certificate.
    private static void AddAuthority(CertificateRequest request, int? pathLength)
    {
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority(pathLength));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
    }

    private static X509Certificate2 Sign(CertificateRequest request, SigningKey issuer, X509Certificate2 issuerCertificate, DateTimeOffset from, DateTimeOffset to)
    {
        if (!issuerCertificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(issuer.PublicKey.SubjectPublicKeyInfo.Span))
            throw new ArgumentException($"The issuer's certificate is for another key than {issuer.PublicKey}.", nameof(issuerCertificate));
        var (issuerFrom, issuerTo) = (new DateTimeOffset(issuerCertificate.NotBefore), new DateTimeOffset(issuerCertificate.NotAfter));
        if (from < issuerFrom || to > issuerTo)
            throw new ArgumentException($"The period {from:u} to {to:u} is not within the issuer's, {issuerFrom:u} to {issuerTo:u}.", nameof(to));

        // RFC 5280 4.2.1.1.
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuerCertificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        return Sign(request, issuerCertificate.SubjectName, issuer, from, to);
    }

    private static X509Certificate2 Sign(CertificateRequest request, X500DistinguishedName issuerName, SigningKey issuer, DateTimeOffset from, DateTimeOffset to) =>
        request.Create(issuerName, new CertificateSignatures(issuer), from, to, RandomNumberGenerator.GetBytes(SerialSize));
}
