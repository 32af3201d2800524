namespace ELicense.Pkcs11;

/// <summary>A Cryptoki call failed, or a token is not as wanted.</summary>
public sealed class Pkcs11Exception : Exception
{
    public Pkcs11Exception(string code, string message, string? function = null, ulong? returnValue = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Function = function;
        ReturnValue = returnValue;
    }

    /// <summary>Stable code: pin-incorrect, pin-latched, token-missing, token-ambiguous, key-missing, key-ambiguous, key-differs, token-failed, module-missing.</summary>
    public string Code { get; }

    /// <summary>e.g. C_Sign.</summary>
    public string? Function { get; }

    /// <summary>CKR value.</summary>
    public ulong? ReturnValue { get; }
}
