using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>
/// Suspension (冻结), resumption (解冻), revocation (吊销) and cancellation (注销). Nothing but the log speaks of them, so one transaction is the whole cycle:
/// log entries of all versions, standings, matter and head.
/// </summary>
internal sealed class ChangeStanding(Register register, AuthoritySettings settings, TimeProvider clock)
{
    public CarryOutResult Run(long matterId)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        using var find = IssuanceStore.FindMatter(transaction);
        using var store = new IssuanceStore(transaction);
        var trail = new AuditTrail(transaction, head, nowMs);
        if (find.Find(MatterRow.Read, matterId) is not { } row)
            return new CarryOutResult(matterId, MatterState.Approved, null, new Refusal(Codes.NotFound, $"There is no matter {matterId}."));
        if (!ApprovedMatter.TryRehydrate(row, out var approved, out var refusal) || !approved.TryOpen(row.Content, out var content, out _, out refusal))
        {
            trail.Append(AuditAct.CarriedOut(matterId, contentHash: null, license: null, refusal));
            head.Store();
            transaction.Commit();
            return new CarryOutResult(matterId, row.StateName, null, refusal);
        }

        if (ClockHasNotGoneBack.Check(nowMs, head.LastSignedMs) is { } backwards)
            return new CarryOutResult(matterId, MatterState.Approved, null, backwards);

        var change = (StandingContent)content;
        if (!StandingChange.TryPlan(change, settings.AuthorityNumber, LicenseVersions.Find(transaction, change.Number.Serial), out var planned, out refusal))
        {
            store.MarkRefused(matterId, refusal, nowMs);
            trail.Append(AuditAct.CarriedOut(matterId, approved.ContentHash, change.Number.ToString(), refusal));
            head.Store();
            transaction.Commit();
            return new CarryOutResult(matterId, MatterState.Refused, null, refusal);
        }

        foreach (var step in planned.Steps)
        {
            store.RecordEntry(head.TakePosition(), matterId, step.Version.StatusIndex, step.ToEntry(nowMs).Encode());
            store.MoveStanding(step);
        }
        store.MarkDone(matterId, nowMs);
        trail.Append(AuditAct.CarriedOut(matterId, approved.ContentHash, change.Number.ToString(), refusal: null));
        head.Signing(nowMs);
        head.Store();
        transaction.Commit();
        register.LogGrew();
        return new CarryOutResult(matterId, MatterState.Done, null, null);
    }
}
