using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ELicense.Core.Enterprises;

/// <summary>The face (照面) of a business license: what is printed on it. One that exists is right for its kind.</summary>
public sealed partial record Face
{
    private Face(FaceParts parts)
    {
        Kind = parts.Kind;
        CreditCode = parts.CreditCode;
        Name = parts.Text(FaceField.Name)!;
        KindText = parts.Text(FaceField.KindText)!;
        OfficeName = parts.Text(FaceField.OfficeName)!;
        Representative = parts.Text(FaceField.Representative)!;
        EstablishedOn = parts.Date(FaceField.EstablishedOn)!.Value;
        ApprovedOn = parts.Date(FaceField.ApprovedOn)!.Value;
        Capital = parts.Capital;
        TermFrom = parts.Date(FaceField.TermFrom);
        TermTo = parts.Date(FaceField.TermTo);
        Address = parts.Text(FaceField.Address);
        BusinessScope = parts.Text(FaceField.BusinessScope);
        CompositionForm = parts.Text(FaceField.CompositionForm);
    }

    public EnterpriseKind Kind { get; }
    public CreditCode CreditCode { get; }
    public string Name { get; }

    /// <summary>类型 in the register's words, e.g. 有限责任公司(自然人独资).</summary>
    public string KindText { get; }

    /// <summary>登记机关, the registering office's name.</summary>
    public string OfficeName { get; }

    /// <summary>法定代表人, 执行事务合伙人, 投资人, 经营者 or 负责人, by kind.</summary>
    public string Representative { get; }

    /// <summary>成立日期 (注册日期 of a sole trader).</summary>
    public DateOnly EstablishedOn { get; }

    /// <summary>核准日期 (登记日期).</summary>
    public DateOnly ApprovedOn { get; }

    public RegisteredCapital? Capital { get; }
    public DateOnly? TermFrom { get; }

    /// <summary>Last day of the term (营业期限), which ends at 24:00 UTC+8 of it; absent: long-term.</summary>
    public DateOnly? TermTo { get; }

    public string? Address { get; }
    public string? BusinessScope { get; }
    public string? CompositionForm { get; }

    /// <summary>Judges a draft by the schema of its kind. Empty and <c>N/A</c> are absent.</summary>
    /// <remarks>Codes: kind-unknown, field-missing, field-not-allowed, text-forbidden, text-too-long, formula, date-format, term-order, capital-format and those of <see cref="CreditCode.TryParse"/>.</remarks>
    /// <param name="approvedOn">Taken when the draft names none.</param>
    public static bool TryCreate(
        EnterpriseDraft draft, string officeName, DateOnly approvedOn, [NotNullWhen(true)] out Face? face, out Refusal refusal)
    {
        face = null;
        if (!TryReadKind(draft.Kind, out var kind, out var kindText, out refusal))
            return false;

        if (!TryReadCode(draft.Uscc, out var creditCode, out refusal))
            return false;

        var parts = new FaceParts { Kind = kind, CreditCode = creditCode };
        if (!TryReadRepresentative(draft, kind, out var representative, out refusal))
            return false;

        parts.Add(FaceField.KindText, kindText);
        parts.Add(FaceField.OfficeName, officeName);
        parts.Add(FaceField.Representative, representative);
        parts.Add(FaceField.Name, draft.Name);
        parts.Add(FaceField.Address, draft.Address);
        parts.Add(FaceField.BusinessScope, draft.BusinessScope);
        parts.Add(FaceField.CompositionForm, draft.CompositionForm);
        if (!TryReadDate(parts, FaceField.EstablishedOn, draft.EstablishedOn, out refusal)
            || !TryReadDate(parts, FaceField.ApprovedOn, draft.ApprovedOn, out refusal)
            || !TryReadDate(parts, FaceField.TermFrom, draft.TermFrom, out refusal)
            || !TryReadDate(parts, FaceField.TermTo, draft.TermTo, out refusal))
        {
            return false;
        }

        if (parts.Date(FaceField.ApprovedOn) is null)
            parts.Add(FaceField.ApprovedOn, approvedOn);
        if (!IsAbsent(draft.RegisteredCapital))
        {
            if (!RegisteredCapital.TryParse(draft.RegisteredCapital.Trim(), out var capital, out refusal))
                return false;
            parts.Capital = capital;
        }

        if (!parts.TryJudge(out refusal))
            return false;

        face = new Face(parts);
        return true;
    }

    /// <summary>Whether a register's or form's text says nothing: empty, spaces or <c>N/A</c>.</summary>
    public static bool IsAbsent([NotNullWhen(false)] string? text) =>
        string.IsNullOrWhiteSpace(text) || text.AsSpan().Trim().Equals("N/A", StringComparison.OrdinalIgnoreCase);

    private static bool TryReadKind(string? text, out EnterpriseKind kind, out string kindText, out Refusal refusal)
    {
        kindText = "";
        kind = 0;
        if (IsAbsent(text))
        {
            refusal = new Refusal(Codes.FieldMissing, "kind is missing.");
            return false;
        }

        if (EnterpriseKinds.TryFromApiName(text, out kind))
        {
            kindText = kind.ChineseName();
            refusal = default;
            return true;
        }

        if (!FaceText.TryClean(text, FaceSchema.MaxLength(FaceField.KindText), out kindText, out refusal))
            return false;

        if (!EnterpriseKinds.TryFromRegister(kindText, out kind))
        {
            refusal = new Refusal(Codes.KindUnknown, $"The kind '{kindText}' is in no row of the mapping; an officer decides.");
            return false;
        }

        return true;
    }

    private static bool TryReadCode(string? text, out CreditCode creditCode, out Refusal refusal)
    {
        if (!IsAbsent(text))
            return CreditCode.TryParse(text, out creditCode, out refusal);

        creditCode = default;
        refusal = new Refusal(Codes.FieldMissing, "uscc is missing.");
        return false;
    }

    /// <summary>Each kind has its own word; registers write all of them as 法人代表, so legalRepresentative stands in when the own one is absent.</summary>
    private static bool TryReadRepresentative(EnterpriseDraft draft, EnterpriseKind kind, out string? representative, out Refusal refusal)
    {
        (string Name, string? Text, EnterpriseKind Kind)[] fields =
        [
            ("legalRepresentative", draft.LegalRepresentative, EnterpriseKind.Company),
            ("managingPartner", draft.ManagingPartner, EnterpriseKind.Partnership),
            ("investor", draft.Investor, EnterpriseKind.SoleProprietorship),
            ("operator", draft.Operator, EnterpriseKind.SoleTrader),
            ("principal", draft.Principal, EnterpriseKind.Branch),
        ];
        representative = Array.Find(fields, field => field.Kind == kind).Text;
        var own = !IsAbsent(representative);
        foreach (var field in fields)
        {
            if (field.Kind == kind || IsAbsent(field.Text))
                continue;

            if (own || field.Kind != EnterpriseKind.Company)
            {
                refusal = new Refusal(Codes.FieldNotAllowed, $"{field.Name} does not belong to the face of a {kind.ApiName()}.");
                return false;
            }

            representative = field.Text;
        }

        refusal = default;
        return true;
    }

    private static bool TryReadDate(FaceParts parts, FaceField field, string? text, out Refusal refusal)
    {
        refusal = default;
        if (IsAbsent(text))
            return true;

        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            refusal = new Refusal(Codes.DateFormat, $"{field} is not a date of the calendar written YYYY-MM-DD.");
            return false;
        }

        parts.Add(field, date);
        return true;
    }
}
