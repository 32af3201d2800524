namespace ELicense.Core.Enterprises;

/// <summary>Kind of enterprise (市场主体类型) as far as the face of its license differs; the number is the kind code in tokens and faces.</summary>
public enum EnterpriseKind
{
    /// <summary>公司, and other enterprises with a legal person (全民所有制, 集体所有制 …), whose face has the same fields</summary>
    Company = 1,

    /// <summary>合伙企业</summary>
    Partnership = 2,

    /// <summary>个人独资企业</summary>
    SoleProprietorship = 3,

    /// <summary>个体工商户</summary>
    SoleTrader = 4,

    /// <summary>分支机构</summary>
    Branch = 5,
}

/// <summary>Names of the kinds in the API, and the mapping from what registers write.</summary>
public static class EnterpriseKinds
{
    private enum Where { Head, Anywhere }

    /// <summary>One row of the mapping; a null kind is for an officer to decide.</summary>
    private sealed record Rule(Where Where, string Word, EnterpriseKind? Kind);

    // The first row whose word occurs decides. The head is what stands before the first bracket: in 有限责任公司(自然人独资) the
    // bracket says who holds the company, not what it is.
    private static readonly Rule[] Mapping =
    [
        new(Where.Anywhere, "分公司", EnterpriseKind.Branch),
        new(Where.Anywhere, "分支", EnterpriseKind.Branch),
        new(Where.Head, "办事处", EnterpriseKind.Branch),
        new(Where.Head, "营业单位", EnterpriseKind.Branch),
        new(Where.Head, "经营单位", EnterpriseKind.Branch),
        new(Where.Head, "个体", EnterpriseKind.SoleTrader),
        new(Where.Head, "合伙", EnterpriseKind.Partnership),
        new(Where.Head, "个人独资", EnterpriseKind.SoleProprietorship),
        new(Where.Head, "私营独资", EnterpriseKind.SoleProprietorship),

        // Its license states 成员出资总额 and 业务范围, which no kind here has.
        new(Where.Head, "合作社", null),
        new(Where.Head, "非公司", null),
        new(Where.Anywhere, "非法人", null),
        new(Where.Head, "公司", EnterpriseKind.Company),
        new(Where.Head, "全民所有制", EnterpriseKind.Company),
        new(Where.Head, "集体所有制", EnterpriseKind.Company),
        new(Where.Head, "股份制", EnterpriseKind.Company),
        new(Where.Head, "股份合作制", EnterpriseKind.Company),
        new(Where.Head, "联营", EnterpriseKind.Company),
        new(Where.Head, "国有企业", EnterpriseKind.Company),
        new(Where.Head, "集体企业", EnterpriseKind.Company),
        new(Where.Head, "企业法人", EnterpriseKind.Company),
    ];

    /// <summary>company, partnership, sole-proprietorship, sole-trader, branch.</summary>
    public static string ApiName(this EnterpriseKind kind) => kind switch
    {
        EnterpriseKind.Company => "company",
        EnterpriseKind.Partnership => "partnership",
        EnterpriseKind.SoleProprietorship => "sole-proprietorship",
        EnterpriseKind.SoleTrader => "sole-trader",
        EnterpriseKind.Branch => "branch",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of enterprise."),
    };

    /// <summary>类型 on the face when nothing more exact is known: 公司, 合伙企业, 个人独资企业, 个体工商户, 分支机构.</summary>
    public static string ChineseName(this EnterpriseKind kind) => kind switch
    {
        EnterpriseKind.Company => "公司",
        EnterpriseKind.Partnership => "合伙企业",
        EnterpriseKind.SoleProprietorship => "个人独资企业",
        EnterpriseKind.SoleTrader => "个体工商户",
        EnterpriseKind.Branch => "分支机构",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of enterprise."),
    };

    public static bool TryFromApiName(string? name, out EnterpriseKind kind)
    {
        kind = name switch
        {
            "company" => EnterpriseKind.Company,
            "partnership" => EnterpriseKind.Partnership,
            "sole-proprietorship" => EnterpriseKind.SoleProprietorship,
            "sole-trader" => EnterpriseKind.SoleTrader,
            "branch" => EnterpriseKind.Branch,
            _ => 0,
        };
        return kind != 0;
    }

    /// <summary>Maps 企业类型 as registers write it, e.g. 有限责任公司(法人独资), full- or half-width brackets. Unknown ones are for an officer.</summary>
    public static bool TryFromRegister(string? text, out EnterpriseKind kind)
    {
        kind = 0;
        if (text is null || text.Length > FaceSchema.MaxLength(FaceField.KindText))
            return false;

        var bracket = text.AsSpan().IndexOfAny('(', '（');
        var head = bracket < 0 ? text : text[..bracket];
        foreach (var rule in Mapping)
        {
            if ((rule.Where == Where.Head ? head : text).Contains(rule.Word, StringComparison.Ordinal))
            {
                kind = rule.Kind ?? 0;
                return rule.Kind is not null;
            }
        }

        return false;
    }
}
