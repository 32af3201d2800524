using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ELicense.Core;
using ELicense.Cryptography.Certificates.PublicKeys;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates.Requests;

/// <summary>A request for a certificate (PKCS #10, RFC 2986) whose key is strong enough and whose signature proves that the applicant holds it. Nothing else in it is believed.</summary>
public sealed class CertificationRequest
{
    public const int MaxBytes = 16 * 1024;
    private const int MaxDepth = 12;
    private const string PemLabel = "CERTIFICATE REQUEST"; // RFC 7468 7

    private CertificationRequest(SubjectPublicKey key, DecodedName subject) => (Key, Subject) = (key, subject);

    public SubjectPublicKey Key { get; }

    /// <summary>What the applicant wrote; see <see cref="Names"/>.</summary>
    public DecodedName Subject { get; }

    /// <summary>DER, or one PEM block and nothing else. Codes: too-large, too-deep, malformed, algorithm-unsupported, key-weak, request-signature.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out CertificationRequest? request, out Refusal refusal)
    {
        request = null;
        if (bytes.Length > MaxBytes)
            return Refuse(new Refusal(Codes.TooLarge, $"{bytes.Length} bytes, a request has at most {MaxBytes}."), out refusal);
        if (!TryUnwrap(bytes, out var der))
            return Refuse(new Refusal(Codes.Malformed, $"Neither DER nor one PEM block labelled {PemLabel} (RFC 7468 7)."), out refusal);
        if (!BoundedDer.Check(der, MaxBytes, MaxDepth, out refusal))
            return false;
        try
        {
            request = Read(der, out refusal);
        }
        catch (AsnContentException e)
        {
            refusal = new Refusal(Codes.Malformed, $"Not a CertificationRequest of RFC 2986 4: {e.Message}");
        }

        return request is not null;
    }

    /// <summary>A request by the key itself, for whoever holds a token: no attributes, since the profile decides.</summary>
    /// <returns>DER.</returns>
    public static byte[] Write(SigningKey key, X500DistinguishedName subject)
    {
        // RFC 2986 4.1
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            info.WriteInteger(0);
            info.WriteEncodedValue(subject.RawData);
            info.WriteEncodedValue(key.PublicKey.SubjectPublicKeyInfo.Span);
            info.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)).Dispose();
        }

        return X509Signing.Sign(key, info.Encode());
    }

    /// <summary>
    /// Every attribute of the request's subject is one of the subject that the certificate will have, with the same value; an empty subject is right too. Code: subject-foreign.
    /// </summary>
    public bool Names(X500DistinguishedName subject, out Refusal refusal)
    {
        var expected = DecodedName.Read(subject.RawData).Attributes;
        refusal = default;
        foreach (var attribute in Subject.Attributes)
        {
            if (!expected.Any(own => own.Oid == attribute.Oid && own.Value == attribute.Value))
                return Refuse(new Refusal(Codes.SubjectForeign, $"The request's subject says something else in {attribute.Oid} than the register."), out refusal);
        }

        return true;
    }

    /// <summary>Code: key-certified.</summary>
    /// <param name="isCertified">Whether a certificate was ever issued for the key with this SHA-256 of its SubjectPublicKeyInfo.</param>
    public bool IsNew(Func<Digest, bool> isCertified, out Refusal refusal)
    {
        refusal = default;
        return !isCertified(Key.Fingerprint) || Refuse(new Refusal(Codes.KeyCertified, "There is a certificate for this key already: each has a key of its own."), out refusal);
    }

    // RFC 2986 4.2: SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature }
    private static CertificationRequest? Read(byte[] der, out Refusal refusal)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var signed = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var info = signed.ReadEncodedValue();
        if (!SignatureAlgorithm.TryRead(signed, out var algorithm, out refusal))
            return null;
        if (!signed.TryReadPrimitiveBitString(out var unused, out var signature) || unused != 0)
            throw new AsnContentException();
        signed.ThrowIfNotEmpty();

        var (subject, keyInfo) = ReadInfo(info);
        if (!SubjectPublicKey.TryRead(keyInfo, out var key, out refusal))
            return null;
        Refusal? fault = key.Verify(algorithm, info.Span, signature.Span)
            ? KeyRule.Check(key)
            : new Refusal(Codes.RequestSignature, "The request is not signed by the key in it: nothing proves that the applicant holds the key.");
        refusal = fault ?? default;
        return fault is null ? new CertificationRequest(key, subject) : null;
    }

    // RFC 2986 4.1: SEQUENCE { version 0, subject, subjectPKInfo, attributes [0] }
    private static (DecodedName Subject, ReadOnlyMemory<byte> Key) ReadInfo(ReadOnlyMemory<byte> der)
    {
        var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        if (!info.TryReadInt32(out var version) || version != 0)
            throw new AsnContentException("The version is not 0.");
        var subject = DecodedName.Read(info.ReadEncodedValue());
        var key = info.ReadEncodedValue();
        info.ReadSetOf(new Asn1Tag(TagClass.ContextSpecific, 0)); // wishes: the profile decides
        info.ThrowIfNotEmpty();
        return (subject, key);
    }

    private static bool TryUnwrap(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out byte[]? der)
    {
        der = null;
        if (!bytes.StartsWith("-----BEGIN"u8))
        {
            der = bytes.ToArray();
            return true;
        }

        if (!Ascii.IsValid(bytes))
            return false;
        var text = Encoding.ASCII.GetString(bytes);
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] is not (PemLabel or "NEW CERTIFICATE REQUEST")
            || !text.AsSpan(fields.Location.End.Value).IsWhiteSpace())
        {
            return false;
        }

        der = Convert.FromBase64String(text[fields.Base64Data]);
        return true;
    }

    private static bool Refuse(Refusal reason, out Refusal refusal)
    {
        refusal = reason;
        return false;
    }
}
