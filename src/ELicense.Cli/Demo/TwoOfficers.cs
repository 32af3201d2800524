using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;

namespace ELicense.Cli.Demo;

/// <summary>The demo's two officers: one applies, the other approves; together they change the standing of a license.</summary>
internal sealed record TwoOfficers(Officer Clerk, Officer Approver)
{
    public static TwoOfficers OfTheDemo { get; } = new(new Officer("clerk", "王受理", Office: 1), new Officer("approver", "李核准", Office: 1));

    /// <summary>Applies, approves and carries out; on the first ground of the published table.</summary>
    /// <returns>Null when done.</returns>
    public Refusal? Change(LicensingAuthority licensing, RegisteredLicense license, MatterType type, StandingEvent happened)
    {
        var reason = Reasons.All.FirstOrDefault(reason => reason.For == happened)?.Number ?? 0;
        var content = new StandingContent(type, license.Newest.Number, license.Newest.Version, reason);
        return licensing.TryApply(Clerk, content, out var matter, out var refusal)
            && licensing.TryApprove(Approver, matter.Id, matter.ContentHash, out var approved, out refusal)
            ? licensing.CarryOut([approved])[0].Refusal
            : refusal;
    }
}
