namespace ELicense.Core.Enterprises;

/// <summary>A field of a face; the number is its key in CBOR.</summary>
public enum FaceField
{
    Kind = 1,
    CreditCode = 2,
    Name = 3,
    KindText = 4,
    OfficeName = 5,
    Representative = 6,
    EstablishedOn = 7,
    ApprovedOn = 8,
    Capital = 9,
    TermFrom = 10,
    TermTo = 11,
    Address = 12,
    BusinessScope = 13,
    CompositionForm = 14,
}

/// <summary>What one kind of enterprise calls a field on its license, and whether it must be there.</summary>
public sealed record FaceFieldRule(FaceField Field, bool Required, string ChineseLabel, string EnglishLabel);

/// <summary>The fields of each kind's face, in the order of the printed license. <see cref="FaceField.Kind"/> is not printed: its words are.</summary>
public static class FaceSchema
{
    private const bool Required = true;
    private const bool Optional = false;

    private static readonly FaceFieldRule[] Company = Fields(
        Representative("法定代表人", "Legal representative"),
        Scope,
        new(FaceField.Capital, Optional, "注册资本", "Registered capital"),
        Established("成立日期"),
        new(FaceField.TermFrom, Optional, "营业期限自", "Term of operation from"),
        new(FaceField.TermTo, Optional, "营业期限至", "Term of operation to"),
        Address("住所", "Domicile"));

    private static readonly FaceFieldRule[] Partnership = Fields(
        Representative("执行事务合伙人", "Managing partner"),
        Scope,
        new(FaceField.Capital, Optional, "出资额", "Capital contribution"),
        Established("成立日期"),
        new(FaceField.TermFrom, Optional, "合伙期限自", "Term of partnership from"),
        new(FaceField.TermTo, Optional, "合伙期限至", "Term of partnership to"),
        Address("主要经营场所", "Principal place of business"));

    private static readonly FaceFieldRule[] SoleProprietorship = Fields(
        Representative("投资人", "Investor"),
        Scope,
        new(FaceField.Capital, Optional, "出资额", "Capital contribution"),
        Established("成立日期"),
        Address("住所", "Domicile"));

    private static readonly FaceFieldRule[] SoleTrader = Fields(
        Representative("经营者", "Operator"),
        new(FaceField.CompositionForm, Optional, "组成形式", "Form of composition"),
        Scope,
        Established("注册日期"),
        Address("经营场所", "Place of business"));

    private static readonly FaceFieldRule[] Branch = Fields(
        Representative("负责人", "Principal"),
        Scope,
        Established("成立日期"),
        new(FaceField.TermFrom, Optional, "营业期限自", "Term of operation from"),
        new(FaceField.TermTo, Optional, "营业期限至", "Term of operation to"),
        Address("营业场所", "Place of business"));

    public static IReadOnlyList<FaceFieldRule> For(EnterpriseKind kind) => Rules(kind);

    internal static FaceFieldRule[] Rules(EnterpriseKind kind) => kind switch
    {
        EnterpriseKind.Company => Company,
        EnterpriseKind.Partnership => Partnership,
        EnterpriseKind.SoleProprietorship => SoleProprietorship,
        EnterpriseKind.SoleTrader => SoleTrader,
        EnterpriseKind.Branch => Branch,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of enterprise."),
    };

    /// <param name="rules">Of a kind.</param>
    internal static bool Allows(FaceFieldRule[] rules, FaceField field)
    {
        foreach (var rule in rules)
        {
            if (rule.Field == field)
                return true;
        }

        return false;
    }

    /// <summary>Longest text of a text field, in UTF-16 code units; 0 for a field that is no text.</summary>
    public static int MaxLength(FaceField field) => field switch
    {
        FaceField.Name => 120,
        FaceField.KindText => 60,
        FaceField.OfficeName => 100,
        FaceField.Representative => 100,
        FaceField.Address => 300,
        FaceField.BusinessScope => 4000,
        FaceField.CompositionForm => 20,
        _ => 0,
    };

    private static FaceFieldRule Scope => new(FaceField.BusinessScope, Optional, "经营范围", "Scope of business");

    private static FaceFieldRule Representative(string chinese, string english) => new(FaceField.Representative, Required, chinese, english);

    private static FaceFieldRule Established(string chinese) => new(FaceField.EstablishedOn, Required, chinese, "Date of establishment");

    private static FaceFieldRule Address(string chinese, string english) => new(FaceField.Address, Optional, chinese, english);

    private static FaceFieldRule[] Fields(params FaceFieldRule[] ofKind) =>
    [
        new(FaceField.CreditCode, Required, "统一社会信用代码", "Unified social credit code"),
        new(FaceField.Name, Required, "名称", "Name"),
        new(FaceField.KindText, Required, "类型", "Type"),
        .. ofKind,
        new(FaceField.OfficeName, Required, "登记机关", "Registration authority"),
        new(FaceField.ApprovedOn, Required, "核准日期", "Date of approval"),
    ];
}
