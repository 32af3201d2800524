using System.Formats.Asn1;
using ELicense.Core;
using ELicense.Cryptography.Certificates.Profiles;

namespace ELicense.Cryptography.Certificates.RevocationLists;

/// <summary>
/// What a CRL (RFC 5280 5) says: a shard, for one certificate list, or the complete one of a CA's key.
/// Written with AsnWriter: .NET's CertificateRevocationListBuilder has no place for an issuing distribution point.
/// </summary>
public sealed record RevocationList
{
    private const int V2 = 1;

    // AsnWriter grows by a kilobyte at a time: without its size beforehand, a long list is copied as often.
    private const int LargestEntry = 64;
    private const int Frame = 2048;

    private static readonly Asn1Tag ExtensionsTag = new(TagClass.ContextSpecific, 0);

    /// <summary>Rises with each list of the same address (5.2.3).</summary>
    public required long Number { get; init; }

    public required DateTimeOffset ThisUpdate { get; init; }

    public required DateTimeOffset NextUpdate { get; init; }

    /// <summary>The size of the log that the list reflects; null: it does not come from the log.</summary>
    public required long? LogSize { get; init; }

    /// <summary>Of a shard: that of its certificates' distribution point. Null: complete.</summary>
    public string? DistributionPoint { get; init; }

    /// <summary>Each serial once; what was resumed is not among them.</summary>
    public required IReadOnlyCollection<RevokedCertificate> Entries { get; init; }

    /// <returns>The CRL, DER; its signature was checked.</returns>
    /// <param name="previous">Number of the list that this one replaces; null for the first.</param>
    /// <exception cref="ArgumentException">The number does not rise, or the period is none.</exception>
    public byte[] Sign(CertificateAuthority authority, long? previous)
    {
        if (Number < 0 || Number <= previous)
            throw new ArgumentException($"{Codes.RevocationNumber}: the number of a CRL rises (RFC 5280 5.2.3); {Number} does not follow {previous}.", nameof(previous));
        if (NextUpdate <= ThisUpdate)
            throw new ArgumentException($"A list that ends at {NextUpdate:u} cannot be made at {ThisUpdate:u}.");
        return authority.SignList(Write(authority));
    }

    // RFC 5280 5.1: TBSCertList
    private byte[] Write(CertificateAuthority authority)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, Frame + (LargestEntry * Entries.Count));
        using (writer.PushSequence())
        {
            writer.WriteInteger(V2); // 5.1.2.1
            writer.WriteEncodedValue(X509Signing.AlgorithmIdentifier(authority.Suite)); // 5.1.2.2
            writer.WriteEncodedValue(authority.Certificate.SubjectName.RawData); // 5.1.2.3
            X509Time.Write(writer, ThisUpdate);
            X509Time.Write(writer, NextUpdate);
            WriteEntries(writer);
            using (writer.PushSequence(ExtensionsTag))
            using (writer.PushSequence())
            {
                foreach (var extension in Extensions(authority))
                    X509Extensions.Write(writer, extension);
            }
        }

        return writer.Encode();
    }

    private IEnumerable<DecodedExtension> Extensions(CertificateAuthority authority)
    {
        yield return X509Extensions.AuthorityKeyIdentifier(authority.SubjectKeyIdentifier); // 5.2.1
        yield return X509Extensions.Make(X509Oids.CrlNumber, critical: false, writer => writer.WriteInteger(Number)); // 5.2.3
        if (DistributionPoint is { } address)
            yield return X509Extensions.IssuingDistributionPoint(address); // 5.2.5
        if (LogSize is { } size)
            yield return X509Extensions.Make(authority.Profiles.LogSizeExtension, critical: false, writer => writer.WriteInteger(size));
    }

    // 5.1.2.6: when nothing is revoked, the list is absent.
    private void WriteEntries(AsnWriter writer)
    {
        if (Entries.Count == 0)
            return;
        using (writer.PushSequence())
        {
            foreach (var entry in Entries)
                WriteEntry(writer, entry);
        }
    }

    private static void WriteEntry(AsnWriter writer, RevokedCertificate entry)
    {
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(entry.Serial.ToArray());
            X509Time.Write(writer, entry.When);
            if (entry.Reason == RevocationReason.Unspecified)
                return; // 5.3.1: absent rather than unspecified
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(X509Oids.ReasonCode);
                ReadOnlySpan<byte> enumerated = [0x0a, 1, (byte)entry.Reason];
                writer.WriteOctetString(enumerated);
            }
        }
    }
}
