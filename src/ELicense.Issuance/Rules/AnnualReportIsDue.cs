using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using ELicense.Issuance.Store;

namespace ELicense.Issuance.Rules;

/// <summary>A report is on a year that is over, once, from the year of registration on (企业信息公示暂行条例 第八条), by an enterprise that is in business.</summary>
internal static class AnnualReportIsDue
{
    public static Refusal? Check(AnnualReportContent report, AuthoritySettings settings, RegisterTransaction transaction, DateTimeOffset now)
    {
        var versions = LicenseVersions.Find(transaction, report.Number.Serial);
        if (ExpectedLicense.Check(report.Number, report.ExpectedVersion, settings.AuthorityNumber, versions) is { } unexpected)
            return unexpected;
        if (versions[^1].Standing is Standing.Revoked or Standing.Cancelled)
            return new Refusal(Codes.TransitionRefused, $"License {report.Number} is {versions[^1].Standing}: no report is due.");
        var (first, last) = (LicenseVersions.FindFace(transaction, versions[^1].StatusIndex).EstablishedOn.Year, ChinaTime.Today(now).Year - 1);
        if (report.Year < first || report.Year > last)
            return new Refusal(Codes.YearNotDue, $"Reports are on the years {first} to {last}, not on {report.Year}.");
        return AnnualReports.IsRecorded(transaction, report)
            ? new Refusal(Codes.AlreadyReported, $"License {report.Number} has reported on {report.Year}.")
            : null;
    }
}
