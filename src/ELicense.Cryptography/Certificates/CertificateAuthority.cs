using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates.Lints;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates;

/// <summary>A CA: its key, its certificate, and the profiles by which it issues: content → TBSCertificate → linted → signed.</summary>
public sealed class CertificateAuthority
{
    private readonly SigningKey _key;
    private readonly DecodedCertificate _issuer;
    private readonly StatusAddresses _addresses;

    /// <param name="key">Its caller's; stays open.</param>
    /// <exception cref="ArgumentException">The certificate is for another key, or not as RFC 5280 4.1 says.</exception>
    public CertificateAuthority(SigningKey key, X509Certificate2 certificate, CertificateProfiles profiles, StatusAddresses addresses)
    {
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey.SubjectPublicKeyInfo.Span))
            throw new ArgumentException($"The issuer's certificate is for another key than {key.PublicKey}.", nameof(certificate));
        if (!DecodedCertificate.TryReadCertificate(certificate.RawDataMemory, out var issuer, out var refusal))
            throw new ArgumentException(refusal.ToString(), nameof(certificate));
        (_key, Certificate, _issuer, Profiles, _addresses) = (key, certificate, issuer, profiles, addresses);
    }

    public X509Certificate2 Certificate { get; }

    public CertificateProfiles Profiles { get; }

    /// <summary>Its caller's.</summary>
    public SigningKey Key => _key;

    /// <summary>Of the CA's key.</summary>
    public KeyId Kid => _key.PublicKey.Kid;

    public StatusAddresses Addresses => _addresses;

    internal Suite Suite => _key.Suite;

    /// <summary>What the CA's certificate says, however it was made (RFC 5280 4.2.1.1).</summary>
    internal byte[] SubjectKeyIdentifier => _issuer.Find(X509Oids.SubjectKeyIdentifier) is { } extension
        ? new AsnReader(extension.Value, AsnEncodingRules.DER).ReadOctetString()
        : throw new InvalidOperationException("The CA's certificate has no subject key identifier (RFC 5280 4.2.1.2).");

    /// <summary>The root's certificate, which its own key signs.</summary>
    /// <exception cref="InvalidOperationException">Content and profile do not fit: the lints' findings.</exception>
    public static X509Certificate2 SelfSign(SigningKey root, X500DistinguishedName name, DateTimeOffset from, DateTimeOffset to, CertificateProfiles profiles, StatusAddresses addresses)
    {
        var content = new CertificateContent { Subject = name, Key = SubjectPublicKey.Of(root.PublicKey), From = from, To = to };
        var written = TbsCertificate.Write(profiles.Root, profiles, content, SerialNumber.Generate(), root.Suite, name, null, root.PublicKey.Kid, addresses);
        var context = new LintContext(profiles.Root, profiles, Issuer: null, root.PublicKey, addresses, KeyMadeAtCounter: false);
        return LintedCertificate.TryLint(written, context, out var linted, out var refusal)
            ? X509CertificateLoader.LoadCertificate(linted.Sign(root))
            : throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>Everything but the signature. Codes: certificate-lint.</summary>
    public bool TryPrepare(CertificateProfile profile, CertificateContent content, [NotNullWhen(true)] out LintedCertificate? linted, out Refusal refusal)
    {
        var written = TbsCertificate.Write(
            profile, Profiles, content, SerialNumber.Generate(), _key.Suite, Certificate.SubjectName, SubjectKeyIdentifier, _key.PublicKey.Kid, _addresses);
        return TryLint(profile, written, content.KeyMadeAtCounter, out linted, out refusal);
    }

    /// <summary>Bytes that were prepared before, judged again. Codes as <see cref="LintedCertificate.TryLint"/>.</summary>
    public bool TryLint(
        CertificateProfile profile, ReadOnlyMemory<byte> toBeSigned, bool keyMadeAtCounter, [NotNullWhen(true)] out LintedCertificate? linted, out Refusal refusal) =>
        LintedCertificate.TryLint(toBeSigned, new LintContext(profile, Profiles, _issuer, _key.PublicKey, _addresses, keyMadeAtCounter), out linted, out refusal);

    /// <returns>The certificate, DER; its signature was checked.</returns>
    public byte[] Sign(LintedCertificate linted) => linted.Sign(_key);

    /// <summary>Prepares and signs what its caller knows to be right.</summary>
    /// <exception cref="InvalidOperationException">Content and profile do not fit: the lints' findings.</exception>
    public X509Certificate2 Issue(CertificateProfile profile, CertificateContent content) => TryPrepare(profile, content, out var linted, out var refusal)
        ? X509CertificateLoader.LoadCertificate(Sign(linted))
        : throw new InvalidOperationException(refusal.ToString());

    /// <param name="toBeSigned">A TBSCertList that was just written.</param>
    internal byte[] SignList(byte[] toBeSigned) => X509Signing.Sign(_key, toBeSigned);
}
