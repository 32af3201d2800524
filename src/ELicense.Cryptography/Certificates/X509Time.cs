using System.Formats.Asn1;

namespace ELicense.Cryptography.Certificates;

/// <summary>Time of certificates and CRLs (RFC 5280 4.1.2.5, 5.1.2.4): UTCTime through 2049, GeneralizedTime from 2050 on, whole seconds, Z.</summary>
internal static class X509Time
{
    private const int FirstGeneralizedYear = 2050;

    public static void Write(AsnWriter writer, DateTimeOffset time)
    {
        var utc = time.ToUniversalTime();
        if (utc.Year < FirstGeneralizedYear)
            writer.WriteUtcTime(utc, FirstGeneralizedYear - 1);
        else
            writer.WriteGeneralizedTime(utc, omitFractionalSeconds: true);
    }

    /// <exception cref="AsnContentException">Neither of the two, or fractional seconds.</exception>
    public static DateTimeOffset Read(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime(FirstGeneralizedYear - 1) : ReadGeneralized(reader);

    /// <summary>OCSP's times are always GeneralizedTime (RFC 6960 4.2.2.1; RFC 5280 4.1.2.5.2: no fractions).</summary>
    public static DateTimeOffset ReadGeneralized(AsnReader reader)
    {
        var time = reader.ReadGeneralizedTime();
        return time.Ticks % TimeSpan.TicksPerSecond == 0 ? time : throw new AsnContentException("RFC 5280 4.1.2.5.2 allows no fractional seconds.");
    }
}
