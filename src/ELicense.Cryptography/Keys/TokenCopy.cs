using ELicense.Pkcs11;

namespace ELicense.Cryptography.Keys;

/// <summary>One token's copy of a key: in service, or out since its last call failed. Opened when it is first needed and there.</summary>
internal sealed class TokenCopy
{
    private readonly Lock _opening = new();
    private readonly Func<Pkcs11Key> _open;
    private Pkcs11Key? _key;
    private volatile bool _out;
    private int _looking;

    public TokenCopy(Func<Pkcs11Key> open) => _open = open;

    public TokenCopy(Pkcs11Key key)
        : this(() => key)
    {
    }

    public bool IsOut
    {
        get => _out;
        set => _out = value;
    }

    public Pkcs11Key Key()
    {
        lock (_opening)
            return _key ??= _open();
    }

    /// <summary>Asks for the key and puts the copy in service or out of it; what is asked already is not asked twice at a time.</summary>
    /// <returns>Why it is out; null when it is in service.</returns>
    public Pkcs11Exception? Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) == 1)
            return null;
        try
        {
            Key().Probe();
            _out = false;
            return null;
        }
        catch (Pkcs11Exception e)
        {
            _out = true;
            return e;
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }
}
