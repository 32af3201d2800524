using ELicense.Core;
using ELicense.Core.Licenses;
using ELicense.IntegrationTests.Databases;
using ELicense.Issuance.Licenses;
using ELicense.Issuance.Matters;
using Xunit;

namespace ELicense.IntegrationTests.Issuance;

public abstract class RecordMatterTests(DatabaseServer databases) : IDisposable
{
    private readonly Counter _counter = new(databases: databases);

    public void Dispose() => _counter.Dispose();

    [Fact]
    public void An_annual_report_is_recorded_and_neither_signed_nor_logged()
    {
        var license = _counter.Issue(1);

        var result = CarryOut(Report(license.Number, 2025));

        Assert.Equal(MatterState.Done, result.State);
        Assert.Equal(1, _counter.Authority.Counts().LogSize);
        var report = Assert.IsType<AnnualReportContent>(_counter.Authority.FindMatter(result.MatterId)!.Content);
        Assert.Equal((2025, "示例路1号 0591-1234567", 12, 53_000_000L), (report.Year, report.Contact, report.Employees, report.TotalAssets));
    }

    [Fact]
    public void A_year_is_reported_on_once()
    {
        var license = _counter.Issue(1);
        var (first, second) = (_counter.Approve(_counter.Apply(Report(license.Number, 2025))), _counter.Approve(_counter.Apply(Report(license.Number, 2025, employees: 13))));

        var results = _counter.Authority.CarryOut([first, second]);

        Assert.Equal([MatterState.Done, MatterState.Refused], results.Select(result => result.State));
        Assert.Equal(Codes.AlreadyReported, results[1].Refusal!.Value.Code);
        Assert.Equal(MatterState.Done, CarryOut(Report(license.Number, 2024)).State);
    }

    [Theory]
    [InlineData(2019)]
    [InlineData(2026)]
    public void Reports_are_on_years_that_are_over_since_the_registration(int year)
    {
        var license = _counter.Issue(1);

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Report(license.Number, year), out _, out var refusal));

        Assert.Equal(Codes.YearNotDue, refusal.Code);
    }

    [Fact]
    public void A_revoked_enterprise_reports_no_more()
    {
        var license = _counter.Issue(1);
        _counter.Change(MatterType.Revocation, license);

        Assert.False(_counter.Authority.TryApply(Counter.Clerk, Report(license.Number, 2025), out _, out var refusal));

        Assert.Equal(Codes.TransitionRefused, refusal.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00ff")]
    [InlineData("abc")]
    [InlineData("AB")]
    [InlineData("0102030405060708090a0b0c0d0e0f101112131415")]
    public void A_certificate_is_named_by_a_canonical_serial_number(string serial)
    {
        Assert.False(CertificateContent.TryCreate(MatterType.LossReport, new LicenseNumber(4401, 1), 1, KeyId.FromBytes(new byte[8]), serial, out _, out var refusal));

        Assert.Equal(Codes.Malformed, refusal.Code);
    }

    private CarryOutResult CarryOut(MatterContent content) => _counter.Authority.CarryOut([_counter.Approve(_counter.Apply(content))])[0];

    private static AnnualReportContent Report(LicenseNumber number, int year, int employees = 12) =>
        AnnualReportContent.TryCreate(number, 1, year, "示例路1号 0591-1234567", employees, 53_000_000, out var report, out var refusal)
            ? report
            : throw new InvalidOperationException(refusal.ToString());
}

public sealed class RecordMatterOnSqliteTests() : RecordMatterTests(EmbeddedDatabases.Instance);

public sealed class RecordMatterOnPostgresTests(PostgresCluster cluster) : RecordMatterTests(cluster);
