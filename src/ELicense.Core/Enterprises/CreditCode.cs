namespace ELicense.Core.Enterprises;

/// <summary>Unified social credit code (统一社会信用代码), GB 32100-2015: 18 characters, both check characters right.</summary>
public readonly record struct CreditCode
{
    public const int Length = 18;

    // GB 32100-2015 table 1: values 0 to 30; no I, O, S, V, Z.
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    // GB 32100-2015 annex A: 3^(i-1) mod 31.
    private static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    // GB 11714-1997 table 2.
    private static ReadOnlySpan<byte> OrganizationWeights => [3, 7, 9, 10, 5, 8, 4, 2];

    private CreditCode(string value) => Value = value;

    public string Value { get; }

    /// <summary>Accepts exactly 18 characters of the alphabet, upper case. Codes: credit-code-format, credit-code-check, organization-code-check.</summary>
    public static bool TryParse(string? text, out CreditCode code, out Refusal refusal)
    {
        code = default;
        if (text is not { Length: Length })
        {
            refusal = new Refusal(Codes.CreditCodeFormat, $"A credit code has {Length} characters, not {text?.Length ?? 0}.");
            return false;
        }

        if (!HasForm(text, out var position))
        {
            refusal = new Refusal(Codes.CreditCodeFormat, $"Character {position + 1} of the credit code is not allowed there.");
            return false;
        }

        if (CheckCharacter(text) is var check && check != text[17])
        {
            refusal = new Refusal(Codes.CreditCodeCheck, $"The last character of {text} should be {check}.");
            return false;
        }

        if (OrganizationCheckCharacter(text.AsSpan(8, 8)) is var inner && inner != text[16])
        {
            refusal = new Refusal(Codes.OrganizationCodeCheck, $"Character 17 of {text} should be {inner}.");
            return false;
        }

        code = new CreditCode(text);
        refusal = default;
        return true;
    }

    public override string ToString() => Value;

    private static bool HasForm(string text, out int position)
    {
        for (position = 0; position < Length; position++)
        {
            // GB 32100-2015 5.1: characters 3 to 8 are a GB/T 2260 region, digits only.
            var allowed = position is >= 2 and < 8 ? char.IsAsciiDigit(text[position]) : Alphabet.Contains(text[position], StringComparison.Ordinal);
            if (!allowed)
                return false;
        }

        return true;
    }

    private static char CheckCharacter(string text)
    {
        var sum = 0;
        for (var i = 0; i < Weights.Length; i++)
            sum += Alphabet.IndexOf(text[i], StringComparison.Ordinal) * Weights[i];
        return Alphabet[(31 - (sum % 31)) % 31];
    }

    private static char OrganizationCheckCharacter(ReadOnlySpan<char> body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
            sum += (char.IsAsciiDigit(body[i]) ? body[i] - '0' : body[i] - 'A' + 10) * OrganizationWeights[i];

        // GB 11714-1997 4.2: 10 is written X, 11 is written 0.
        return (11 - (sum % 11)) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }
}
