using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Matters;

/// <summary>One officer's act on one matter: judged, done and put into the trail in one transaction, a refused act into the trail alone.</summary>
internal sealed class OfficersAct(Register register, TimeProvider clock)
{
    /// <param name="judge">Says what speaks against it; null: nothing, and <paramref name="perform"/> may write.</param>
    public ApplyResult Run(string name, Officer officer, Approval seen, Func<MatterRow, OfficersWork, Refusal?> judge, Action<MatterRow, OfficersWork> perform)
    {
        var now = clock.GetUtcNow();
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        using var store = new MatterStore(transaction);
        var trail = new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds());
        var work = new OfficersWork(store, head, now);
        var row = store.Find(seen.MatterId);
        var refusal = row is null ? new Refusal(Codes.NotFound, $"There is no matter {seen.MatterId}.") : judge(row, work);
        if (refusal is null)
            perform(row!, work);
        trail.Append(AuditAct.Officers(name, officer, seen, refusal));
        var result = new ApplyResult(refusal is null ? store.Find(seen.MatterId)!.ToMatter() : null, refusal);
        head.Store();
        transaction.Commit();
        return result;
    }
}

/// <summary>What an act on one matter works with.</summary>
internal sealed record OfficersWork(MatterStore Store, RegisterHead Head, DateTimeOffset Now);
