namespace ELicense.Core.Licenses;

/// <summary>License number, stable over all versions: authority (4 digits), hyphen, serial (10 digits).</summary>
/// <param name="Authority">1 to 9999.</param>
/// <param name="Serial">1 to 9,999,999,999.</param>
public readonly record struct LicenseNumber(int Authority, long Serial)
{
    public static bool TryParse(string? text, out LicenseNumber number) => throw new NotImplementedException();

    public override string ToString() => throw new NotImplementedException();
}
