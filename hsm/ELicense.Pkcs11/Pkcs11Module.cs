using System.Runtime.InteropServices;
using System.Text;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;

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

    /// <summary>All initialized tokens of the library.</summary>
    public IReadOnlyList<TokenInfo> Tokens() => [.. Call(TokenInfo.All).Where(t => t.Initialized)];

    /// <summary>C_InitToken on the first slot without a token, then C_InitPIN. For development hierarchies, tests and ceremonies.</summary>
    public TokenInfo InitializeToken(string label, ReadOnlySpan<byte> securityOfficerPin, ReadOnlySpan<byte> userPin)
    {
        var padded = new byte[LabelSize];
        padded.AsSpan().Fill((byte)' ');
        if (label.Length == 0 || !Encoding.UTF8.TryGetBytes(label, padded, out _))
            throw new ArgumentException($"A token's label has 1 to {LabelSize} bytes.", nameof(label));
        var (officer, user) = (securityOfficerPin.ToArray(), userPin.ToArray());
        lock (Initializing)
        {
            return Call(cryptoki =>
            {
                var free = TokenInfo.All(cryptoki).Find(t => !t.Initialized)
                    ?? throw new Pkcs11Exception("token-missing", $"'{Library.Path}' has no slot with an uninitialized token.");
                cryptoki.InitToken(free.Slot, officer, padded);
                SetUserPin(cryptoki, free.Slot, officer, user);
                return TokenInfo.All(cryptoki).Single(t => t.Slot == free.Slot);
            }, repeatable: false);
        }
    }

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
            PinLatch.Of(token).Release();
    }

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

    private static void SetUserPin(Cryptoki cryptoki, ulong slot, ReadOnlySpan<byte> securityOfficerPin, ReadOnlySpan<byte> userPin)
    {
        var session = cryptoki.OpenSession(slot, readWrite: true);
        try
        {
            Cryptoki.Check("C_Login", cryptoki.Login(session, CKU_SO, securityOfficerPin));
            cryptoki.InitPin(session, userPin);
        }
        catch
        {
            // The first failure is the one to tell.
            _ = cryptoki.CloseSession(session);
            throw;
        }

        // The only session of the token: closing it logs the security officer out.
        Cryptoki.Check("C_CloseSession", cryptoki.CloseSession(session));
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnv(string name, string value, int overwrite);
}
