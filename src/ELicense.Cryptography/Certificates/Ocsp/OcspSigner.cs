using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ELicense.Core;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates.Ocsp;

/// <summary>A delegate (RFC 6960 4.2.2.2): signs answers for the one CA that issued its certificate, and nothing outside its certificate's period.</summary>
public sealed class OcspSigner
{
    private readonly SigningTurns _turns;
    private readonly byte[] _certificate;
    private readonly byte[] _keyHash;

    /// <param name="turns">Of the key, for all delegates that have it.</param>
    /// <exception cref="ArgumentException">The certificate is for another key, was not issued by this CA, or is not made for signing answers without being checked itself.</exception>
    public OcspSigner(SigningTurns turns, X509Certificate2 certificate, X509Certificate2 issuer)
    {
        var key = turns.Key;
        if (!certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKey.SubjectPublicKeyInfo.Span))
            throw new ArgumentException($"The delegate's certificate is for another key than {key.PublicKey}.", nameof(certificate));
        if (!IssuedCertificate.IsBy(issuer, certificate))
            throw new ArgumentException("The delegate's certificate was not issued by the CA that it is to answer for (RFC 6960 4.2.2.2).", nameof(certificate));
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().All(usage => usage.EnhancedKeyUsages[X509Oids.OcspSigning] is null)
            || certificate.Extensions[X509Oids.OcspNoCheck] is null)
        {
            throw new ArgumentException("The delegate's certificate has no OCSPSigning, or no id-pkix-ocsp-nocheck (RFC 6960 4.2.2.2).", nameof(certificate));
        }

        (_turns, _certificate, Issuer) = (turns, certificate.RawData, new OcspIssuer(issuer));
        (From, To) = (new DateTimeOffset(certificate.NotBefore).ToUniversalTime(), new DateTimeOffset(certificate.NotAfter).ToUniversalTime());
#pragma warning disable CA5350 // RFC 6960 4.2.1: KeyHash is SHA-1; it finds the certificate, and protects nothing.
        _keyHash = SHA1.HashData(SubjectPublicKey.Of(key.PublicKey).KeyBits.Span);
#pragma warning restore CA5350
    }

    public OcspIssuer Issuer { get; }

    public DateTimeOffset From { get; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset To { get; }

    /// <summary>Signs; the certificate goes with the answer.</summary>
    /// <param name="thisUpdate">When the standing was known to be right.</param>
    /// <param name="nextUpdate">Cut to the end of the delegate's certificate.</param>
    /// <returns>OCSPResponse, DER.</returns>
    /// <exception cref="InvalidOperationException">Outside the delegate's period, or an answer for another CA's certificate.</exception>
    public Task<byte[]> SignAsync(
        IReadOnlyList<OcspAnswer> answers, DateTimeOffset now, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, ReadOnlyMemory<byte>? nonce = null)
    {
        if (now < From || now > To)
            throw new InvalidOperationException($"{Codes.CertificateExpired}: the OCSP delegate's certificate is good from {From:u} to {To:u}.");
        if (answers.Count == 0 || answers.Any(answer => !Issuer.Issued(answer.Certificate)))
            throw new InvalidOperationException($"{Codes.IssuerScope}: a delegate answers for certificates of its CA only.");
        var until = nextUpdate <= To ? nextUpdate : To;
        if (thisUpdate > now || until <= thisUpdate)
            throw new InvalidOperationException($"An answer from {thisUpdate:u} to {until:u} cannot be made at {now:u}.");
        return SignAsync(OcspResponse.ResponseData(_keyHash, now, thisUpdate, until, answers, nonce), forOneAsker: nonce is not null);
    }

    private async Task<byte[]> SignAsync(byte[] data, bool forOneAsker)
    {
        var key = _turns.Key.PublicKey;
        var signature = await _turns.SignAsync(data);

        // An answer that is kept goes to many; that of a nonce to one who verifies it, and its turn was sampled.
        var encoded = forOneAsker ? X509Signing.Encoded(key.Suite, signature) : X509Signing.Checked(key, data, signature);
        return OcspResponse.Successful(data, key.Suite, encoded, _certificate);
    }
}
