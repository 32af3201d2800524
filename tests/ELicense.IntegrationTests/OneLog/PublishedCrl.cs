using System.Formats.Asn1;
using System.Numerics;

namespace ELicense.IntegrationTests.OneLog;

/// <summary>A CRL as RFC 5280 5.1 lays it out, read by hand.</summary>
/// <param name="Entries">Serial number in hexadecimal, time and reason code of each.</param>
internal sealed record PublishedCrl(BigInteger Number, long LogSize, DateTimeOffset ThisUpdate, DateTimeOffset NextUpdate, bool HasDistributionPoint, IReadOnlyDictionary<string, (DateTimeOffset When, int Reason)> Entries)
{
    public static PublishedCrl Read(string file)
    {
        var tbs = new AsnReader(File.ReadAllBytes(file), AsnEncodingRules.DER).ReadSequence().ReadSequence();
        tbs.ReadInteger();
        tbs.ReadSequence();
        tbs.ReadSequence();
        var (thisUpdate, nextUpdate) = (Time(tbs), Time(tbs));
        var entries = new Dictionary<string, (DateTimeOffset, int)>();
        if (tbs.PeekTag() == Asn1Tag.Sequence)
        {
            var list = tbs.ReadSequence();
            while (list.HasData)
            {
                var entry = list.ReadSequence();
                var serial = Convert.ToHexStringLower(entry.ReadInteger().ToByteArray(isUnsigned: true, isBigEndian: true));
                var when = Time(entry);
                var reason = entry.ReadSequence().ReadSequence();
                reason.ReadObjectIdentifier();
                entries.Add(serial, (when, reason.ReadOctetString()[2]));
            }
        }

        BigInteger number = default;
        long logSize = -1;
        var hasDistributionPoint = false;
        var extensions = tbs.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean)
                extension.ReadBoolean();
            var value = new AsnReader(extension.ReadOctetString(), AsnEncodingRules.DER);
            switch (oid)
            {
                case "2.5.29.20":
                    number = value.ReadInteger();
                    break;
                case "2.5.29.28":
                    hasDistributionPoint = true;
                    break;
                case "1.3.6.1.4.1.32473.1.2":
                    logSize = (long)value.ReadInteger();
                    break;
            }
        }

        return new PublishedCrl(number, logSize, thisUpdate, nextUpdate, hasDistributionPoint, entries);
    }

    private static DateTimeOffset Time(AsnReader reader) => reader.PeekTag().TagValue == (int)UniversalTagNumber.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
