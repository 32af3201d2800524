using ELicense.Core;
using ELicense.Core.Status;

namespace ELicense.Issuance.Rules;

/// <summary>Status indexes stay within the range of lists that the trust card states; outside it no verifier accepts a license. The matter waits for a new card.</summary>
internal static class ListsHaveRoom
{
    public static Refusal? Check(long statusIndex, AuthoritySettings settings) => statusIndex / StatusList.LicenseListLength <= settings.LicenseLists.Last
        ? null
        : new Refusal(Codes.ListsFull, $"All status lists up to {settings.LicenseLists.Last} are used up.");
}
