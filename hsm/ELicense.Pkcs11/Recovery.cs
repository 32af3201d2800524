using System.Collections.Frozen;
using ELicense.Pkcs11.Native;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11;

/// <summary>What is done after a failed call, from the least to the most; what does not help is followed by the next.</summary>
public enum Recovery
{
    /// <summary>The call once more in another session: login and handles hold.</summary>
    Retry = 1,

    /// <summary>New sessions and a new login; handles of objects are looked up again.</summary>
    Reopen,

    /// <summary>C_Finalize and C_Initialize, the token found again by its serial number, then as <see cref="Reopen"/>.</summary>
    Reload,

    /// <summary>Nothing helps but a person: the failure is told.</summary>
    Stop,
}

/// <summary>Every return value of PKCS#11 v2.40 and its class (base specification 5.1.1 to 5.1.6).</summary>
internal static class Recoveries
{
    private static readonly FrozenDictionary<ReturnValue, Recovery> Table = new (Recovery Recovery, ReturnValue[] Results)[]
    {
        // The operation came to nothing, and its session's state with it.
        (Recovery.Retry, [CKR_FUNCTION_CANCELED, CKR_FUNCTION_FAILED, CKR_OPERATION_ACTIVE, CKR_OPERATION_NOT_INITIALIZED]),

        // 5.1.2: sessions close when the token goes, a login ends with the last of them, and handles with both.
        (Recovery.Reopen,
            [CKR_SESSION_HANDLE_INVALID, CKR_SESSION_CLOSED, CKR_USER_NOT_LOGGED_IN, CKR_KEY_HANDLE_INVALID, CKR_OBJECT_HANDLE_INVALID, CKR_KEY_CHANGED]),

        // 5.1.1, 5.1.3: the library or its way to the token is gone, or sessions were lost count of; some see a token again only after C_Initialize.
        (Recovery.Reload,
        [
            CKR_CRYPTOKI_NOT_INITIALIZED, CKR_GENERAL_ERROR, CKR_SLOT_ID_INVALID, CKR_TOKEN_NOT_PRESENT, CKR_TOKEN_NOT_RECOGNIZED, CKR_DEVICE_ERROR, CKR_DEVICE_REMOVED,
            CKR_SESSION_COUNT,
        ]),

        // No room, or a refusal: asking again changes nothing.
        (Recovery.Stop,
        [
            CKR_HOST_MEMORY, CKR_DEVICE_MEMORY, CKR_CANCEL, CKR_FUNCTION_REJECTED, CKR_FUNCTION_NOT_PARALLEL, CKR_FUNCTION_NOT_SUPPORTED, CKR_ACTION_PROHIBITED,
            CKR_EXCEEDED_MAX_ITERATIONS, CKR_FIPS_SELF_TEST_FAILED, CKR_LIBRARY_LOAD_FAILED, CKR_TOKEN_WRITE_PROTECTED, CKR_RANDOM_SEED_NOT_SUPPORTED, CKR_RANDOM_NO_RNG,
        ]),

        // A PIN is never tried twice.
        (Recovery.Stop,
        [
            CKR_PIN_INCORRECT, CKR_PIN_INVALID, CKR_PIN_LEN_RANGE, CKR_PIN_EXPIRED, CKR_PIN_LOCKED, CKR_PIN_TOO_WEAK, CKR_NEW_PIN_MODE, CKR_NEXT_OTP,
            CKR_USER_ALREADY_LOGGED_IN, CKR_USER_PIN_NOT_INITIALIZED, CKR_USER_TYPE_INVALID, CKR_USER_ANOTHER_ALREADY_LOGGED_IN, CKR_USER_TOO_MANY_TYPES,
        ]),

        // The call is wrong, or not for this token, session or key.
        (Recovery.Stop,
        [
            CKR_ARGUMENTS_BAD, CKR_BUFFER_TOO_SMALL, CKR_NO_EVENT, CKR_NEED_TO_CREATE_THREADS, CKR_CANT_LOCK, CKR_CRYPTOKI_ALREADY_INITIALIZED, CKR_MUTEX_BAD,
            CKR_MUTEX_NOT_LOCKED, CKR_SAVED_STATE_INVALID, CKR_INFORMATION_SENSITIVE, CKR_STATE_UNSAVEABLE, CKR_SESSION_PARALLEL_NOT_SUPPORTED, CKR_SESSION_READ_ONLY,
            CKR_SESSION_EXISTS, CKR_SESSION_READ_ONLY_EXISTS, CKR_SESSION_READ_WRITE_SO_EXISTS,
        ]),
        (Recovery.Stop,
        [
            CKR_ATTRIBUTE_READ_ONLY, CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_VALUE_INVALID, CKR_TEMPLATE_INCOMPLETE, CKR_TEMPLATE_INCONSISTENT,
            CKR_DOMAIN_PARAMS_INVALID, CKR_CURVE_NOT_SUPPORTED, CKR_PUBLIC_KEY_INVALID, CKR_DATA_INVALID, CKR_DATA_LEN_RANGE, CKR_ENCRYPTED_DATA_INVALID,
            CKR_ENCRYPTED_DATA_LEN_RANGE, CKR_SIGNATURE_INVALID, CKR_SIGNATURE_LEN_RANGE, CKR_MECHANISM_INVALID, CKR_MECHANISM_PARAM_INVALID,
        ]),
        (Recovery.Stop,
        [
            CKR_KEY_SIZE_RANGE, CKR_KEY_TYPE_INCONSISTENT, CKR_KEY_NOT_NEEDED, CKR_KEY_NEEDED, CKR_KEY_INDIGESTIBLE, CKR_KEY_FUNCTION_NOT_PERMITTED, CKR_KEY_NOT_WRAPPABLE,
            CKR_KEY_UNEXTRACTABLE, CKR_UNWRAPPING_KEY_HANDLE_INVALID, CKR_UNWRAPPING_KEY_SIZE_RANGE, CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT, CKR_WRAPPED_KEY_INVALID,
            CKR_WRAPPED_KEY_LEN_RANGE, CKR_WRAPPING_KEY_HANDLE_INVALID, CKR_WRAPPING_KEY_SIZE_RANGE, CKR_WRAPPING_KEY_TYPE_INCONSISTENT,
        ]),
    }.SelectMany(row => row.Results, (row, result) => KeyValuePair.Create(result, row.Recovery)).ToFrozenDictionary();

    /// <summary>All values that have a class.</summary>
    public static IEnumerable<ReturnValue> Classified => Table.Keys;

    /// <summary>Values that the standard does not name, and vendors', stop.</summary>
    public static Recovery Of(ReturnValue result) => Table.GetValueOrDefault(result, Recovery.Stop);
}
