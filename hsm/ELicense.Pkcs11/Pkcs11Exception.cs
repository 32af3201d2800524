using ELicense.Pkcs11.Native;

namespace ELicense.Pkcs11;

/// <summary>A Cryptoki call failed, or a token is not as wanted.</summary>
public sealed class Pkcs11Exception : Exception
{
    public Pkcs11Exception(string code, string message, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;

        // A token or key that does not show itself may do so after the library was initialized anew.
        Recovery = code is "token-missing" or "key-missing" ? Recovery.Reload : Recovery.Stop;
    }

    private Pkcs11Exception(string code, string message, string function, ReturnValue result)
        : base(message)
    {
        Code = code;
        Function = function;
        ReturnValue = (ulong)result;
        Recovery = Recoveries.Of(result);
    }

    /// <summary>
    /// Stable code: pin-incorrect, pin-latched, pin-unavailable, token-missing, token-ambiguous, token-timeout, token-failed, key-missing, key-ambiguous, key-differs, module-missing.
    /// </summary>
    public string Code { get; }

    /// <summary>e.g. C_Sign.</summary>
    public string? Function { get; }

    /// <summary>CKR value.</summary>
    public ulong? ReturnValue { get; }

    /// <summary>What may help.</summary>
    public Recovery Recovery { get; }

    internal static Pkcs11Exception Of(string function, ReturnValue result, string? token = null)
    {
        var code = result switch
        {
            Native.ReturnValue.CKR_PIN_INCORRECT or Native.ReturnValue.CKR_PIN_INVALID or Native.ReturnValue.CKR_PIN_LEN_RANGE => "pin-incorrect",
            Native.ReturnValue.CKR_PIN_LOCKED => "pin-latched",
            Native.ReturnValue.CKR_TOKEN_NOT_PRESENT or Native.ReturnValue.CKR_TOKEN_NOT_RECOGNIZED or Native.ReturnValue.CKR_DEVICE_REMOVED or Native.ReturnValue.CKR_SLOT_ID_INVALID => "token-missing",
            _ => "token-failed",
        };
        var name = Enum.IsDefined(result) ? result.ToString() : "CKR";
        return new Pkcs11Exception(code, $"{function} gave {name} (0x{(ulong)result:X}){(token is null ? "" : $" on {token}")}.", function, result);
    }
}
