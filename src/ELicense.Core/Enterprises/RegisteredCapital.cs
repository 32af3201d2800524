using System.Globalization;
using System.Text.RegularExpressions;

namespace ELicense.Core.Enterprises;

/// <summary>Registered capital (注册资本).</summary>
/// <param name="MinorUnits">In hundredths of the currency's unit (fen), not negative.</param>
/// <param name="Currency">ISO 4217 alphabetic code, e.g. CNY, USD, HKD.</param>
public readonly partial record struct RegisteredCapital(long MinorUnits, string Currency)
{
    private const int MaxTextLength = 60;
    private const long MinorPerUnit = 100;
    private const long TenThousand = 10_000;

    // The first name of a currency is the canonical one.
    private static readonly (string Name, string Code)[] Currencies =
    [
        ("元人民币", "CNY"), ("人民币元", "CNY"), ("人民币", "CNY"), ("元", "CNY"), ("", "CNY"),
        ("美元", "USD"), ("美金", "USD"),
        ("港元", "HKD"), ("港币", "HKD"), ("元港币", "HKD"), ("香港元", "HKD"),
        ("澳门元", "MOP"),
        ("新台币", "TWD"), ("台币", "TWD"), ("元新台币", "TWD"),
        ("欧元", "EUR"),
        ("日元", "JPY"), ("日圆", "JPY"),
        ("英镑", "GBP"),
        ("加拿大元", "CAD"), ("加元", "CAD"),
        ("澳大利亚元", "AUD"), ("澳元", "AUD"),
        ("新加坡元", "SGD"),
        ("新西兰元", "NZD"),
        ("瑞士法郎", "CHF"),
        ("韩元", "KRW"), ("韩国元", "KRW"),
        ("卢布", "RUB"),
    ];

    [GeneratedRegex(@"^(?<prefix>人民币)?(?<whole>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?<fraction>[0-9]{1,10}))?(?:\((?<unit>[^()0-9]{1,8})\)|(?<unit>[^()0-9]{1,8})(?:\((?<unit2>[^()0-9]{1,8})\))?)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    /// <summary>Reads what registers write: 530万人民币 · 50(万元人民币) · 1,088(万元人民币) · 150.1600(万元人民币) · 20(万美元) · 530万元人民币 · 1000元人民币. Code: capital-format.</summary>
    /// <remarks>Ten thousands (万), hundred millions (亿) or units; brackets of either width; an amount finer than a hundredth of the unit is refused.</remarks>
    public static bool TryParse(string? text, out RegisteredCapital capital, out Refusal refusal)
    {
        capital = default;
        refusal = new Refusal(Codes.CapitalFormat, "Expected a capital such as 530万元人民币 or 20(万美元).");
        if (text is null || text.Length > MaxTextLength)
            return false;

        var match = Form().Match(text.Replace('（', '(').Replace('）', ')').Replace(" ", "", StringComparison.Ordinal));
        if (!match.Success || !TryUnit(match.Groups["unit"].Value + match.Groups["unit2"].Value, out var scale, out var currency))
            return false;
        if (match.Groups["prefix"].Success && currency != "CNY")
            return false;

        // 15 digits before and 10 after the point: a decimal holds 28 exactly.
        var amount = decimal.Parse($"{match.Groups["whole"].Value.Replace(",", "", StringComparison.Ordinal)}.{match.Groups["fraction"].Value}0", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        if (amount > long.MaxValue / (scale * MinorPerUnit))
        {
            refusal = new Refusal(Codes.CapitalFormat, "The capital is larger than can be stated.");
            return false;
        }

        var minor = amount * scale * MinorPerUnit;
        if (minor != decimal.Truncate(minor))
        {
            refusal = new Refusal(Codes.CapitalFormat, "The capital is finer than a hundredth of the currency's unit.");
            return false;
        }

        capital = new RegisteredCapital((long)minor, currency);
        refusal = default;
        return true;
    }

    /// <summary>Whether a currency is one that faces may state.</summary>
    public static bool IsKnownCurrency(string code) => Array.Exists(Currencies, currency => currency.Code == code);

    /// <summary>Canonical Chinese text, e.g. 530万元人民币, 150.16万元人民币, 20万美元; below ten thousand units 1000元人民币.</summary>
    public override string ToString()
    {
        var code = Currency;
        var name = Array.Find(Currencies, currency => currency.Code == code).Name ?? code;
        var units = (decimal)MinorUnits / MinorPerUnit;
        return units >= TenThousand
            ? string.Create(CultureInfo.InvariantCulture, $"{units / TenThousand:0.######}万{name}")
            : string.Create(CultureInfo.InvariantCulture, $"{units:0.##}{name}");
    }

    private static bool TryUnit(string unit, out long scale, out string currency)
    {
        scale = unit[0] switch { '万' => TenThousand, '亿' => TenThousand * TenThousand, _ => 1 };
        var name = scale == 1 ? unit : unit[1..];
        currency = Array.Find(Currencies, known => known.Name == name).Code;
        return currency is not null;
    }
}
