using System.Diagnostics.CodeAnalysis;
using System.Formats.Cbor;
using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Core.Tokens;

namespace ELicense.Issuance.Matters;

/// <summary>A loss report (挂失) or replacement (补领) of one certificate of an enterprise.</summary>
public sealed record CertificateContent : MatterContent
{
    private const int MaxSerialBytes = 20; // RFC 5280 4.1.2.2

    private CertificateContent(MatterType type, LicenseNumber number, int expectedVersion, KeyId issuer, string serialHex)
    {
        Type = type;
        Number = number;
        ExpectedVersion = expectedVersion;
        Issuer = issuer;
        SerialHex = serialHex;
    }

    public override MatterType Type { get; }

    public LicenseNumber Number { get; }

    public int ExpectedVersion { get; }

    /// <summary>Key of the CA.</summary>
    public KeyId Issuer { get; }

    /// <summary>Serial number of the certificate, big-endian without leading zero bytes, lower-case hexadecimal.</summary>
    public string SerialHex { get; }

    public override LicenseNumber? License => Number;

    private protected override int RestElements => 4;

    /// <summary>Code: malformed.</summary>
    public static bool TryCreate(
        MatterType type, LicenseNumber number, int expectedVersion, KeyId issuer, string? serialHex,
        [NotNullWhen(true)] out CertificateContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, $"A certificate's serial number is 1 to {MaxSerialBytes} bytes in lower-case hexadecimal, without leading zero bytes.");
        if (type is not (MatterType.LossReport or MatterType.Replacement))
            refusal = new Refusal(Codes.Malformed, $"{type} is not about a certificate.");
        else if (serialHex is { Length: >= 2 and <= 2 * MaxSerialBytes } && serialHex.Length % 2 == 0 && serialHex.All(char.IsAsciiHexDigitLower)
            && !serialHex.StartsWith("00", StringComparison.Ordinal))
            (content, refusal) = (new CertificateContent(type, number, expectedVersion, issuer, serialHex), default);
        return content is not null;
    }

    private protected override void WriteRest(ref CanonicalWriter writer)
    {
        writer.WriteText(Number.ToString());
        writer.WriteInteger(ExpectedVersion);
        writer.WriteText(Issuer.ToString());
        writer.WriteText(SerialHex);
    }

    internal static bool TryReadRest(CborReader reader, MatterType type, [NotNullWhen(true)] out MatterContent? content, out Refusal refusal)
    {
        content = null;
        refusal = new Refusal(Codes.Malformed, "A matter's content: license number or issuer.");
        if (!LicenseNumber.TryParse(reader.ReadTextString(), out var number))
            return false;
        var version = reader.ReadInt32();
        if (!KeyId.TryParse(reader.ReadTextString(), out var issuer))
            return false;
        var serial = reader.ReadTextString();
        reader.ReadEndArray();
        if (!TryCreate(type, number, version, issuer, serial, out var certificate, out refusal))
            return false;
        content = certificate;
        return true;
    }
}
