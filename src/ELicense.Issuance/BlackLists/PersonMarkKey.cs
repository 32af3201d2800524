using System.Security.Cryptography;
using System.Text;
using ELicense.Core;

namespace ELicense.Issuance.BlackLists;

/// <summary>
/// Turns the identifier of a person (身份证号, passport) into a mark that is stored in its place: HMAC-SHA-256 under a secret key of the configuration, so that nobody who
/// reads the register can try out all identifiers. Authorities that exchange black lists of persons agree on one key.
/// </summary>
public sealed class PersonMarkKey
{
    public const int MinKeyBytes = 32;

    private const string CitizenWeights = "79A584216379A5842"; // GB 11643-1999: 7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2
    private const string CitizenChecks = "10X98765432";

    private readonly byte[] _key;

    /// <exception cref="ArgumentException">The key is shorter than <see cref="MinKeyBytes"/>.</exception>
    public PersonMarkKey(ReadOnlySpan<byte> key)
    {
        if (key.Length < MinKeyBytes)
            throw new ArgumentException($"A key for marks of persons has at least {MinKeyBytes} bytes.", nameof(key));
        _key = key.ToArray();
        Kid = KeyId.FromBytes(Mark("key", "").AsSpan(0, KeyId.Size));
    }

    /// <summary>Tells keys apart without telling the key.</summary>
    public KeyId Kid { get; }

    /// <summary>Code: person-identifier. Its detail never repeats the number.</summary>
    /// <param name="number">18 characters with the check character of GB 11643-1999.</param>
    public bool TryMarkCitizen(string? number, out Digest mark, out Refusal refusal)
    {
        mark = default;
        refusal = new Refusal(Codes.PersonIdentifier, "An identity number has 17 digits and the check character of GB 11643.");
        var text = number?.Trim().ToUpperInvariant();
        if (text is not { Length: 18 } || text.AsSpan(0, 17).ContainsAnyExceptInRange('0', '9') || CitizenChecks[WeightedSum(text) % 11] != text[17])
            return false;
        (mark, refusal) = (new Digest(Mark("citizen", text)), default);
        return true;
    }

    /// <summary>Code: person-identifier.</summary>
    /// <param name="country">ISO 3166-1 alpha-3, as passports have it.</param>
    public bool TryMarkPassport(string? country, string? number, out Digest mark, out Refusal refusal)
    {
        mark = default;
        refusal = new Refusal(Codes.PersonIdentifier, "A passport has a country of three letters and 5 to 20 letters and digits.");
        var (state, text) = (country?.Trim().ToUpperInvariant(), number?.Trim().ToUpperInvariant());
        if (state is not { Length: 3 } || !state.All(char.IsAsciiLetterUpper) || text is not { Length: >= 5 and <= 20 } || !text.All(char.IsAsciiLetterOrDigit))
            return false;
        (mark, refusal) = (new Digest(Mark("passport", $"{state}:{text}")), default);
        return true;
    }

    private static int WeightedSum(string text)
    {
        var sum = 0;
        for (var i = 0; i < CitizenWeights.Length; i++)
            sum += (text[i] - '0') * Convert.ToInt32(CitizenWeights[i].ToString(), 16);
        return sum;
    }

    private byte[] Mark(string kind, string identifier) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"elicense person {kind} {identifier}"));
}
