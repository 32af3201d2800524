namespace ELicense.Core.Enterprises;

/// <summary>A face on its way: typed fields that were read from a draft or from bytes and are judged by the schema of their kind.</summary>
internal sealed class FaceParts
{
    private const int Fields = (int)FaceField.CompositionForm + 1;

    // By the number of the field.
    private readonly string?[] _texts = new string?[Fields];
    private readonly DateOnly?[] _dates = new DateOnly?[Fields];

    public required EnterpriseKind Kind { get; init; }
    public required CreditCode CreditCode { get; init; }
    public RegisteredCapital? Capital { get; set; }

    public void Add(FaceField field, string? text)
    {
        if (!Face.IsAbsent(text))
            _texts[(int)field] = text;
    }

    public void Add(FaceField field, DateOnly date) => _dates[(int)field] = date;

    public string? Text(FaceField field) => _texts[(int)field];

    public DateOnly? Date(FaceField field) => _dates[(int)field];

    /// <summary>Checks presence, absence, texts and the order of the term; cleans the texts.</summary>
    public bool TryJudge(out Refusal refusal)
    {
        var rules = FaceSchema.Rules(Kind);
        for (var field = FaceField.CreditCode; (int)field < Fields; field++)
        {
            if (Has(field) && !FaceSchema.Allows(rules, field))
            {
                refusal = new Refusal(Codes.FieldNotAllowed, $"{field} does not belong to the face of a {Kind.ApiName()}.");
                return false;
            }
        }

        foreach (var rule in rules)
        {
            if (rule.Required && !Has(rule.Field))
            {
                refusal = new Refusal(Codes.FieldMissing, $"{rule.EnglishLabel} ({rule.ChineseLabel}) is missing.");
                return false;
            }

            if (Text(rule.Field) is { } text)
            {
                if (!FaceText.TryClean(text, FaceSchema.MaxLength(rule.Field), out var clean, out refusal))
                {
                    refusal = refusal with { Detail = $"{rule.EnglishLabel} ({rule.ChineseLabel}): {refusal.Detail}" };
                    return false;
                }

                _texts[(int)rule.Field] = clean;
            }
        }

        return TryJudgeTerm(out refusal);
    }

    private bool Has(FaceField field) =>
        field is FaceField.CreditCode || Text(field) is not null || Date(field) is not null || (field is FaceField.Capital && Capital is not null);

    private bool TryJudgeTerm(out Refusal refusal)
    {
        refusal = default;
        if (Date(FaceField.TermTo) is not { } to)
            return true;

        if (Date(FaceField.TermFrom) > to || Date(FaceField.EstablishedOn) > to)
        {
            refusal = new Refusal(Codes.TermOrder, $"The term ends on {to:yyyy-MM-dd}, before it began or the enterprise was established.");
            return false;
        }

        return true;
    }
}
