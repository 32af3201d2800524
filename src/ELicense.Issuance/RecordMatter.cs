using ELicense.Core;
using ELicense.Issuance.Audit;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>
/// Matters that leave licenses and log as they are: an annual report (年报) is recorded by its year; a loss report (挂失) is confirmed; a replacement (补领) waits
/// until certificates are served.
/// </summary>
internal sealed class RecordMatter(Register register, AuthoritySettings settings, TimeProvider clock)
{
    public CarryOutResult Run(long matterId)
    {
        using var transaction = register.Write();
        var head = RegisterHead.Lock(transaction);
        var now = clock.GetUtcNow();
        using var find = IssuanceStore.FindMatter(transaction);
        using var store = new IssuanceStore(transaction);
        var trail = new AuditTrail(transaction, head, now.ToUnixTimeMilliseconds());
        if (find.Find(MatterRow.Read, matterId) is not { } row)
            return new CarryOutResult(matterId, MatterState.Approved, null, new Refusal(Codes.NotFound, $"There is no matter {matterId}."));
        if (!ApprovedMatter.TryRehydrate(row, out var approved, out var refusal) || !approved.TryOpen(row.Content, out var content, out _, out refusal))
            return Committed(new CarryOutResult(matterId, row.StateName, null, refusal), null, null);
        if (content.Type == MatterType.Replacement)
            return new CarryOutResult(matterId, MatterState.Approved, null, new Refusal(Codes.CertificatesNotServed, "This release serves no certificates; the matter waits."));

        return Committed(
            content is AnnualReportContent report && AnnualReportIsDue.Check(report, settings, transaction, now) is { } forbidden ? Refuse(forbidden) : Record(),
            approved.ContentHash, content.License?.ToString());

        CarryOutResult Committed(CarryOutResult result, Digest? hash, string? license)
        {
            trail.Append(AuditAct.CarriedOut(matterId, hash, license, result.Refusal));
            head.Store();
            transaction.Commit();
            return result;
        }

        CarryOutResult Refuse(Refusal why)
        {
            store.MarkRefused(matterId, why, now.ToUnixTimeMilliseconds());
            return new CarryOutResult(matterId, MatterState.Refused, null, why);
        }

        CarryOutResult Record()
        {
            if (content is AnnualReportContent due)
                AnnualReports.Record(transaction, due, matterId);
            store.MarkDone(matterId, now.ToUnixTimeMilliseconds());
            return new CarryOutResult(matterId, MatterState.Done, null, null);
        }
    }
}
