namespace ELicense.Core.Enterprises;

/// <summary>Unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, both check characters right.</summary>
public readonly record struct CreditCode
{
    private CreditCode(string value) => Value = value;

    public string Value { get; }

    /// <summary>Accepts exactly 18 characters of the alphabet, upper case. Codes: credit-code-format, credit-code-check, organization-code-check.</summary>
    public static bool TryParse(string? text, out CreditCode code, out Refusal refusal) => throw new NotImplementedException();

    public override string ToString() => Value;
}
