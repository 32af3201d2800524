using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>Identity and state of a token as C_GetTokenInfo tells them; texts trimmed.</summary>
/// <param name="MaxSessions">Null when the token does not say, or has no bound.</param>
public sealed record TokenInfo(
    ulong Slot, string Label, string Serial, string Manufacturer, string Model, bool Initialized, bool PinCountLow, bool PinFinalTry, bool PinLocked, long? MaxSessions)
{
    /// <summary>All tokens in the library's slots that answer, initialized or not.</summary>
    internal static List<TokenInfo> All(Cryptoki cryptoki)
    {
        var tokens = new List<TokenInfo>();
        foreach (var slot in cryptoki.SlotsWithToken())
        {
            var result = cryptoki.GetTokenInfo(slot, out var info);

            // Taken out since it was listed, not a token of this library, or broken: the others are there all the same.
            if (result != CKR_CRYPTOKI_NOT_INITIALIZED && Recoveries.Of(result) == Recovery.Reload)
                continue;
            Cryptoki.Check("C_GetTokenInfo", result);
            tokens.Add(Of(slot, info));
        }

        return tokens;
    }

    internal bool IsSame(TokenInfo other) =>
        string.Equals(Serial, other.Serial, StringComparison.Ordinal) && string.Equals(Label, other.Label, StringComparison.Ordinal)
        && string.Equals(Manufacturer, other.Manufacturer, StringComparison.Ordinal) && string.Equals(Model, other.Model, StringComparison.Ordinal);

    private static TokenInfo Of(ulong slot, in NativeTokenInfo info)
    {
        ulong flags = info.Flags.Value;
        ulong sessions = info.MaxSessionCount.Value;
        return new TokenInfo(
            slot, Text(info.Label), Text(info.SerialNumber), Text(info.Manufacturer), Text(info.Model), (flags & CKF_TOKEN_INITIALIZED) != 0,
            (flags & CKF_USER_PIN_COUNT_LOW) != 0, (flags & CKF_USER_PIN_FINAL_TRY) != 0, (flags & CKF_USER_PIN_LOCKED) != 0,
            sessions is CK_EFFECTIVELY_INFINITE || sessions >= int.MaxValue ? null : (long)sessions);
    }

    // Padded with spaces by the standard, with NUL by some.
    private static string Text(ReadOnlySpan<byte> padded) => Encoding.UTF8.GetString(padded).TrimEnd(' ', '\0');
}
