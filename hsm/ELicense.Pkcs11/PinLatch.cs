using System.Security.Cryptography;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.Constants;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>
/// Logs in, and remembers for the life of the process which tokens refused their PIN: a second try with the same PIN only brings the token nearer to its lock.
/// </summary>
internal static class PinLatch
{
    // One login at a time, so that two threads cannot spend two tries.
    private static readonly Lock Gate = new();
    private static readonly HashSet<(string Module, string Serial)> Latched = [];

    public static void Login(Cryptoki cryptoki, TokenInfo token, ulong session, PinSource source)
    {
        var name = $"token '{token.Label}' (serial {token.Serial})";
        lock (Gate)
        {
            if (Latched.Contains((cryptoki.Path, token.Serial)))
                throw new Pkcs11Exception("pin-latched", $"The PIN of {name} was refused before; it is not tried again until an operator releases it.");
            if (token.PinLocked || token.PinFinalTry)
                throw new Pkcs11Exception("pin-latched", $"The PIN of {name} is {(token.PinLocked ? "locked" : "at its last try")}: an operator must see to it.");
            var pin = source.Read();
            ReturnValue result;
            try
            {
                result = cryptoki.Login(session, CKU_USER, pin);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pin);
            }

            // Login is the process's, not the session's (PKCS#11 v2.40 base 5.6.5).
            if (result is CKR_OK or CKR_USER_ALREADY_LOGGED_IN)
                return;
            if (result is CKR_PIN_INCORRECT or CKR_PIN_INVALID or CKR_PIN_LEN_RANGE or CKR_PIN_EXPIRED or CKR_PIN_LOCKED)
                Latched.Add((cryptoki.Path, token.Serial));
            throw Pkcs11Exception.Of("C_Login", result, name);
        }
    }

    public static void Release(Cryptoki cryptoki, string serial)
    {
        lock (Gate)
            Latched.Remove((cryptoki.Path, serial));
    }
}
