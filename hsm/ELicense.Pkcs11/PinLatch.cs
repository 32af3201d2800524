using System.Collections.Concurrent;
using System.Security.Cryptography;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>
/// Spends tries at a PIN, and remembers for the life of the process which tokens refused theirs: a second try with the same PIN only brings the token nearer to its lock.
/// A token is itself by whatever library it is reached; the holder's PIN and the security officer's are latched apart.
/// </summary>
internal sealed class PinLatch
{
    private static readonly ConcurrentDictionary<(string Manufacturer, string Model, string Serial, TokenUser User), PinLatch> Tokens = new();

    // One try at a time, so that two threads cannot spend two.
    private readonly Lock _gate = new();
    private readonly TokenUser _user;
    private bool _latched;
    private bool _accepted;
    private bool _released;
    private bool _lastTryAllowed;

    private PinLatch(TokenUser user) => _user = user;

    public static PinLatch Of(TokenInfo token, TokenUser user) =>
        Tokens.GetOrAdd((token.Manufacturer, token.Model, token.Serial, user), key => new PinLatch(key.User));

    /// <summary>C_Login. Throws pin-incorrect, pin-latched, pin-unavailable, or what else it says.</summary>
    /// <param name="token">As it is now: its flags tell of tries that others spent.</param>
    public void Login(Cryptoki cryptoki, TokenInfo token, ulong session, PinSource source) =>
        Spend(token, "C_Login", source, pin => cryptoki.Login(session, _user == TokenUser.Holder ? CKU_USER : CKU_SO, pin));

    /// <summary>Any function that takes the PIN and may find it wrong; throws as <see cref="Login"/>.</summary>
    public void Spend(TokenInfo token, string function, PinSource source, Func<byte[], ReturnValue> use)
    {
        var whose = $"{(_user == TokenUser.Holder ? "PIN" : "security officer's PIN")} of {token}";
        var tries = token.Tries(_user);
        lock (_gate)
        {
            if (_latched)
                throw new Pkcs11Exception("pin-latched", $"The {whose} was refused before; it is not tried again until an operator releases it.");
            if (tries.Locked || (tries.FinalTry && !_lastTryAllowed))
                throw new Pkcs11Exception("pin-latched", $"The {whose} is {(tries.Locked ? "locked" : "at its last try")}: an operator must see to it.");

            // Kept by the token itself: a service that is started again and again with a wrong PIN spends one try in all.
            if (tries.CountLow && !_accepted && !_released)
                throw new Pkcs11Exception("pin-latched", $"A wrong {whose} was given since the last login: an operator logs in once with the right one.");
            (_released, _lastTryAllowed) = (false, false);
            var result = Try(source, use);
            _accepted |= result is CKR_OK;
            _latched = result is CKR_PIN_INCORRECT or CKR_PIN_INVALID or CKR_PIN_LEN_RANGE or CKR_PIN_EXPIRED or CKR_PIN_LOCKED;

            // Login is the process's, not the session's (PKCS#11 v2.40 base 5.6.5).
            if (result is not (CKR_OK or CKR_USER_ALREADY_LOGGED_IN))
                throw Pkcs11Exception.Of(function, result, token.ToString());
        }
    }

    /// <summary>An operator's act: the next call tries once.</summary>
    /// <param name="lastTry">Even when a wrong PIN would lock the token.</param>
    public void Release(bool lastTry)
    {
        lock (_gate)
            (_latched, _released, _lastTryAllowed) = (false, true, lastTry);
    }

    private static ReturnValue Try(PinSource source, Func<byte[], ReturnValue> use)
    {
        var pin = source.Read();
        try
        {
            return use(pin);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }
}
