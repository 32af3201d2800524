using ELicense.Core;
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
    private readonly CarryOutMatter _matter = new(register, clock);

    public CarryOutResult Run(long matterId) => _matter.Run(matterId, Record);

    private Outcome Record(MatterContent content, CarryingOut work)
    {
        if (content.Type == MatterType.Replacement)
            return Outcome.Waits(new Refusal(Codes.CertificatesNotServed, "This release serves no certificates; the matter waits."));
        if (content is not AnnualReportContent report)
            return Outcome.Done;
        if (AnnualReportIsDue.Check(report, settings, work.Transaction, work.Now) is { } forbidden)
            return Outcome.Refused(forbidden);
        AnnualReports.Record(work.Transaction, report, work.MatterId);
        return Outcome.Done;
    }
}
