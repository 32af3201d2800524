namespace ELicense.Core.Licenses;

/// <summary>Electronic certificate identifier (电子证照标识) of one license version, GB/T 36904-2018: root.type.issuer.serial.version.check.</summary>
public sealed record LicenseIdentifier(string Root, string Type, string Issuer, string Serial, int Version)
{
    public const string DefaultRoot = "1.2.156.3005.2";
    public const string BusinessLicenseType = "11100000MB0143028R001";

    /// <summary>ISO 7064 MOD 37,36 over type, issuer, serial and version without dots and root.</summary>
    public char CheckCharacter => throw new NotImplementedException();

    public override string ToString() => throw new NotImplementedException();

    public static bool TryParse(string? text, string root, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LicenseIdentifier? identifier, out Refusal refusal) => throw new NotImplementedException();
}
