using ELicense.Issuance.Certificates;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>
/// Suspension (冻结), resumption (解冻), revocation (吊销) and cancellation (注销). Nothing but the log speaks of them, so one transaction is the whole cycle:
/// log entries of all versions and of the certificates that end with them, standings, matter and head.
/// </summary>
internal sealed class ChangeStanding(Register register, AuthoritySettings settings, TimeProvider clock)
{
    private readonly CarryOutMatter _matter = new(register, clock);

    public CarryOutResult Run(long matterId) => _matter.RunInLog(matterId, settings, (content, work) => Change((StandingContent)content, work));

    private Outcome Change(StandingContent change, CarryingOut work)
    {
        var timeMs = work.Head.NotBeforeLastSigned(work.Now).ToUnixTimeMilliseconds();
        var versions = LicenseVersions.Find(work.Transaction, change.Number.Serial);
        if (!StandingChange.TryPlan(change, settings.AuthorityNumber, versions, out var planned, out var refusal))
            return Outcome.Refused(refusal);

        foreach (var step in planned.Steps)
        {
            work.Store.RecordEntry(work.Head.TakePosition(), work.MatterId, step.Version.StatusIndex, step.ToEntry(timeMs).Encode());
            work.Store.MoveStanding(step);
        }
        new CertificateChanges(work.Transaction, work.Head).EndAll(change.Number.Serial, change.Event, change.Reason, work.MatterId, timeMs);
        work.Head.Signing(timeMs);
        return Outcome.Done;
    }
}
