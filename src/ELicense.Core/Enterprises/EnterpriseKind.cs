using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Enterprises;

/// <summary>Kind of enterprise (市场主体类型) as far as the face of its license differs; the number is the kind code in tokens and faces.</summary>
public enum EnterpriseKind
{
    /// <summary>公司</summary>
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
    /// <summary>company, partnership, sole-proprietorship, sole-trader, branch.</summary>
    public static string ApiName(this EnterpriseKind kind) => throw new NotImplementedException();

    public static bool TryFromApiName(string? name, out EnterpriseKind kind) => throw new NotImplementedException();

    /// <summary>Maps 企业类型 as registers write it, e.g. 有限责任公司(法人独资), full- or half-width brackets. Unknown ones are for an officer.</summary>
    public static bool TryFromRegister(string? text, out EnterpriseKind kind) => throw new NotImplementedException();
}
