using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using ELicense.Core;

namespace ELicense.Cryptography.Certificates.Ocsp;

/// <summary>An OCSP request (RFC 6960 4.1). Who asks, and whether it is signed, makes no difference to the answer.</summary>
public sealed class OcspRequest
{
    public const int MaxBytes = 8 * 1024;

    /// <summary>Certificates that one request may ask for.</summary>
    public const int MaxRequests = 32;

    private const int MaxDepth = 16;
    private const int LongestNonce = 128; // RFC 9654 2.1
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Context1 = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Context2 = new(TagClass.ContextSpecific, 2);

    private OcspRequest(IReadOnlyList<OcspCertificateId> certificates, ReadOnlyMemory<byte>? nonce) => (Certificates, Nonce) = (certificates, nonce);

    /// <summary>At least one.</summary>
    public IReadOnlyList<OcspCertificateId> Certificates { get; }

    /// <summary>1 to 128 octets; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Nonce { get; }

    /// <summary>Refused is answered malformedRequest, whichever of the codes: too-large, too-deep, malformed.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out OcspRequest? request, out Refusal refusal)
    {
        request = null;
        if (!BoundedDer.Check(der.Span, MaxBytes, MaxDepth, out refusal))
            return false;
        try
        {
            request = Read(der.ToArray());
            return true;
        }
        catch (AsnContentException e)
        {
            refusal = new Refusal(Codes.Malformed, $"Not an OCSPRequest of RFC 6960 4.1.1: {e.Message}");
            return false;
        }
    }

    // OCSPRequest ::= SEQUENCE { tbsRequest, optionalSignature [0] }
    private static OcspRequest Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var request = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var tbs = request.ReadSequence();
        if (Next(request, Context0))
            request.ReadEncodedValue();
        request.ThrowIfNotEmpty();

        // TBSRequest ::= SEQUENCE { version [0] DEFAULT v1, requestorName [1], requestList, requestExtensions [2] }
        if (Next(tbs, Context0))
            throw new AsnContentException("v1 is the only version, and the default (X.690 11.5).");
        if (Next(tbs, Context1))
            tbs.ReadEncodedValue();
        var list = tbs.ReadSequence();
        var certificates = new List<OcspCertificateId>();
        while (list.HasData)
        {
            if (certificates.Count == MaxRequests)
                throw new AsnContentException($"More than {MaxRequests} requests in one.");
            certificates.Add(ReadSingle(list.ReadSequence()));
        }

        if (certificates.Count == 0)
            throw new AsnContentException("Nothing is asked for.");
        var nonce = Next(tbs, Context2) ? ReadNonce(ReadExtensions(tbs, Context2)) : null;
        tbs.ThrowIfNotEmpty();
        return new OcspRequest(certificates, nonce);
    }

    // Request ::= SEQUENCE { reqCert, singleRequestExtensions [0] }
    private static OcspCertificateId ReadSingle(AsnReader single)
    {
        var id = OcspCertificateId.Read(single.ReadEncodedValue());
        if (Next(single, Context0))
            RefuseCritical(ReadExtensions(single, Context0));
        single.ThrowIfNotEmpty();
        return id;
    }

    private static ReadOnlyMemory<byte>? ReadNonce(List<DecodedExtension> extensions)
    {
        RefuseCritical(extensions.Where(extension => extension.Oid != X509Oids.OcspNonce));
        var nonces = extensions.Where(extension => extension.Oid == X509Oids.OcspNonce).ToList();
        if (nonces.Count == 0)
            return null;
        var reader = new AsnReader(nonces[0].Value, AsnEncodingRules.DER);
        var nonce = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        return nonces.Count == 1 && nonce.Length is > 0 and <= LongestNonce
            ? nonce
            : throw new AsnContentException($"RFC 9654 2.1: one nonce of 1 to {LongestNonce} octets, not {nonce.Length}.");
    }

    private static List<DecodedExtension> ReadExtensions(AsnReader reader, Asn1Tag tag)
    {
        var wrapper = reader.ReadSequence(tag);
        var extensions = DecodedCertificate.ReadExtensionList(wrapper);
        wrapper.ThrowIfNotEmpty();
        return extensions;
    }

    // RFC 6960 4.4: a critical extension that is not understood may not be ignored.
    private static void RefuseCritical(IEnumerable<DecodedExtension> extensions)
    {
        if (extensions.FirstOrDefault(extension => extension.Critical) is { } critical)
            throw new AsnContentException($"The critical extension {critical.Oid} is not understood.");
    }

    private static bool Next(AsnReader reader, Asn1Tag tag) => reader.HasData && reader.PeekTag().HasSameClassAndValue(tag);
}
