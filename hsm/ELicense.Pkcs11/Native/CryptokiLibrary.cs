using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11.Native;

/// <summary>
/// The life of a loaded Cryptoki library: one object a library in a process, counted; initialized by its first user, finalized by its last, and in between when only that
/// brings a token back. C_Finalize wants no other thread in the library (PKCS#11 v2.40 base 5.4.2): calls are made between <see cref="Enter"/> and its end.
/// The library itself stays loaded, since several vendors' crash when they are unloaded.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "One a library and process, kept until the process ends, as the library is.")]
internal sealed class CryptokiLibrary
{
    // Calls that end at all end within this; one that hangs would keep every other token's calls waiting behind the reload.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);
    private const long ShortestPause = 1_000;
    private const long LongestPause = 8_000;

    private static readonly Lock Gate = new();
    private static readonly Dictionary<nint, CryptokiLibrary> Loaded = [];

    private readonly ReaderWriterLockSlim _calls = new();
    private readonly Lock _users = new();
    private readonly Lock _reloading = new();
    private readonly string? _parameter;
    private int _userCount;
    private int _hung;
    private bool _ours;
    private ReturnValue _initialized = CKR_CRYPTOKI_NOT_INITIALIZED;
    private volatile int _generation;
    private long _lastReload;
    private long _pause;

    private CryptokiLibrary(string path, string? parameter, Cryptoki cryptoki) => (Path, _parameter, Functions) = (path, parameter, cryptoki);

    public string Path { get; }

    public Cryptoki Functions { get; }

    /// <summary>Counts initializations: slots, sessions and handles do not outlive one.</summary>
    public int Generation => _generation;

    /// <summary>Each call is paired with one <see cref="Release"/>.</summary>
    /// <param name="parameter">For C_Initialize, of libraries that want one; that of the first user holds.</param>
    public static CryptokiLibrary Acquire(string path, string? parameter)
    {
        if (!System.IO.Path.IsPathFullyQualified(path) || !NativeLibrary.TryLoad(path, out var library))
            throw new Pkcs11Exception("module-missing", $"No Cryptoki library could be loaded from '{path}' (an absolute path is wanted).");
        CryptokiLibrary? found;
        lock (Gate)
        {
            // The loader gives one handle to one library, whatever the links on the path.
            if (!Loaded.TryGetValue(library, out found))
            {
                found = new CryptokiLibrary(path, parameter, Cryptoki.Of(path, library));
                Loaded.Add(library, found);
            }
        }

        found.AddUser();
        return found;
    }

    public void AddUser()
    {
        lock (_users)
        {
            if (_userCount == 0)
                Initialize();
            _userCount++;
        }
    }

    /// <summary>The last user finalizes the library, unless a call hangs in it.</summary>
    public void Release()
    {
        lock (_users)
        {
            if (--_userCount > 0 || !_ours || !_calls.TryEnterWriteLock(DrainLimit))
                return;
            try
            {
                _initialized = CKR_CRYPTOKI_NOT_INITIALIZED;
                Cryptoki.Check("C_Finalize", Functions.Finish());
            }
            finally
            {
                _calls.ExitWriteLock();
            }
        }
    }

    /// <summary>Calls may be made until the result is disposed, on this thread. Throws when the library could not be initialized again, and token-timeout.</summary>
    public Stay Enter()
    {
        if (!_calls.TryEnterReadLock(DrainLimit + DrainLimit))
            throw new Pkcs11Exception("token-timeout", $"'{Path}' has been initializing for {2 * DrainLimit.TotalSeconds} s.");
        if (_initialized == CKR_OK)
            return new Stay(_calls);
        _calls.ExitReadLock();
        throw Pkcs11Exception.Of("C_Initialize", _initialized, $"'{Path}'");
    }

    /// <summary>Counts calls that outlived their limit: while there is one, the library cannot be finalized.</summary>
    public void Hangs(int change) => Interlocked.Add(ref _hung, change);

    /// <summary>
    /// C_Finalize and C_Initialize, unless it was done since that generation. Pauses of 1 to 8 s lie between two, so that a token that is away does not
    /// keep the library's other tokens from working.
    /// </summary>
    /// <returns>False when it was not done: too soon, calls hang, the library is initialized by others in the process, or it refused.</returns>
    public bool TryReload(int seen)
    {
        lock (_reloading)
        {
            if (_generation != seen && _initialized == CKR_OK)
                return true;
            var since = Environment.TickCount64 - _lastReload;
            if (!_ours || Volatile.Read(ref _hung) > 0 || since < _pause || !_calls.TryEnterWriteLock(DrainLimit))
                return false;
            try
            {
                _pause = Math.Min(Math.Max(_pause * 2, ShortestPause), LongestPause);

                // What it says matters as little as what it was: it is initialized next.
                _ = Functions.Finish();
                _initialized = Functions.Begin(_parameter);
                _generation++;
                return _initialized == CKR_OK;
            }
            finally
            {
                _lastReload = Environment.TickCount64;
                _calls.ExitWriteLock();
            }
        }
    }

    /// <summary>What was away is there again: the next one that goes need not wait.</summary>
    public void ReloadHelped()
    {
        lock (_reloading)
            _pause = 0;
    }

    private void Initialize()
    {
        _calls.EnterWriteLock();
        try
        {
            var result = Functions.Begin(_parameter);

            // Then other code of this process uses the library, and it is theirs to finalize.
            if (result != CKR_CRYPTOKI_ALREADY_INITIALIZED)
                Cryptoki.Check("C_Initialize", result);
            _ours = result == CKR_OK;
            _initialized = CKR_OK;
            _generation++;
        }
        finally
        {
            _calls.ExitWriteLock();
        }
    }

    /// <summary>A thread's stay in the library.</summary>
    public readonly struct Stay(ReaderWriterLockSlim calls) : IDisposable
    {
        public void Dispose() => calls.ExitReadLock();
    }
}
