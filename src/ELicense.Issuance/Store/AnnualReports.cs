using ELicense.Issuance.Matters;

namespace ELicense.Issuance.Store;

/// <summary>Which years a license has reported on; the reports themselves are the contents of their matters.</summary>
internal static class AnnualReports
{
    public static bool IsRecorded(RegisterTransaction transaction, AnnualReportContent report)
    {
        using var find = new BulkStatement(transaction, "SELECT matter_id FROM annual_reports WHERE serial = @serial AND year = @year", "serial", "year");
        return find.Find(reader => reader.GetInt64(0), report.Number.Serial, (long)report.Year) != 0;
    }

    public static void Record(RegisterTransaction transaction, AnnualReportContent report, long matterId)
    {
        using var insert = new BulkStatement(
            transaction, "INSERT INTO annual_reports (serial, year, matter_id) VALUES (@serial, @year, @matter)", "serial", "year", "matter");
        insert.Execute(report.Number.Serial, (long)report.Year, matterId);
    }
}
