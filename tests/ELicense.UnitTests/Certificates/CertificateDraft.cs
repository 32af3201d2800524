using System.Formats.Asn1;
using System.Numerics;
using ELicense.Cryptography.Certificates;

namespace ELicense.UnitTests.Certificates;

/// <summary>A TBSCertificate taken apart, so that a test puts one part wrong and writes it again, by RFC 5280 4.1 and not by the code under test.</summary>
internal sealed record CertificateDraft
{
    public int? Version { get; init; } = 2;

    public required BigInteger Serial { get; init; }

    public required ReadOnlyMemory<byte> Algorithm { get; init; }

    public required ReadOnlyMemory<byte> Issuer { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Both times as GeneralizedTime, whatever the year.</summary>
    public bool GeneralizedTimes { get; init; }

    public required ReadOnlyMemory<byte> Subject { get; init; }

    public required ReadOnlyMemory<byte> Key { get; init; }

    public required IReadOnlyList<DecodedExtension> Extensions { get; init; }

    public static CertificateDraft Of(DecodedCertificate certificate) => new()
    {
        Serial = new BigInteger(certificate.SerialOctets.Span, isBigEndian: true),
        Algorithm = certificate.SignatureAlgorithm,
        Issuer = certificate.Issuer.Der,
        From = certificate.From,
        To = certificate.To,
        Subject = certificate.Subject.Der,
        Key = certificate.SubjectPublicKeyInfo,
        Extensions = certificate.Extensions,
    };

    public CertificateDraft With(DecodedExtension extension) => this with { Extensions = [.. Without(extension.Oid).Extensions, extension] };

    /// <param name="hex">DER of the extension's value.</param>
    public CertificateDraft With(string oid, string hex, bool critical = false) => With(new DecodedExtension(oid, critical, Convert.FromHexString(hex)));

    public CertificateDraft Without(string oid) => this with { Extensions = [.. Extensions.Where(extension => extension.Oid != oid)] };

    public CertificateDraft WithCriticality(string oid, bool critical) =>
        this with { Extensions = [.. Extensions.Select(extension => extension.Oid == oid ? extension with { Critical = critical } : extension)] };

    /// <param name="attributes">Type, form and value; one an RDN.</param>
    public static byte[] Name(params (string Oid, UniversalTagNumber Form, string Value)[] attributes)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var (oid, form, value) in attributes)
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(form, value);
                }
            }
        }

        return writer.Encode();
    }

    public byte[] Write()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (Version is { } version)
            {
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                    writer.WriteInteger(version);
            }

            writer.WriteInteger(Serial);
            writer.WriteEncodedValue(Algorithm.Span);
            writer.WriteEncodedValue(Issuer.Span);
            using (writer.PushSequence())
            {
                WriteTime(writer, From);
                WriteTime(writer, To);
            }

            writer.WriteEncodedValue(Subject.Span);
            writer.WriteEncodedValue(Key.Span);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            using (writer.PushSequence())
            {
                foreach (var extension in Extensions)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteObjectIdentifier(extension.Oid);
                        if (extension.Critical)
                            writer.WriteBoolean(true);
                        writer.WriteOctetString(extension.Value.Span);
                    }
                }
            }
        }

        return writer.Encode();
    }

    private void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (GeneralizedTimes || time.Year >= 2050)
            writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
        else
            writer.WriteUtcTime(time);
    }
}
