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

    private static readonly string[] Regions = ["福州", "厦门市", "深圳市", "广州", "上海", "北京", "杭州", "成都", "兰州", "武汉", "南京", "天津", "甘肃"];
    private static readonly string[] Trades = ["科技", "商贸", "餐饮管理", "信息技术", "建筑工程", "文化传媒", "服装", "物流", "电子商务", "贸易", ""];
    private static readonly string[] Forms = ["有限公司", "有限责任公司", "股份有限公司", "店", "经营部", "商行"];

    // Characters of names, the frequent ones first.
    private const string Characters = "福海云山金华天和兴盛鑫安明达宏泰瑞丰顺利美佳欣雅龙凤春江河湖林森木石玉宝银星月日光辉煌祥瑞永久长青松柏竹梅兰菊荷花风雨雪霜晨曦晓岚茶香书院文博学知行远航通途诚信仁义德正中国东南西北方圆大小新旧";

    /// <summary>A name with the parts that names of enterprises have: region, two to four characters of its own, trade, form.</summary>
    public static string DrawName(Random random)
    {
        var own = string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => Characters[(int)(Characters.Length * Math.Pow(random.NextDouble(), 2))]));
        return Regions[random.Next(Regions.Length)] + own + Trades[random.Next(Trades.Length)] + Forms[random.Next(Forms.Length)];
    }

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
