using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using ELicense.Pkcs11.Native;

namespace ELicense.Pkcs11;

/// <summary>
/// A loaded Cryptoki library (PKCS#11 v2.40 and up, function list of 2.40), initialized for several threads. Objects of one library share its state in the process;
/// it is finalized when the last of them and of their tokens is disposed. Calls that hang are given up with token-timeout.
/// </summary>
public sealed partial class Pkcs11Module : IDisposable
{
    private const int LabelSize = 32;

    // C_InitToken takes "the first free slot", which is nobody's until it is taken.
    private static readonly Lock Initializing = new();

    private readonly CallThreads<object> _threads;
    private readonly Pkcs11Profile _profile;
    private readonly Pkcs11Limits _limits;
    private CryptokiLibrary? _library;
    private bool _disposed;

    private Pkcs11Module(string path, Pkcs11Profile profile, Pkcs11Limits limits)
    {
        (_profile, _limits) = (profile, limits);
        _threads = new CallThreads<object>(path, 2, limits.Call, change => _library?.Hangs(change), _ => { });
    }

    private CryptokiLibrary Library => _disposed || _library is null ? throw new ObjectDisposedException(nameof(Pkcs11Module)) : _library;

    /// <param name="path">Absolute path of the shared library.</param>
    /// <param name="profile">By default the one that names the path, else the standard's.</param>
    /// <param name="configuration">What the profile's text for C_Initialize wants.</param>
    public static Pkcs11Module Load(string path, Pkcs11Profile? profile = null, string? configuration = null, Pkcs11Limits? limits = null)
    {
        var module = new Pkcs11Module(path, profile ?? Pkcs11Profile.ForPath(path), limits ?? Pkcs11Limits.Default);
        try
        {
            module._library = module._threads.Run(_ => CryptokiLibrary.Acquire(path, module._profile.Parameter(configuration)));
            return module;
        }
        catch
        {
            module._threads.Dispose();
            throw;
        }
    }

    /// <summary>Sets a variable where native getenv sees it (libc setenv), e.g. SOFTHSM2_CONF before <see cref="Load"/>.</summary>
    public static void SetNativeEnvironment(string name, string value)
    {
        if (SetEnv(name, value, overwrite: 1) != 0)
            throw new ArgumentException($"'{name}' is no name of an environment variable.", nameof(name));
    }

    /// <summary>Absolute path of the library.</summary>
    public string Path => Library.Path;

    /// <summary>All initialized tokens of the library.</summary>
    public IReadOnlyList<TokenInfo> Tokens() => [.. SlotsWithToken().Where(t => t.Initialized)];

    /// <summary>All tokens in the library's slots, initialized or not.</summary>
    public IReadOnlyList<TokenInfo> SlotsWithToken() => Call(TokenInfo.All);

    /// <summary>What a token shows without a login.</summary>
    public IReadOnlyList<TokenObject> PublicObjects(TokenInfo token) => Call(cryptoki =>
        InSession(cryptoki, SlotOf(cryptoki, token), readWrite: false, session => TokenObjects.Read(cryptoki, session).ConvertAll(found => found.Object)));

    /// <summary>On the first slot without a token, as <see cref="InitializeToken(TokenInfo?, string, PinSource, PinSource)"/>. For development hierarchies, tests and ceremonies.</summary>
    public TokenInfo InitializeToken(string label, ReadOnlySpan<byte> securityOfficerPin, ReadOnlySpan<byte> userPin) =>
        InitializeToken(token: null, label, PinSource.Held(securityOfficerPin), PinSource.Held(userPin));

    /// <summary>C_InitToken, which erases what is on the token, then C_InitPIN. A token that was initialized before wants its own security officer's PIN.</summary>
    /// <param name="token">Null: the first one that is not initialized.</param>
    /// <param name="label">1 to 32 bytes.</param>
    public TokenInfo InitializeToken(TokenInfo? token, string label, PinSource securityOfficerPin, PinSource userPin)
    {
        var padded = new byte[LabelSize];
        padded.AsSpan().Fill((byte)' ');
        if (label.Length == 0 || !Encoding.UTF8.TryGetBytes(label, padded, out _))
            throw new ArgumentException($"A token's label has 1 to {LabelSize} bytes.", nameof(label));
        lock (Initializing)
        {
            return Call(cryptoki =>
            {
                var chosen = TokenInfo.All(cryptoki).Find(t => token is null ? !t.Initialized : t.Slot == token.Slot && t.IsSame(token))
                    ?? throw new Pkcs11Exception("token-missing", $"'{Library.Path}' has no slot with {(token is null ? "an uninitialized token" : token.ToString())}.");
                PinLatch.Of(chosen, TokenUser.SecurityOfficer).Spend(chosen, "C_InitToken", securityOfficerPin, pin => cryptoki.InitToken(chosen.Slot, pin, padded));
                var made = TokenInfo.All(cryptoki).Single(t => t.Slot == chosen.Slot);
                SetHolderPin(cryptoki, made, securityOfficerPin, userPin);
                return TokenInfo.All(cryptoki).Single(t => t.Slot == chosen.Slot);
            }, repeatable: false);
        }
    }

    /// <summary>C_InitPIN by the security officer: for a holder whose PIN is locked or forgotten.</summary>
    public void ResetPin(TokenInfo token, PinSource securityOfficerPin, PinSource newPin) => Call(
        cryptoki =>
        {
            SetHolderPin(cryptoki, Find(cryptoki, token), securityOfficerPin, newPin);
            return true;
        },
        repeatable: false);

    /// <summary>C_SetPIN by the holder. A wrong old PIN costs one try, at the login before it.</summary>
    public void ChangePin(TokenInfo token, PinSource oldPin, PinSource newPin) => Call(
        cryptoki =>
        {
            var found = Find(cryptoki, token);
            return InSession(cryptoki, found.Slot, readWrite: true, session =>
            {
                PinLatch.Of(found, TokenUser.Holder).Login(cryptoki, found, session, oldPin);
                var (old, fresh) = (oldPin.Read(), newPin.Read());
                try
                {
                    cryptoki.SetPin(session, old, fresh);
                    return true;
                }
                finally
                {
                    CryptographicOperations.ZeroMemory(old);
                    CryptographicOperations.ZeroMemory(fresh);
                }
            });
        },
        repeatable: false);

    /// <summary>Opens one of <see cref="Tokens"/>; logs in once.</summary>
    public Pkcs11Token OpenToken(TokenInfo token, PinSource pin) => OpenOne(token.IsSame, token.ToString(), pin, lookAgain: false);

    /// <summary>Finds the token by label, or by serial number when given; two with the same label and no serial are refused (token-ambiguous). Logs in once.</summary>
    public Pkcs11Token OpenToken(string? label, string? serial, PinSource pin)
    {
        if (label is null && serial is null)
            throw new ArgumentException("A token is named by its label or its serial number.", nameof(label));
        return OpenOne(
            t => (label is null || string.Equals(t.Label, label, StringComparison.Ordinal)) && (serial is null || string.Equals(t.Serial, serial, StringComparison.Ordinal)),
            $"label '{label ?? "any"}' and serial {serial ?? "any"}", pin, lookAgain: false);
    }

    /// <summary>An operator's act after a wrong PIN: the next login may try again.</summary>
    public void ReleasePinLatch(string serial)
    {
        foreach (var token in Tokens().Where(t => string.Equals(t.Serial, serial, StringComparison.Ordinal)))
            PinLatch.Of(token, TokenUser.Holder).Release(lastTry: false);
    }

    /// <summary>A person who saw the token's warning decides that one try is spent, even the last one. What the token has locked stays locked.</summary>
    public static void AllowOneTry(TokenInfo token, TokenUser user) => PinLatch.Of(token, user).Release(lastTry: true);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _threads.Dispose();
        _library?.Release();
    }

    /// <param name="lookAgain">Also after the library was initialized anew: some see only then what was put in since.</param>
    internal Pkcs11Token OpenOne(Func<TokenInfo, bool> wanted, string name, PinSource pin, bool lookAgain)
    {
        var found = Call(cryptoki =>
        {
            var tokens = TokenInfo.All(cryptoki).Where(t => t.Initialized && wanted(t)).ToArray();
            return tokens.Length > 0 || !lookAgain ? tokens : throw Missing();
        });
        return found.Length switch
        {
            1 => Pkcs11Token.Open(new TokenAccess(Library, _profile, found[0], pin, _limits)),
            0 => throw Missing(),
            _ => throw new Pkcs11Exception(
                "token-ambiguous", $"{found.Length} tokens have {name}: name the serial number, one of {string.Join(", ", found.Select(t => t.Serial))}."),
        };

        Pkcs11Exception Missing() => new("token-missing", $"'{Library.Path}' has no token with {name}.");
    }

    private T Call<T>(Func<Cryptoki, T> call, bool repeatable = true)
    {
        var library = Library;
        return _threads.Run(_ =>
        {
            while (true)
            {
                var generation = library.Generation;
                try
                {
                    using var stay = library.Enter();
                    return call(library.Functions);
                }
                catch (Pkcs11Exception e) when (e.Recovery == Recovery.Reload && repeatable)
                {
                    repeatable = false;
                    if (!library.TryReload(generation))
                        throw;
                }
            }
        });
    }

    private TokenInfo Find(Cryptoki cryptoki, TokenInfo token) => TokenInfo.All(cryptoki).Find(t => t.IsSame(token))
        ?? throw new Pkcs11Exception("token-missing", $"'{Library.Path}' does not show the {token}.");

    private ulong SlotOf(Cryptoki cryptoki, TokenInfo token) => Find(cryptoki, token).Slot;

    private static void SetHolderPin(Cryptoki cryptoki, TokenInfo token, PinSource securityOfficerPin, PinSource userPin) =>
        InSession(cryptoki, token.Slot, readWrite: true, session =>
        {
            PinLatch.Of(token, TokenUser.SecurityOfficer).Login(cryptoki, token, session, securityOfficerPin);
            var pin = userPin.Read();
            try
            {
                cryptoki.InitPin(session, pin);
                return true;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pin);
            }
        });

    // Closing the only session of a token ends its login.
    private static T InSession<T>(Cryptoki cryptoki, ulong slot, bool readWrite, Func<ulong, T> work)
    {
        var session = cryptoki.OpenSession(slot, readWrite);
        try
        {
            return work(session);
        }
        finally
        {
            _ = cryptoki.CloseSession(session);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
