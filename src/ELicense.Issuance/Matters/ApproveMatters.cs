using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Matters;

/// <summary>Approval (核准) by another officer, a chunk in one transaction; committed before anything is carried out.</summary>
internal sealed class ApproveMatters(Register register, AuthoritySettings settings, TimeProvider clock)
{
    public IReadOnlyList<ApproveResult> Run(Officer approver, IReadOnlyCollection<Approval> chunk) => Register.Repeat(() => RunOnce(approver, chunk));

    private List<ApproveResult> RunOnce(Officer approver, IReadOnlyCollection<Approval> chunk)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        using var store = new MatterStore(transaction);
        var trail = new AuditTrail(transaction, head, nowMs);
        Lapse(store, trail, nowMs);
        store.Load(chunk.Select(approval => approval.MatterId));
        var results = new List<ApproveResult>();
        var acts = new List<AuditAct>();
        foreach (var approval in chunk)
        {
            var result = Approve(approver, approval, store, nowMs);
            acts.Add(AuditAct.Approval(approver, approval, result.Refusal));
            results.Add(result);
        }

        trail.AppendTogether(acts);
        head.Store();
        transaction.Commit();
        return results;
    }

    /// <summary>Loss reports (挂失) that nobody confirmed in time are over; an approval says so too, whether or not this was called.</summary>
    public int Lapse()
    {
        using var transaction = register.Write();
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var head = RegisterHead.Lock(transaction);
        using var store = new MatterStore(transaction);
        var trail = new AuditTrail(transaction, head, nowMs);
        var lapsed = Lapse(store, trail, nowMs);
        head.Store();
        transaction.Commit();
        return lapsed;
    }

    private int Lapse(MatterStore store, AuditTrail trail, long nowMs)
    {
        var lapsed = store.Lapse(nowMs, settings.LossReportLapsesAfter);
        foreach (var id in lapsed)
            trail.Append(new AuditAct(ActName.Lapse, null, AuditAct.SubjectOf(id)));
        return lapsed.Count;
    }

    private static ApproveResult Approve(Officer approver, Approval approval, MatterStore store, long nowMs)
    {
        if (store.Find(approval.MatterId) is not { } row)
            return new ApproveResult(approval.MatterId, null, new Refusal(Codes.NotFound, $"There is no matter {approval.MatterId}."));
        if (!ApprovedMatter.TryApprove(row, approver, approval.ContentHash, out var approved, out var refusal))
            return new ApproveResult(approval.MatterId, null, refusal);
        store.Approve(row.Id, approver.Person, nowMs);
        return new ApproveResult(approval.MatterId, approved, null);
    }
}
