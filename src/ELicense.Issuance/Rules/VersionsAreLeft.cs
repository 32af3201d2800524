using ELicense.Core;

namespace ELicense.Issuance.Rules;

/// <summary>A license identifier has three digits for the version (GB/T 36904-2018).</summary>
internal static class VersionsAreLeft
{
    public const int Last = 999;

    public static Refusal? Check(int version) => version <= Last
        ? null
        : new Refusal(Codes.VersionsUsedUp, $"The license has had its {Last} versions.");
}
