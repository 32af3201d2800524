namespace ELicense.Core.Enterprises;

/// <summary>A face on its way: typed fields that were read from a draft or from bytes and are judged by the schema of their kind.</summary>
internal sealed class FaceParts
{
    public required EnterpriseKind Kind { get; init; }
    public required CreditCode CreditCode { get; init; }
    public Dictionary<FaceField, string> Texts { get; } = [];
    public Dictionary<FaceField, DateOnly> Dates { get; } = [];
    public RegisteredCapital? Capital { get; set; }

    public void Add(FaceField field, string? text)
    {
        if (!Face.IsAbsent(text))
            Texts.Add(field, text);
    }

    public string? Text(FaceField field) => Texts.GetValueOrDefault(field);

    public DateOnly? Date(FaceField field) => Dates.TryGetValue(field, out var date) ? date : null;

    /// <summary>Checks presence, absence, texts and the order of the term; cleans the texts.</summary>
    public bool TryJudge(out Refusal refusal)
    {
        var rules = FaceSchema.For(Kind);
        foreach (var field in Texts.Keys.Concat(Dates.Keys).Concat(Capital is null ? [] : [FaceField.Capital]))
        {
            if (!rules.Any(rule => rule.Field == field))
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

            if (Texts.TryGetValue(rule.Field, out var text))
            {
                if (!FaceText.TryClean(text, FaceSchema.MaxLength(rule.Field), out var clean, out refusal))
                {
                    refusal = refusal with { Detail = $"{rule.EnglishLabel} ({rule.ChineseLabel}): {refusal.Detail}" };
                    return false;
                }

                Texts[rule.Field] = clean;
            }
        }

        return TryJudgeTerm(out refusal);
    }

    private bool Has(FaceField field) =>
        field is FaceField.CreditCode || Texts.ContainsKey(field) || Dates.ContainsKey(field) || (field is FaceField.Capital && Capital is not null);

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
