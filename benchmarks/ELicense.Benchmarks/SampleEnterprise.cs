using System.Globalization;
using ELicense.Core.Enterprises;
using ELicense.Issuance.Matters;

namespace ELicense.Benchmarks;

/// <summary>Enterprises that do not exist, as large as those of a published register.</summary>
internal static class SampleEnterprise
{
    public const string Office = "示例市市场监督管理局";

    /// <summary>A middling business scope: some 90 characters.</summary>
    public const string Scope =
        "一般项目：日用百货销售；针纺织品销售；服装服饰零售；电子产品销售；计算机软硬件及辅助设备零售；信息技术咨询服务；广告设计、代理；国内贸易代理。（除依法须经批准的项目外，凭营业执照依法自主开展经营活动）";

    public static IssuanceContent Issuance(int number)
    {
        var draft = new EnterpriseDraft
        {
            Kind = "company",
            Uscc = Code(number),
            Name = $"示例{number}号商贸有限公司",
            LegalRepresentative = "张三",
            RegisteredCapital = "100万人民币",
            EstablishedOn = "2020-05-01",
            ApprovedOn = "2020-05-01",
            Address = $"示例市示例区示例路{number}号",
            BusinessScope = Scope,
        };
        return Face.TryCreate(draft, Office, new DateOnly(2020, 5, 1), out var face, out var refusal)
            ? new IssuanceContent(face)
            : throw new InvalidOperationException(refusal.ToString());
    }

    /// <summary>Applied for and approved at the door of a served authority.</summary>
    /// <returns>The license's number.</returns>
    public static async Task<string> IssueAsync(HttpClient clerk, HttpClient approver, int number)
    {
        var applied = await ServedElicense.PostAsync(clerk, "/api/v1/applications", new
        {
            type = "issuance",
            enterprise = new
            {
                kind = "company",
                uscc = Code(number),
                name = $"示例{number}号商贸有限公司",
                legalRepresentative = "张三",
                registeredCapital = "100万人民币",
                establishedOn = "2020-05-01",
                address = $"示例市示例区示例路{number}号",
                businessScope = Scope,
            },
        });
        return (await ServedElicense.ApproveAsync(approver, applied)).GetProperty("licenseNumber").GetString()!;
    }

    /// <summary>The lines of the same enterprises as a register.</summary>
    public static IEnumerable<string> Register(int first, int count) => Enumerable.Range(first, count)
        .Select(number => $"示例{number}号商贸有限公司,{Code(number)},2020-05-01,有限责任公司,张三,100万人民币,{Scope},示例省,示例市,示例市示例区示例路{number}号")
        .Prepend("企业名称,统一社会信用代码,注册日期,企业类型,法人代表,注册资金,经营范围,所在省份,地区,注册地址");

    /// <summary>GB 11714 and GB 32100-2015, both check characters.</summary>
    public static string Code(int number)
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        int[] weights = [3, 7, 9, 10, 5, 8, 4, 2];
        var body = number.ToString("d8", CultureInfo.InvariantCulture);
        var inner = 11 - (body.Select((digit, i) => (digit - '0') * weights[i]).Sum() % 11);
        var code = "91440101" + body + (inner switch { 10 => "X", 11 => "0", _ => inner.ToString(CultureInfo.InvariantCulture) });
        var (weight, sum) = (1, 0);
        foreach (var character in code)
        {
            sum += Alphabet.IndexOf(character, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }
        return code + Alphabet[(31 - (sum % 31)) % 31];
    }
}
