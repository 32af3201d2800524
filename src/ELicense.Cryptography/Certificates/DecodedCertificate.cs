using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using ELicense.Core;

namespace ELicense.Cryptography.Certificates;

/// <param name="Value">The octets within extnValue: DER of the extension's own type.</param>
public sealed record DecodedExtension(string Oid, bool Critical, ReadOnlyMemory<byte> Value);

/// <summary>A TBSCertificate (RFC 5280 4.1.2) as its bytes say, before any judgement: what lints look at, and what is kept of foreign certificates.</summary>
public sealed class DecodedCertificate
{
    public const int MaxBytes = 16 * 1024;
    private const int MaxDepth = 12;
    private const int MaxExtensions = 32;

    private DecodedCertificate()
    {
    }

    /// <summary>The TBSCertificate itself.</summary>
    public required ReadOnlyMemory<byte> ToBeSigned { get; init; }

    /// <summary>0 for v1, 2 for v3.</summary>
    public required int Version { get; init; }

    /// <summary>The contents of the INTEGER.</summary>
    public required ReadOnlyMemory<byte> SerialOctets { get; init; }

    /// <summary>AlgorithmIdentifier, DER.</summary>
    public required ReadOnlyMemory<byte> SignatureAlgorithm { get; init; }

    public required DecodedName Issuer { get; init; }

    public required DecodedName Subject { get; init; }

    public required DateTimeOffset From { get; init; }

    /// <summary>Inclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The two times' tags: UTCTime or GeneralizedTime.</summary>
    public required (UniversalTagNumber From, UniversalTagNumber To) TimeForms { get; init; }

    public required ReadOnlyMemory<byte> SubjectPublicKeyInfo { get; init; }

    public required IReadOnlyList<DecodedExtension> Extensions { get; init; }

    /// <returns>Null when there is none; the first of several.</returns>
    public DecodedExtension? Find(string oid) => Extensions.FirstOrDefault(extension => extension.Oid == oid);

    /// <summary>Codes: too-large, too-deep, malformed.</summary>
    public static bool TryReadToBeSigned(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out DecodedCertificate? certificate, out Refusal refusal) =>
        TryRead(der, Read, out certificate, out refusal);

    /// <summary>A whole Certificate (RFC 5280 4.1); its signature is another question. Codes: too-large, too-deep, malformed.</summary>
    public static bool TryReadCertificate(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out DecodedCertificate? certificate, out Refusal refusal) =>
        TryRead(der, ReadSigned, out certificate, out refusal);

    private static bool TryRead(
        ReadOnlyMemory<byte> der, Func<ReadOnlyMemory<byte>, DecodedCertificate> read, [NotNullWhen(true)] out DecodedCertificate? certificate, out Refusal refusal)
    {
        certificate = null;
        if (!BoundedDer.Check(der.Span, MaxBytes, MaxDepth, out refusal))
            return false;
        try
        {
            certificate = read(der.ToArray());
            return true;
        }
        catch (AsnContentException e)
        {
            refusal = new Refusal(Codes.Malformed, $"Not a certificate of RFC 5280 4.1: {e.Message}");
            return false;
        }
    }

    private static DecodedCertificate ReadSigned(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var signed = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var certificate = Read(signed.ReadEncodedValue());
        if (!signed.ReadEncodedValue().Span.SequenceEqual(certificate.SignatureAlgorithm.Span)) // RFC 5280 4.1.1.2
            throw new AsnContentException("The two signature algorithms differ.");
        signed.ReadBitString(out _);
        signed.ThrowIfNotEmpty();
        return certificate;
    }

    private static DecodedCertificate Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var tbs = outer.ReadSequence();
        outer.ThrowIfNotEmpty();

        var version = ReadVersion(tbs);
        var serial = tbs.ReadIntegerBytes();
        var algorithm = tbs.ReadEncodedValue();
        var issuer = DecodedName.Read(tbs.ReadEncodedValue());
        var validity = tbs.ReadSequence();
        var fromForm = (UniversalTagNumber)validity.PeekTag().TagValue;
        var from = X509Time.Read(validity);
        var toForm = (UniversalTagNumber)validity.PeekTag().TagValue;
        var to = X509Time.Read(validity);
        validity.ThrowIfNotEmpty();
        var certificate = new DecodedCertificate
        {
            ToBeSigned = der,
            Version = version,
            SerialOctets = serial,
            SignatureAlgorithm = algorithm,
            Issuer = issuer,
            From = from,
            To = to,
            TimeForms = (fromForm, toForm),
            Subject = DecodedName.Read(tbs.ReadEncodedValue()),
            SubjectPublicKeyInfo = tbs.ReadEncodedValue(),
            Extensions = ReadExtensions(tbs),
        };
        tbs.ThrowIfNotEmpty(); // RFC 5280 4.1.2.8: unique identifiers are none of ours
        return certificate;
    }

    private static int ReadVersion(AsnReader tbs)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (!tbs.PeekTag().HasSameClassAndValue(tag))
            return 0;
        var wrapper = tbs.ReadSequence(tag);
        if (!wrapper.TryReadInt32(out var version))
            throw new AsnContentException();
        wrapper.ThrowIfNotEmpty();
        return version;
    }

    private static List<DecodedExtension> ReadExtensions(AsnReader tbs)
    {
        var tag = new Asn1Tag(TagClass.ContextSpecific, 3);
        if (!tbs.HasData || !tbs.PeekTag().HasSameClassAndValue(tag))
            return [];
        var wrapper = tbs.ReadSequence(tag);
        var extensions = ReadExtensionList(wrapper);
        wrapper.ThrowIfNotEmpty();
        return extensions;
    }

    /// <summary>Extensions (RFC 5280 4.1): of certificates, CRLs, requests and OCSP.</summary>
    internal static List<DecodedExtension> ReadExtensionList(AsnReader reader)
    {
        var list = reader.ReadSequence();
        var extensions = new List<DecodedExtension>();
        while (list.HasData)
        {
            if (extensions.Count == MaxExtensions)
                throw new AsnContentException($"More than {MaxExtensions} extensions.");
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean);
            if (critical && !extension.ReadBoolean())
                throw new AsnContentException("X.690 11.5: a default value is not encoded.");
            extensions.Add(new DecodedExtension(oid, critical, extension.ReadOctetString()));
            extension.ThrowIfNotEmpty();
        }

        return extensions;
    }
}
