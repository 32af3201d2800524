using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Core.Licenses;
using ELicense.Core.Status;
using ELicense.Cryptography.Certificates;
using ELicense.Cryptography.Certificates.Lints;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.Requests;

namespace ELicense.Issuance.Certificates;

/// <summary>The right to one certificate: what the matter that gives it says of the enterprise.</summary>
internal sealed record CertificateRight(long MatterId, LicenseNumber License, CreditCode CreditCode, string Name);

/// <summary>A certificate with its numbers and the exact bytes that will be signed; they are linted, and stored before anything is signed.</summary>
internal sealed class PreparedCertificate
{
    private const int NonceSize = 32;

    private PreparedCertificate(long matterId, long licenseSerial, long certificateIndex, CertificateAuthority issuer, LintedCertificate linted, bool keyMadeAtCounter, byte[] nonce) =>
        (MatterId, LicenseSerial, CertificateIndex, Issuer, Linted, KeyMadeAtCounter, Nonce) = (matterId, licenseSerial, certificateIndex, issuer, linted, keyMadeAtCounter, nonce);

    public long MatterId { get; }

    public long LicenseSerial { get; }

    /// <summary>list * 2^16 + index.</summary>
    public long CertificateIndex { get; }

    public CertificateAuthority Issuer { get; }

    public LintedCertificate Linted { get; }

    public bool KeyMadeAtCounter { get; }

    /// <summary>Of the challenge; random.</summary>
    public byte[] Nonce { get; }

    public Digest KeyHash => Digest.Of(Linted.Certificate.SubjectPublicKeyInfo.Span);

    /// <summary>The subject is what the register says, the period the profile's, within the CA's own. Codes: subject-foreign, certificate-lint.</summary>
    public static bool TryPrepare(
        CertificateAuthority issuer, CertificateRight right, CertificationRequest request, bool keyMadeAtCounter, long certificateIndex, DateTimeOffset now,
        [NotNullWhen(true)] out PreparedCertificate? prepared, out Refusal refusal)
    {
        prepared = null;
        var profile = issuer.Profiles.Enterprise;
        var (last, longest) = (new DateTimeOffset(issuer.Certificate.NotAfter.ToUniversalTime()), now.AddDays(profile.Days));
        var content = new CertificateContent
        {
            Subject = SubjectNames.Enterprise(right.Name, right.CreditCode),
            Key = request.Key,
            From = now,
            To = longest < last ? longest : last,
            List = (int)(certificateIndex / StatusList.CertificateListLength),
            CreditCode = right.CreditCode,
            LicenseNumber = right.License,
            KeyMadeAtCounter = keyMadeAtCounter,
        };
        if (!request.Names(content.Subject, out refusal) || !issuer.TryPrepare(profile, content, out var linted, out refusal))
            return false;
        prepared = new PreparedCertificate(right.MatterId, right.License.Serial, certificateIndex, issuer, linted, keyMadeAtCounter, RandomNumberGenerator.GetBytes(NonceSize));
        return true;
    }

    /// <summary>What a killed process had prepared: the same bytes, linted again, for a CA whose key is in service. Codes: key-differs, certificate-lint.</summary>
    internal static bool TryRehydrate(
        PreparedCertificateRow row, IReadOnlyList<CertificateAuthority> issuers, [NotNullWhen(true)] out PreparedCertificate? prepared, out Refusal refusal)
    {
        prepared = null;
        if (issuers.FirstOrDefault(ca => ca.Kid == row.Issuer) is not { } issuer)
        {
            refusal = new Refusal(Codes.KeyDiffers, $"The certificate of matter {row.MatterId} was prepared for the CA key {row.Issuer}, which is not in service.");
            return false;
        }

        if (!issuer.TryLint(issuer.Profiles.Enterprise, row.ToBeSigned, row.KeyMadeAtCounter, out var linted, out refusal))
            return false;
        prepared = new PreparedCertificate(row.MatterId, row.LicenseSerial, row.CertificateIndex, issuer, linted, row.KeyMadeAtCounter, row.Nonce);
        return true;
    }

    /// <summary>The CA's key signs exactly the stored bytes, and its signature is verified. A token that fails becomes a refusal: the certificate waits.</summary>
    public bool TrySign([NotNullWhen(true)] out byte[]? der, out Refusal refusal)
    {
        try
        {
            der = Issuer.Sign(Linted);
            refusal = default;
            return true;
        }
        catch (Exception e)
        {
            der = null;
            refusal = new Refusal((e as Cryptography.Keys.SigningKeyException)?.Code ?? Codes.TokenFailed, $"The CA's key did not sign: {e.Message}");
            return false;
        }
    }
}

/// <summary>The stored columns of a prepared certificate.</summary>
internal sealed record PreparedCertificateRow(
    long CertificateIndex, long MatterId, long LicenseSerial, KeyId Issuer, Digest KeyHash, bool KeyMadeAtCounter, byte[] ToBeSigned, byte[] Nonce, bool IsSigned);
