using ELicense.Issuance.Matters;

namespace ELicense.Authority;

/// <summary>Types and states of matters in the API's words.</summary>
internal static class MatterNames
{
    public static string Of(MatterType type) => type switch
    {
        MatterType.Issuance => "issuance",
        MatterType.Suspension => "suspension",
        MatterType.Resumption => "resumption",
        MatterType.Revocation => "revocation",
        MatterType.Cancellation => "cancellation",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "No such type."),
    };

    public static string Of(MatterState state) => state switch
    {
        MatterState.Applied => "applied",
        MatterState.Approved => "approved",
        MatterState.Done => "done",
        MatterState.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such state."),
    };

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
