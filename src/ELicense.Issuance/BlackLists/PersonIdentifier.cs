using System.Diagnostics.CodeAnalysis;
using ELicense.Core;

namespace ELicense.Issuance.BlackLists;

/// <summary>What tells a person from all others: an identity number (身份证号) or a passport. Never stored in clear, and its text is not that of ToString, so that no log has it.</summary>
public sealed class PersonIdentifier
{
    private const string CitizenChecks = "10X98765432";

    // GB 11643-1999: the weights of the first 17 digits.
    private static readonly int[] CitizenWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    internal PersonIdentifier(string kind, string text) => (Kind, Text) = (kind, text);

    /// <summary>citizen, passport.</summary>
    public string Kind { get; }

    /// <summary>In one spelling: the 18 characters of an identity number, or country, colon and number of a passport.</summary>
    public string Text { get; }

    /// <summary>Code: person-identifier. Its detail never repeats the number.</summary>
    /// <param name="number">18 characters with the check character of GB 11643-1999.</param>
    public static bool TryCitizen(string? number, [NotNullWhen(true)] out PersonIdentifier? identifier, out Refusal refusal)
    {
        identifier = null;
        refusal = new Refusal(Codes.PersonIdentifier, "An identity number has 17 digits and the check character of GB 11643.");
        var text = number?.Trim().ToUpperInvariant();
        if (text is not { Length: 18 } || text.AsSpan(0, 17).ContainsAnyExceptInRange('0', '9')
            || CitizenChecks[CitizenWeights.Select((weight, i) => weight * (text[i] - '0')).Sum() % 11] != text[17])
        {
            return false;
        }

        (identifier, refusal) = (new PersonIdentifier("citizen", text), default);
        return true;
    }

    /// <summary>Code: person-identifier.</summary>
    /// <param name="country">ISO 3166-1 alpha-3, as passports have it.</param>
    public static bool TryPassport(string? country, string? number, [NotNullWhen(true)] out PersonIdentifier? identifier, out Refusal refusal)
    {
        identifier = null;
        refusal = new Refusal(Codes.PersonIdentifier, "A passport has a country of three letters and 5 to 20 letters and digits.");
        var (state, text) = (country?.Trim().ToUpperInvariant(), number?.Trim().ToUpperInvariant());
        if (state is not { Length: 3 } || !state.All(char.IsAsciiLetterUpper) || text is not { Length: >= 5 and <= 20 } || !text.All(char.IsAsciiLetterOrDigit))
            return false;
        (identifier, refusal) = (new PersonIdentifier("passport", $"{state}:{text}"), default);
        return true;
    }

    public override string ToString() => $"({Kind})";
}
