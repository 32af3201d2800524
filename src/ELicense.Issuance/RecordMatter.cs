using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Rules;
using ELicense.Issuance.Store;

namespace ELicense.Issuance;

/// <summary>An annual report (年报) leaves licenses and log as they are: it is recorded by its year.</summary>
internal sealed class RecordMatter(Register register, AuthoritySettings settings, TimeProvider clock)
{
    private readonly CarryOutMatter _matter = new(register, clock);

    public CarryOutResult Run(long matterId) => _matter.Run(matterId, (content, work) => Record((AnnualReportContent)content, work));

    private Outcome Record(AnnualReportContent report, CarryingOut work)
    {
        if (AnnualReportIsDue.Check(report, settings, work.Transaction, work.Now) is { } forbidden)
            return Outcome.Refused(forbidden);
        AnnualReports.Record(work.Transaction, report, work.MatterId);
        return Outcome.Done;
    }
}
