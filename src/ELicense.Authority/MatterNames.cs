using System.Text.Json;
using ELicense.Issuance.Matters;

namespace ELicense.Authority;

/// <summary>Types and states of matters in the API's words: their names, e.g. annual-report.</summary>
public static class MatterNames
{
    public static IEnumerable<string> Types => Enum.GetValues<MatterType>().Select(Of);

    public static IEnumerable<string> States => Enum.GetValues<MatterState>().Select(Of);

    public static string Of(MatterType type) => JsonNamingPolicy.KebabCaseLower.ConvertName(type.ToString());

    public static string Of(MatterState state) => JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString());

    public static bool TryType(string? name, out MatterType type)
    {
        type = Enum.GetValues<MatterType>().FirstOrDefault(type => Of(type) == name);
        return type != 0;
    }

    public static bool TryState(string? name, out MatterState state)
    {
        state = Enum.GetValues<MatterState>().FirstOrDefault(state => Of(state) == name);
        return state != 0;
    }
}
