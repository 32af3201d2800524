using System.Collections.Concurrent;
using System.Security.Cryptography;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>
/// Logs in, and remembers for the life of the process which tokens refused their PIN: a second try with the same PIN only brings the token nearer to its lock.
/// A token is itself by whatever library it is reached.
/// </summary>
internal sealed class PinLatch
{
    private static readonly ConcurrentDictionary<(string Manufacturer, string Model, string Serial), PinLatch> Tokens = new();

    // One login at a time to a token, so that two threads cannot spend two tries.
    private readonly Lock _gate = new();
    private bool _latched;
    private bool _accepted;
    private bool _released;

    public static PinLatch Of(TokenInfo token) => Tokens.GetOrAdd((token.Manufacturer, token.Model, token.Serial), _ => new PinLatch());

    /// <summary>Throws pin-incorrect, pin-latched, pin-unavailable, or what else C_Login says.</summary>
    /// <param name="token">As it is now: its flags tell of tries that others spent.</param>
    public void Login(Cryptoki cryptoki, TokenInfo token, ulong session, PinSource source)
    {
        var name = $"token '{token.Label}' (serial {token.Serial})";
        lock (_gate)
        {
            if (_latched)
                throw new Pkcs11Exception("pin-latched", $"The PIN of {name} was refused before; it is not tried again until an operator releases it.");
            if (token.PinLocked || token.PinFinalTry)
                throw new Pkcs11Exception("pin-latched", $"The PIN of {name} is {(token.PinLocked ? "locked" : "at its last try")}: an operator must see to it.");

            // Kept by the token itself: a service that is started again and again with a wrong PIN spends one try in all.
            if (token.PinCountLow && !_accepted && !_released)
                throw new Pkcs11Exception("pin-latched", $"A wrong PIN was given to {name} since the last login: an operator logs in once with the right one.");
            _released = false;
            var result = Try(cryptoki, session, source);
            _accepted |= result is CKR_OK;
            _latched = result is CKR_PIN_INCORRECT or CKR_PIN_INVALID or CKR_PIN_LEN_RANGE or CKR_PIN_EXPIRED or CKR_PIN_LOCKED;

            // Login is the process's, not the session's (PKCS#11 v2.40 base 5.6.5).
            if (result is not (CKR_OK or CKR_USER_ALREADY_LOGGED_IN))
                throw Pkcs11Exception.Of("C_Login", result, name);
        }
    }

    /// <summary>An operator's act: the next login tries once.</summary>
    public void Release()
    {
        lock (_gate)
            (_latched, _released) = (false, true);
    }

    private static ReturnValue Try(Cryptoki cryptoki, ulong session, PinSource source)
    {
        var pin = source.Read();
        try
        {
            return cryptoki.Login(session, CKU_USER, pin);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }
}
