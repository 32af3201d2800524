using System.Diagnostics.CodeAnalysis;

namespace ELicense.Core.Enterprises;

/// <summary>The face (照面) of a business license: what is printed on it. One that exists is right for its kind.</summary>
public sealed record Face
{
    private Face() { }

    public required EnterpriseKind Kind { get; init; }
    public required CreditCode CreditCode { get; init; }
    public required string Name { get; init; }

    /// <summary>类型 in the register's words, e.g. 有限责任公司(自然人独资).</summary>
    public required string KindText { get; init; }

    /// <summary>登记机关, the registering office's name.</summary>
    public required string OfficeName { get; init; }

    /// <summary>法定代表人, 执行事务合伙人, 投资人, 经营者 or 负责人, by kind.</summary>
    public required string Representative { get; init; }

    /// <summary>成立日期 (注册日期 of a sole trader).</summary>
    public required DateOnly EstablishedOn { get; init; }

    /// <summary>核准日期 (登记日期).</summary>
    public required DateOnly ApprovedOn { get; init; }

    public RegisteredCapital? Capital { get; init; }
    public DateOnly? TermFrom { get; init; }

    /// <summary>Last day of the term (营业期限), which ends at 24:00 UTC+8 of it; absent: long-term.</summary>
    public DateOnly? TermTo { get; init; }

    public string? Address { get; init; }
    public string? BusinessScope { get; init; }
    public string? CompositionForm { get; init; }

    /// <summary>Judges a draft by the schema of its kind.</summary>
    /// <param name="approvedOn">Taken when the draft names none.</param>
    public static bool TryCreate(
        EnterpriseDraft draft, string officeName, DateOnly approvedOn, [NotNullWhen(true)] out Face? face, out Refusal refusal) => throw new NotImplementedException();

    /// <summary>Deterministic CBOR map with small integer keys (docs/formats.md, Face).</summary>
    public byte[] Encode() => throw new NotImplementedException();

    /// <summary>Accepts only the canonical form of a face that <see cref="TryCreate"/> would make.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out Face? face, out Refusal refusal) => throw new NotImplementedException();
}
