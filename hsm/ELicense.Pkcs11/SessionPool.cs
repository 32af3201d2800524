using System.Collections.Concurrent;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>
/// The sessions of one token, each used by one thread at a time. One more is kept open and idle for the login, which ends with the last session.
/// A generation is the time between two losses of all sessions (a reset, an unplugged token); handles of objects do not outlive it.
/// </summary>
internal sealed class SessionPool : IDisposable
{
    // Tokens bound the number of sessions, some to 16 or less; more than a few threads gain nothing on one token.
    private const int MaxSessions = 8;

    private readonly Cryptoki _cryptoki;
    private readonly TokenInfo _token;
    private readonly PinSource _pin;
    private readonly SemaphoreSlim _free = new(MaxSessions, MaxSessions);
    private readonly ConcurrentBag<Lease> _idle = [];
    private readonly Lock _reconnecting = new();
    private ulong _loginSession;
    private volatile int _generation;
    private volatile bool _disposed;

    public SessionPool(Cryptoki cryptoki, TokenInfo token, PinSource pin)
    {
        (_cryptoki, _token, _pin) = (cryptoki, token, pin);
        Connect();
    }

    /// <summary>A session for one thread; give it to <see cref="Return"/> or <see cref="Discard"/>.</summary>
    public Lease Rent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _free.Wait();
        try
        {
            while (_idle.TryTake(out var lease))
            {
                if (lease.Generation == _generation)
                    return lease;
                Close(lease.Session);
            }

            var generation = _generation;
            return new Lease(OpenSession(readWrite: false), generation);
        }
        catch
        {
            _free.Release();
            throw;
        }
    }

    public void Return(Lease lease)
    {
        if (_disposed)
            Close(lease.Session);
        else
            _idle.Add(lease);
        _free.Release();
    }

    /// <summary>After a failed call: the state of the session's operation is unknown.</summary>
    public void Discard(Lease lease)
    {
        Close(lease.Session);
        _free.Release();
    }

    /// <summary>True for the answers of a library whose session, login or handles are gone while the token may well be there.</summary>
    public static bool IsLost(ReturnValue result) =>
        result is CKR_SESSION_HANDLE_INVALID or CKR_SESSION_CLOSED or CKR_USER_NOT_LOGGED_IN or CKR_KEY_HANDLE_INVALID or CKR_OBJECT_HANDLE_INVALID;

    /// <summary>New login and new sessions, unless another thread has done it since that lease was rented.</summary>
    public void Reconnect(Lease lost)
    {
        lock (_reconnecting)
        {
            if (lost.Generation != _generation)
                return;
            Close(_loginSession);
            _loginSession = 0;
            Connect();
            _generation++;
        }
    }

    /// <summary>A session that may write, for the caller to close.</summary>
    public ulong OpenSession(bool readWrite) => _cryptoki.OpenSession(_token.Slot, readWrite);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        while (_idle.TryTake(out var lease))
            Close(lease.Session);
        Close(_loginSession);
    }

    private void Connect()
    {
        var session = OpenSession(readWrite: false);
        try
        {
            PinLatch.Login(_cryptoki, _token, session, _pin);
        }
        catch
        {
            Close(session);
            throw;
        }

        _loginSession = session;
    }

    // What cannot be closed is closed already, or gone with its token.
    private void Close(ulong session) => _ = _cryptoki.CloseSession(session);

    /// <summary>A session while one thread has it.</summary>
    public readonly record struct Lease(ulong Session, int Generation);
}
