namespace ELicense.Core.Enterprises;

/// <summary>An enterprise as somebody wrote it: foreign text, nothing checked. The JSON of the contract's <c>enterprise</c>; <see cref="Face.TryCreate"/> judges it.</summary>
public sealed record EnterpriseDraft
{
    /// <summary>API name of the kind, or 企业类型 as registers write it.</summary>
    public string? Kind { get; init; }

    public string? Uscc { get; init; }
    public string? Name { get; init; }
    public string? LegalRepresentative { get; init; }
    public string? Operator { get; init; }
    public string? Investor { get; init; }
    public string? ManagingPartner { get; init; }
    public string? Principal { get; init; }

    /// <summary>组成形式 of a sole trader.</summary>
    public string? CompositionForm { get; init; }

    public string? RegisteredCapital { get; init; }

    /// <summary>Dates as YYYY-MM-DD, of UTC+8.</summary>
    public string? EstablishedOn { get; init; }

    public string? TermFrom { get; init; }
    public string? TermTo { get; init; }
    public string? Address { get; init; }
    public string? BusinessScope { get; init; }
    public string? ApprovedOn { get; init; }
}
