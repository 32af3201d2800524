using ELicense.Core;
using ELicense.Core.Enterprises;
using ELicense.Cryptography.Keys;

namespace ELicense.Issuance.Rules;

/// <summary>A license that somebody wants, as the rules see it.</summary>
/// <param name="Office">Number of the office of the applying officer.</param>
internal sealed record IssuanceCandidate(Face Face, int Office, DateTimeOffset Now, AuthoritySettings Settings, VerificationKey LicenseKey)
{
    /// <summary>Dates on licenses are days of UTC+8.</summary>
    public DateOnly Today => ChinaTime.Today(Now);
}

/// <summary>Rules on the face alone; they are asked when a matter is applied for and again when it is carried out.</summary>
internal static class IssuanceRules
{
    private static readonly Func<IssuanceCandidate, Refusal?>[] All =
        [OfficeIsTheApplicants.Check, EstablishedNotInTheFuture.Check, TermHasNotEnded.Check, TokenFitsTheQrCode.Check];

    public static Refusal? Check(IssuanceCandidate candidate)
    {
        foreach (var rule in All)
        {
            if (rule(candidate) is { } refusal)
                return refusal;
        }
        return null;
    }
}
