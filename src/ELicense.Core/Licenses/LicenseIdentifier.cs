using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ELicense.Core.Licenses;

/// <summary>Electronic certificate identifier (电子证照标识) of one license version, GB/T 36904-2018: root.type.issuer.serial.version.check.</summary>
/// <param name="Root">Dotted numbers, e.g. <see cref="DefaultRoot"/>.</param>
/// <param name="Type">Type of the certificate: digits and upper-case letters, as are issuer and serial.</param>
/// <param name="Issuer">Credit code of the issuer.</param>
/// <param name="Serial">Serial number of the issuer's; here the 14 digits of the license number.</param>
/// <param name="Version">1 to 999.</param>
public sealed record LicenseIdentifier(string Root, string Type, string Issuer, string Serial, int Version)
{
    public const string DefaultRoot = "1.2.156.3005.2";
    public const string BusinessLicenseType = "11100000MB0143028R001";

    private const int MaxFieldLength = 32;
    private const string Characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly SearchValues<char> FieldCharacters = SearchValues.Create(Characters);

    public string Type { get; } = Field(Type, nameof(Type));
    public string Issuer { get; } = Field(Issuer, nameof(Issuer));
    public string Serial { get; } = Field(Serial, nameof(Serial));

    public int Version { get; } = Version is >= 1 and <= 999
        ? Version
        : throw new ArgumentOutOfRangeException(nameof(Version), Version, "1 to 999.");

    /// <summary>ISO 7064 MOD 37,36 over type, issuer, serial and version without dots and root.</summary>
    public char CheckCharacter
    {
        get
        {
            // ISO 7064 clause 9, hybrid system with modulus 36; sums and products stay below twice the modulus.
            var product = 36;
            foreach (var part in (ReadOnlySpan<string>)[Type, Issuer, Serial, Version.ToString("D3", CultureInfo.InvariantCulture)])
            {
                foreach (var character in part)
                {
                    var sum = product + (char.IsAsciiDigit(character) ? character - '0' : character - 'A' + 10);
                    product = (sum > 36 ? sum - 36 : sum) * 2;
                    if (product > 37)
                        product -= 37;
                }
            }

            return Characters[(37 - product) % 36];
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Root}.{Type}.{Issuer}.{Serial}.{Version:D3}.{CheckCharacter}");

    /// <summary>Accepts exactly what <see cref="ToString"/> writes under that root. Code: malformed.</summary>
    public static bool TryParse(string? text, string root, [NotNullWhen(true)] out LicenseIdentifier? identifier, out Refusal refusal)
    {
        identifier = null;
        refusal = new Refusal(Codes.Malformed, "Expected an identifier root.type.issuer.serial.version.check.");
        if (text is null || text.Length > root.Length + (4 * MaxFieldLength) || !text.StartsWith(root + ".", StringComparison.Ordinal))
            return false;

        if (text[(root.Length + 1)..].Split('.') is not [var type, var issuer, var serial, { Length: 3 } version, { Length: 1 } check]
            || !IsField(type) || !IsField(issuer) || !IsField(serial)
            || !int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            return false;
        }

        var read = new LicenseIdentifier(root, type, issuer, serial, number);
        if (read.CheckCharacter != check[0])
        {
            refusal = new Refusal(Codes.Malformed, $"The check character of the identifier should be {read.CheckCharacter}.");
            return false;
        }

        identifier = read;
        refusal = default;
        return true;
    }

    private static bool IsField(string text) =>
        text.Length is > 0 and <= MaxFieldLength && !text.AsSpan().ContainsAnyExcept(FieldCharacters);

    private static string Field(string text, string name) =>
        IsField(text) ? text : throw new ArgumentException($"1 to {MaxFieldLength} digits and upper-case letters.", name);
}
