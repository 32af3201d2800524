using ELicense.Pkcs11.Native;

namespace ELicense.Pkcs11;

/// <summary>A login to a token: what it was good for ends with it.</summary>
/// <param name="Session">Kept open and idle, since a login ends with the last session.</param>
/// <param name="Generation">Of the library.</param>
internal sealed record Login(ulong Slot, ulong Session, int Generation);

/// <summary>The session of one thread.</summary>
internal sealed class ThreadSession
{
    public ulong Handle { get; set; }

    /// <summary>Null while there is no session.</summary>
    public Login? Login { get; set; }
}

/// <summary>
/// The way to one token: its login and its threads with a session each. A call that fails is tried again after the recovery that its return value asks for,
/// and after the next stronger one when that did not help; the failure that is left is told.
/// </summary>
internal sealed class TokenAccess : IDisposable
{
    private readonly CryptokiLibrary _library;
    private readonly PinSource _pin;
    private readonly CallThreads<ThreadSession> _threads;
    private readonly Lock _loggingIn = new();
    private volatile Login? _login;
    private bool _disposed;

    public TokenAccess(CryptokiLibrary library, Pkcs11Profile profile, TokenInfo token, PinSource pin, Pkcs11Limits limits)
    {
        (_library, Profile, Token, _pin) = (library, profile, token, pin);
        library.AddUser();
        _threads = new CallThreads<ThreadSession>(token.Label, limits.SessionsOf(token, Profile), limits.Call, library.Hangs, Leave);
    }

    /// <summary>As it was when it was found first.</summary>
    public TokenInfo Token { get; }

    public Pkcs11Profile Profile { get; }

    public Cryptoki Cryptoki => _library.Functions;

    /// <summary>Logs in when nobody has, and does the work with a session of its own. Throws <see cref="Pkcs11Exception"/>, also token-timeout.</summary>
    /// <param name="repeatable">False for work that must not be done twice: then only logging in is tried again.</param>
    public T Run<T>(Func<ThreadSession, T> work, bool repeatable = true) => _threads.Run(session => Recovering(session, work, repeatable));

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            _threads.Run(_ => Forget(_login));
        }
        catch (Pkcs11Exception)
        {
            // A token that is gone, or hangs, has no login to end.
        }

        _threads.Dispose();
        _library.Release();
    }

    private T Recovering<T>(ThreadSession session, Func<ThreadSession, T> work, bool repeatable)
    {
        for (Recovery tried = 0; ;)
        {
            var generation = _library.Generation;
            Login? used = null;
            var begun = false;
            try
            {
                using var stay = _library.Enter();
                try
                {
                    Connect(session);
                    begun = true;
                    var result = work(session);
                    if (tried == Recovery.Reload)
                        _library.ReloadHelped();
                    return result;
                }
                catch
                {
                    // After a failed call the state of the session's operation is unknown.
                    used = session.Login ?? _login;
                    Close(session);
                    throw;
                }
            }
            catch (Pkcs11Exception e)
            {
                tried = (Recovery)Math.Max((int)Profile.RecoveryOf(e), (int)tried + 1);
                if ((begun && !repeatable) || !TryRecover(tried, used, generation))
                    throw;
            }
        }
    }

    private bool TryRecover(Recovery recovery, Login? used, int generation) => recovery switch
    {
        Recovery.Retry => true,
        Recovery.Reopen => Forget(used),
        Recovery.Reload => _library.TryReload(generation),
        _ => false,
    };

    // A token is the same when label and serial number are; slots are numbered anew at will.
    private void Connect(ThreadSession session)
    {
        var login = _login;
        if (login is null || login.Generation != _library.Generation)
            login = LogIn();
        if (session.Login == login)
            return;
        Close(session);
        session.Handle = Cryptoki.OpenSession(login.Slot, readWrite: false);
        session.Login = login;
    }

    private Login LogIn()
    {
        lock (_loggingIn)
        {
            if (_login is { } login && login.Generation == _library.Generation)
                return login;
            var token = TokenInfo.All(Cryptoki).Find(t => t.IsSame(Token))
                ?? throw new Pkcs11Exception("token-missing", $"'{_library.Path}' does not show the token '{Token.Label}' (serial {Token.Serial}).");
            var session = Cryptoki.OpenSession(token.Slot, readWrite: false);
            try
            {
                PinLatch.Of(token, TokenUser.Holder).Login(Cryptoki, token, session, _pin);
            }
            catch
            {
                _ = Cryptoki.CloseSession(session);
                throw;
            }

            return _login = new Login(token.Slot, session, _library.Generation);
        }
    }

    /// <summary>The next call logs in anew, unless another thread has done it already.</summary>
    private bool Forget(Login? seen)
    {
        lock (_loggingIn)
        {
            if (seen is null || _login != seen)
                return true;
            _login = null;
        }

        using var stay = _library.Enter();
        if (seen.Generation == _library.Generation)
            _ = Cryptoki.CloseSession(seen.Session);
        return true;
    }

    // What cannot be closed is closed already, or gone with its token.
    private void Close(ThreadSession session)
    {
        if (session.Login?.Generation == _library.Generation)
            _ = Cryptoki.CloseSession(session.Handle);
        session.Login = null;
    }

    private void Leave(ThreadSession session)
    {
        try
        {
            using var stay = _library.Enter();
            Close(session);
        }
        catch (Pkcs11Exception)
        {
            // The library is not initialized: the session went with it.
        }
    }
}
