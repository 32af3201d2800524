using ELicense.IntegrationTests.Issuance;
using ELicense.Issuance.Certificates;

namespace ELicense.IntegrationTests.Authority;

/// <summary>Applications as clients send them.</summary>
public sealed partial class OfficersStation
{
    public static object Issuance(int number, string? termTo = null) => new
    {
        type = "issuance",
        enterprise = new
        {
            kind = "company",
            uscc = Enterprise.Code(number).Value,
            name = $"示例{number}号商贸有限公司",
            legalRepresentative = "张三",
            registeredCapital = "100万人民币",
            establishedOn = "2020-05-01",
            termFrom = termTo is null ? null : "2020-05-01",
            termTo,
            address = $"示例市示例路{number}号",
            businessScope = "日用百货销售",
        },
    };

    /// <summary>About a license, on the first ground of the published table.</summary>
    public static object Standing(string type, string license, int version = 1) => new
    {
        type,
        licenseNumber = license,
        version,
        reason = type switch { "suspension" => "judicial-order", "resumption" => "judicial-order-lifted", "revocation" => "false-registration", _ => "dissolution" },
    };

    public static object Amendment(string type, int number, string license, int version = 1) => new
    {
        type,
        licenseNumber = license,
        version,
        enterprise = ((dynamic)Issuance(number)).enterprise,
    };

    public static object AnnualReport(string license, int version = 1) => new
    {
        type = "annual-report",
        licenseNumber = license,
        version,
        annualReport = new { year = 2025, contact = "示例市示例路1号 0591-1234567", employees = 12, totalAssets = 53_000_000L },
    };

    /// <summary>Loss report or replacement of a certificate.</summary>
    public static object Certificate(string type, EnterpriseCertificate certificate, int version = 1) => new
    {
        type,
        licenseNumber = certificate.License.ToString(),
        version,
        certificate = new { issuer = certificate.Issuer.ToString(), serial = certificate.Serial.Hex },
    };
}
