using System.Formats.Asn1;
using ELicense.Cryptography.Certificates.Profiles;
using ELicense.Cryptography.Certificates.RevocationLists;
using ELicense.Cryptography.Keys;

namespace ELicense.Cryptography.Certificates.Ocsp;

/// <summary>What is known of a certificate's standing; which of the three kinds of CertStatus it is (RFC 6960 4.2.1).</summary>
public abstract record OcspStatus
{
    /// <summary>Issued by us, in the log, and not taken back.</summary>
    public sealed record Good : OcspStatus;

    /// <param name="When">Whole seconds.</param>
    public sealed record Revoked(DateTimeOffset When, RevocationReason Reason) : OcspStatus;

    /// <summary>Never issued, and the configuration says so instead of unauthorized (RFC 6960 2.2): revoked at 1970-01-01, on hold, with the extension.</summary>
    public sealed record NeverIssued : OcspStatus;
}

/// <summary>SingleResponse before it is written.</summary>
public sealed record OcspAnswer(OcspCertificateId Certificate, OcspStatus Status);

/// <summary>OCSPResponse (RFC 6960 4.2.1): those without a signature, and the frame of the others.</summary>
public static class OcspResponse
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Context1 = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag Context2 = new(TagClass.ContextSpecific, 2);

    public static ReadOnlyMemory<byte> MalformedRequest { get; } = Unsigned(1);

    public static ReadOnlyMemory<byte> InternalError { get; } = Unsigned(2);

    public static ReadOnlyMemory<byte> TryLater { get; } = Unsigned(3);

    /// <summary>RFC 9919 3.2.3: not authoritative for what was asked, or nothing is known of it.</summary>
    public static ReadOnlyMemory<byte> Unauthorized { get; } = Unsigned(6);

    /// <summary>successful, around BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs [0] }.</summary>
    /// <param name="signature">As X.509 carries it.</param>
    /// <param name="certificate">The signer's.</param>
    internal static byte[] Successful(ReadOnlySpan<byte> responseData, Suite suite, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> certificate)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, responseData.Length + certificate.Length + 256);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue([0x0a, 1, 0]); // ENUMERATED successful
            using (writer.PushSequence(Context0))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(X509Oids.OcspBasic);
                using (writer.PushOctetString())
                using (writer.PushSequence())
                {
                    X509Signing.Write(writer, suite, responseData, signature);
                    using (writer.PushSequence(Context0))
                    using (writer.PushSequence())
                        writer.WriteEncodedValue(certificate);
                }
            }
        }

        return writer.Encode();
    }

    /// <summary>ResponseData: responder by key, whole seconds, nextUpdate always.</summary>
    /// <param name="responderKeyHash">SHA-1 of the responder's key bits (RFC 6960 4.2.1, KeyHash).</param>
    internal static byte[] ResponseData(
        byte[] responderKeyHash, DateTimeOffset producedAt, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, IReadOnlyList<OcspAnswer> answers, ReadOnlyMemory<byte>? nonce)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 512);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Context2)) // byKey
                writer.WriteOctetString(responderKeyHash);
            WriteTime(writer, producedAt);
            using (writer.PushSequence())
            {
                foreach (var answer in answers)
                    WriteAnswer(writer, answer, thisUpdate, nextUpdate);
            }

            WriteExtensions(writer, answers.Any(answer => answer.Status is OcspStatus.NeverIssued), nonce);
        }

        return writer.Encode();
    }

    private static void WriteAnswer(AsnWriter writer, OcspAnswer answer, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(answer.Certificate.Der.Span);
            switch (answer.Status)
            {
                case OcspStatus.Good:
                    writer.WriteNull(Context0);
                    break;
                case OcspStatus.Revoked revoked:
                    WriteRevoked(writer, revoked.When, revoked.Reason);
                    break;
                default:
                    // RFC 6960 2.2: 1970-01-01, certificateHold.
                    WriteRevoked(writer, DateTimeOffset.UnixEpoch, RevocationReason.CertificateHold);
                    break;
            }

            WriteTime(writer, thisUpdate);
            using (writer.PushSequence(Context0))
                WriteTime(writer, nextUpdate);
        }
    }

    // RevokedInfo ::= SEQUENCE { revocationTime, revocationReason [0] EXPLICIT CRLReason OPTIONAL }
    private static void WriteRevoked(AsnWriter writer, DateTimeOffset when, RevocationReason reason)
    {
        using (writer.PushSequence(Context1))
        {
            WriteTime(writer, when);
            if (reason == RevocationReason.Unspecified)
                return;
            using (writer.PushSequence(Context0))
                writer.WriteEncodedValue([0x0a, 1, (byte)reason]);
        }
    }

    private static void WriteExtensions(AsnWriter writer, bool extendedRevoke, ReadOnlyMemory<byte>? nonce)
    {
        if (!extendedRevoke && nonce is null)
            return;
        using (writer.PushSequence(Context1))
        using (writer.PushSequence())
        {
            if (nonce is { } octets)
                X509Extensions.Write(writer, X509Extensions.Make(X509Oids.OcspNonce, critical: false, value => value.WriteOctetString(octets.Span))); // RFC 9654 2.1
            if (extendedRevoke)
                X509Extensions.Write(writer, X509Extensions.Make(X509Oids.OcspExtendedRevoke, critical: false, value => value.WriteNull())); // RFC 6960 4.4.8
        }
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset time) => writer.WriteGeneralizedTime(time.ToUniversalTime(), omitFractionalSeconds: true);

    // RFC 6960 4.2.1: OCSPResponse without bytes; the status is an ENUMERATED.
    private static byte[] Unsigned(byte status) => [0x30, 3, 0x0a, 1, status];
}
