namespace ELicense.Core.Enterprises;

/// <summary>Registered capital (注册资本).</summary>
/// <param name="MinorUnits">In hundredths of the currency's unit (fen), not negative.</param>
/// <param name="Currency">ISO 4217 alphabetic code, e.g. CNY, USD, HKD.</param>
public readonly record struct RegisteredCapital(long MinorUnits, string Currency)
{
    /// <summary>Reads what registers write: 530万人民币 · 50(万元人民币) · 1,088(万元人民币) · 150.1600(万元人民币) · 20(万美元) · 530万元人民币 · 1000元人民币. Code: capital-format.</summary>
    public static bool TryParse(string? text, out RegisteredCapital capital, out Refusal refusal) => throw new NotImplementedException();

    /// <summary>Canonical Chinese text, e.g. 530万元人民币, 150.16万元人民币, 20万美元.</summary>
    public override string ToString() => throw new NotImplementedException();
}
