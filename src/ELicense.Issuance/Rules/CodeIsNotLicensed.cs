using ELicense.Core;

namespace ELicense.Issuance.Rules;

/// <summary>One enterprise, one license: a credit code is never given twice (GB 32100-2015), not even after cancellation.</summary>
internal static class CodeIsNotLicensed
{
    /// <param name="serial">Of the license that the register holds for the code; 0: none.</param>
    public static Refusal? Check(long serial, AuthoritySettings settings) => serial == 0
        ? null
        : new Refusal(Codes.AlreadyLicensed, $"The code has license {new Core.Licenses.LicenseNumber(settings.AuthorityNumber, serial)}.");
}
