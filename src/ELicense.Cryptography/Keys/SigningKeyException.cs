namespace ELicense.Cryptography.Keys;

/// <summary>A key could not sign now; nothing was signed.</summary>
/// <param name="code">Stable: token-missing, token-timeout, token-failed, key-missing, key-differs, pin-latched and the other codes of keys and tokens.</param>
public sealed class SigningKeyException(string code, string message, Exception inner) : Exception(message, inner)
{
    public string Code { get; } = code;
}
