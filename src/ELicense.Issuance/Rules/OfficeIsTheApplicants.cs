using ELicense.Core;

namespace ELicense.Issuance.Rules;

/// <summary>The registering office (登记机关) on a face is that of the officer who applies: 市场主体登记管理条例 第五条.</summary>
internal static class OfficeIsTheApplicants
{
    public static Refusal? Check(IssuanceCandidate candidate)
    {
        if (!candidate.Settings.Offices.TryGetValue(candidate.Office, out var office))
            return new Refusal(Codes.OfficeUnknown, $"The authority has no office {candidate.Office}.");
        return candidate.Face.OfficeName == office.Chinese
            ? null
            : new Refusal(Codes.OfficeDiffers, $"The face names another office than the applicant's, {candidate.Office}.");
    }
}
