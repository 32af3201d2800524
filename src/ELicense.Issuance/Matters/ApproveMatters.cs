using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Certificates;
using ELicense.Issuance.Filings;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Matters;

/// <summary>Approval (核准) by another officer, a chunk in one transaction; committed before anything is carried out.</summary>
internal sealed class ApproveMatters(Register register, AuthoritySettings settings, TimeProvider clock)
{
    public IReadOnlyList<ApproveResult> Run(Officer approver, IReadOnlyCollection<Approval> chunk) => Register.Repeat(() => RunOnce(approver, chunk));

    private List<ApproveResult> RunOnce(Officer approver, IReadOnlyCollection<Approval> chunk)
    {
        var now = clock.GetUtcNow();
        var nowMs = now.ToUnixTimeMilliseconds();
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        using var store = new MatterStore(transaction);
        var trail = new AuditTrail(transaction, head, nowMs);
        Lapse(store, head, trail, now);
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
        var now = clock.GetUtcNow();
        var head = RegisterHead.Lock(transaction);
        using var store = new MatterStore(transaction);
        var lapsed = Lapse(store, head, new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds()), now);
        head.Store();
        transaction.Commit();
        return lapsed;
    }

    /// <summary>A clock that is in doubt ends no loss report: it stays in force until the clock is right.</summary>
    private int Lapse(MatterStore store, RegisterHead head, AuditTrail trail, DateTimeOffset now)
    {
        if (ClockCanBeSigned.Check(now, head, settings) is not null)
            return 0;
        var lapsed = store.Lapse(now.ToUnixTimeMilliseconds(), settings.LossReportLapsesAfter);
        foreach (var id in lapsed)
        {
            trail.Append(new AuditAct(ActName.Lapse, null, AuditAct.SubjectOf(id)));
            FilingStore.Decided(store.Transaction, id);
            LossReports.Release(id, store.Find(id)!.ToMatter().Content, store.Transaction, head, now);
        }

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
