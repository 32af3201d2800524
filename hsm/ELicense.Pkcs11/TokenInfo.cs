using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>Whose PIN: the holder's, or the security officer's who can set the holder's.</summary>
public enum TokenUser
{
    Holder,
    SecurityOfficer,
}

/// <summary>What a token says of the tries at a PIN (PKCS#11 v2.40 base 3.2, CK_TOKEN_INFO flags); several may be true.</summary>
/// <param name="CountLow">A wrong PIN was given since the last login.</param>
/// <param name="FinalTry">The next wrong PIN locks it.</param>
public readonly record struct PinTries(bool CountLow, bool FinalTry, bool Locked);

/// <summary>Identity and state of a token as C_GetTokenInfo tells them; texts trimmed.</summary>
/// <param name="HasPin">The holder's PIN was set.</param>
/// <param name="MaxSessions">Null when the token does not say, or has no bound.</param>
public sealed record TokenInfo(
    ulong Slot, string Label, string Serial, string Manufacturer, string Model, bool Initialized, bool HasPin, bool WriteProtected, PinTries HolderPin,
    PinTries SecurityOfficerPin, long? MaxSessions)
{
    public PinTries Tries(TokenUser user) => user == TokenUser.Holder ? HolderPin : SecurityOfficerPin;

    public override string ToString() => $"token '{Label}' (serial {Serial})";

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

        // What has no PIN yet has no tries; some say then that it is locked.
        var initialized = (flags & CKF_TOKEN_INITIALIZED) != 0;
        var hasPin = (flags & CKF_USER_PIN_INITIALIZED) != 0;
        ulong sessions = info.MaxSessionCount.Value;
        return new TokenInfo(
            slot, Text(info.Label), Text(info.SerialNumber), Text(info.Manufacturer), Text(info.Model),
            initialized, hasPin, (flags & CKF_WRITE_PROTECTED) != 0,
            hasPin ? new PinTries((flags & CKF_USER_PIN_COUNT_LOW) != 0, (flags & CKF_USER_PIN_FINAL_TRY) != 0, (flags & CKF_USER_PIN_LOCKED) != 0) : default,
            initialized ? new PinTries((flags & CKF_SO_PIN_COUNT_LOW) != 0, (flags & CKF_SO_PIN_FINAL_TRY) != 0, (flags & CKF_SO_PIN_LOCKED) != 0) : default,
            sessions is CK_EFFECTIVELY_INFINITE || sessions >= int.MaxValue ? null : (long)sessions);
    }

    // Padded with spaces by the standard, with NUL by some.
    private static string Text(ReadOnlySpan<byte> padded) => Encoding.UTF8.GetString(padded).TrimEnd(' ', '\0');
}
