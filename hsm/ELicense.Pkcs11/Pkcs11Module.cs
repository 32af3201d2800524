namespace ELicense.Pkcs11;

/// <summary>A loaded Cryptoki library (PKCS#11 v2.40 and up, function list of 2.40), initialized for several threads. One per path in a process.</summary>
public sealed class Pkcs11Module : IDisposable
{
    /// <param name="path">Absolute path of the shared library.</param>
    public static Pkcs11Module Load(string path) => throw new NotImplementedException();

    /// <summary>Sets a variable where native getenv sees it (libc setenv), e.g. SOFTHSM2_CONF before <see cref="Load"/>.</summary>
    public static void SetNativeEnvironment(string name, string value) => throw new NotImplementedException();

    public IReadOnlyList<TokenInfo> Tokens() => throw new NotImplementedException();

    /// <summary>C_InitToken on the first slot without a token, then C_InitPIN. For development hierarchies, tests and ceremonies.</summary>
    public TokenInfo InitializeToken(string label, ReadOnlySpan<byte> securityOfficerPin, ReadOnlySpan<byte> userPin) => throw new NotImplementedException();

    /// <summary>Finds the token by label, or by serial number when given; two with the same label and no serial are refused (token-ambiguous). Logs in once.</summary>
    public Pkcs11Token OpenToken(string? label, string? serial, PinSource pin) => throw new NotImplementedException();

    public void Dispose() => throw new NotImplementedException();
}

/// <summary>Identity of a token as C_GetTokenInfo tells it, trimmed.</summary>
public sealed record TokenInfo(ulong Slot, string Label, string Serial, string Manufacturer, string Model, bool PinCountLow, bool PinFinalTry, bool PinLocked);
