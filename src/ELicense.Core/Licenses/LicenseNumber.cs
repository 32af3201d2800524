using System.Globalization;

namespace ELicense.Core.Licenses;

/// <summary>License number, stable over all versions: authority (4 digits), hyphen, serial (10 digits).</summary>
/// <param name="Authority">1 to 9999.</param>
/// <param name="Serial">1 to 9,999,999,999.</param>
public readonly record struct LicenseNumber(int Authority, long Serial)
{
    public const long MaxSerial = 9_999_999_999;

    public int Authority { get; } = Authority is >= 1 and <= 9999
        ? Authority
        : throw new ArgumentOutOfRangeException(nameof(Authority), Authority, "1 to 9999.");

    public long Serial { get; } = Serial is >= 1 and <= MaxSerial
        ? Serial
        : throw new ArgumentOutOfRangeException(nameof(Serial), Serial, "1 to 9,999,999,999.");

    /// <summary>The 14 digits without the hyphen: the serial of a license's identifier.</summary>
    public string Digits => string.Create(CultureInfo.InvariantCulture, $"{Authority:D4}{Serial:D10}");

    /// <summary>Accepts exactly <c>dddd-dddddddddd</c>, neither part zero.</summary>
    public static bool TryParse(string? text, out LicenseNumber number)
    {
        number = default;
        if (text is not { Length: 15 } || text[4] != '-'
            || !int.TryParse(text.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var authority)
            || !long.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var serial)
            || authority == 0 || serial == 0)
        {
            return false;
        }

        number = new LicenseNumber(authority, serial);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Authority:D4}-{Serial:D10}");
}
