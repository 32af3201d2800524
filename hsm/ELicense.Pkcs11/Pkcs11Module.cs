using System.Runtime.InteropServices;
using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>
/// A loaded Cryptoki library (PKCS#11 v2.40 and up, function list of 2.40), initialized for several threads. Objects of one library share its state in the process;
/// it is finalized when the last of them and of their tokens is disposed.
/// </summary>
public sealed partial class Pkcs11Module : IDisposable
{
    private const int LabelSize = 32;

    // C_InitToken takes "the first free slot", which is nobody's until it is taken.
    private static readonly Lock Initializing = new();

    private readonly Cryptoki _cryptoki;
    private bool _disposed;

    private Pkcs11Module(Cryptoki cryptoki) => _cryptoki = cryptoki;

    /// <param name="path">Absolute path of the shared library.</param>
    public static Pkcs11Module Load(string path) => new(Cryptoki.Acquire(path));

    /// <summary>Sets a variable where native getenv sees it (libc setenv), e.g. SOFTHSM2_CONF before <see cref="Load"/>.</summary>
    public static void SetNativeEnvironment(string name, string value)
    {
        if (SetEnv(name, value, overwrite: 1) != 0)
            throw new ArgumentException($"'{name}' is no name of an environment variable.", nameof(name));
    }

    /// <summary>All initialized tokens of the library.</summary>
    public IReadOnlyList<TokenInfo> Tokens()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return [.. SlotTokens().Where(t => t.Initialized).Select(t => t.Info)];
    }

    /// <summary>C_InitToken on the first slot without a token, then C_InitPIN. For development hierarchies, tests and ceremonies.</summary>
    public TokenInfo InitializeToken(string label, ReadOnlySpan<byte> securityOfficerPin, ReadOnlySpan<byte> userPin)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var padded = new byte[LabelSize];
        padded.AsSpan().Fill((byte)' ');
        if (label.Length == 0 || !Encoding.UTF8.TryGetBytes(label, padded, out _))
            throw new ArgumentException($"A token's label has 1 to {LabelSize} bytes.", nameof(label));
        lock (Initializing)
        {
            var free = SlotTokens().Find(t => !t.Initialized)
                ?? throw new Pkcs11Exception("token-missing", $"'{_cryptoki.Path}' has no slot with an uninitialized token.");
            var slot = free.Info.Slot;
            _cryptoki.InitToken(slot, securityOfficerPin, padded);
            SetUserPin(slot, securityOfficerPin, userPin);
            return Tokens().Single(t => t.Slot == slot);
        }
    }

    /// <summary>Finds the token by label, or by serial number when given; two with the same label and no serial are refused (token-ambiguous). Logs in once.</summary>
    public Pkcs11Token OpenToken(string? label, string? serial, PinSource pin)
    {
        if (label is null && serial is null)
            throw new ArgumentException("A token is named by its label or its serial number.", nameof(label));
        var found = Tokens()
            .Where(t => (label is null || string.Equals(t.Label, label, StringComparison.Ordinal))
                && (serial is null || string.Equals(t.Serial, serial, StringComparison.Ordinal)))
            .ToList();
        var wanted = $"label '{label ?? "any"}' and serial {serial ?? "any"}";
        return found.Count switch
        {
            1 => new Pkcs11Token(_cryptoki, found[0], pin),
            0 => throw new Pkcs11Exception("token-missing", $"'{_cryptoki.Path}' has no token with {wanted}."),
            _ => throw new Pkcs11Exception(
                "token-ambiguous", $"{found.Count} tokens have {wanted}: name the serial number, one of {string.Join(", ", found.Select(t => t.Serial))}."),
        };
    }

    /// <summary>An operator's act after a wrong PIN: the next <see cref="OpenToken"/> may try again.</summary>
    public void ReleasePinLatch(string serial) => PinLatch.Release(_cryptoki, serial);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _cryptoki.Release();
    }

    private void SetUserPin(ulong slot, ReadOnlySpan<byte> securityOfficerPin, ReadOnlySpan<byte> userPin)
    {
        var session = _cryptoki.OpenSession(slot, readWrite: true);
        try
        {
            Cryptoki.Check("C_Login", _cryptoki.Login(session, CKU_SO, securityOfficerPin));
            _cryptoki.InitPin(session, userPin);
        }
        catch
        {
            // The first failure is the one to tell.
            _ = _cryptoki.CloseSession(session);
            throw;
        }

        // The only session of the token: closing it logs the security officer out.
        Cryptoki.Check("C_CloseSession", _cryptoki.CloseSession(session));
    }

    private List<SlotToken> SlotTokens()
    {
        var tokens = new List<SlotToken>();
        foreach (var slot in _cryptoki.SlotsWithToken())
        {
            var result = _cryptoki.GetTokenInfo(slot, out var info);

            // Taken out since it was listed, or not a token of this library.
            if (result is CKR_TOKEN_NOT_PRESENT or CKR_TOKEN_NOT_RECOGNIZED or CKR_DEVICE_REMOVED)
                continue;
            Cryptoki.Check("C_GetTokenInfo", result);
            tokens.Add(new SlotToken(TokenInfo.Of(slot, info), Initialized: (info.Flags.Value & (nuint)CKF_TOKEN_INITIALIZED) != 0));
        }

        return tokens;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);

    private sealed record SlotToken(TokenInfo Info, bool Initialized);
}

/// <summary>Identity of a token as C_GetTokenInfo tells it, trimmed.</summary>
public sealed record TokenInfo(ulong Slot, string Label, string Serial, string Manufacturer, string Model, bool PinCountLow, bool PinFinalTry, bool PinLocked)
{
    internal static TokenInfo Of(ulong slot, in NativeTokenInfo info)
    {
        ulong flags = info.Flags.Value;
        return new TokenInfo(
            slot, Text(info.Label), Text(info.SerialNumber), Text(info.Manufacturer), Text(info.Model),
            (flags & CKF_USER_PIN_COUNT_LOW) != 0, (flags & CKF_USER_PIN_FINAL_TRY) != 0, (flags & CKF_USER_PIN_LOCKED) != 0);
    }

    // Padded with spaces by the standard, with NUL by some.
    private static string Text(ReadOnlySpan<byte> padded) => Encoding.UTF8.GetString(padded).TrimEnd(' ', '\0');
}
