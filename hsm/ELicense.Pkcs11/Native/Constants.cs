namespace ELicense.Pkcs11.Native;

/// <summary>Numbers of pkcs11t.h (PKCS#11 v2.40; the Edwards ones of v3.0) that the house uses.</summary>
internal static class Constants
{
    public const ulong CKF_WRITE_PROTECTED = 0x2;
    public const ulong CKF_USER_PIN_INITIALIZED = 0x8;
    public const ulong CKF_TOKEN_INITIALIZED = 0x400;
    public const ulong CKF_USER_PIN_COUNT_LOW = 0x10000;
    public const ulong CKF_USER_PIN_FINAL_TRY = 0x20000;
    public const ulong CKF_USER_PIN_LOCKED = 0x40000;
    public const ulong CKF_SO_PIN_COUNT_LOW = 0x100000;
    public const ulong CKF_SO_PIN_FINAL_TRY = 0x200000;
    public const ulong CKF_SO_PIN_LOCKED = 0x400000;
    public const ulong CKF_RW_SESSION = 0x2;
    public const ulong CKF_SERIAL_SESSION = 0x4;
    public const ulong CKF_OS_LOCKING_OK = 0x2;

    public const ulong CK_EFFECTIVELY_INFINITE = 0;

    public const ulong CKU_SO = 0;
    public const ulong CKU_USER = 1;

    public const ulong CKO_DATA = 0;
    public const ulong CKO_CERTIFICATE = 1;
    public const ulong CKO_PUBLIC_KEY = 2;
    public const ulong CKO_PRIVATE_KEY = 3;

    public const ulong CKC_X_509 = 0;

    public const ulong CKK_EC = 0x3;
    public const ulong CKK_EC_EDWARDS = 0x40;

    public const ulong CKA_CLASS = 0x0;
    public const ulong CKA_TOKEN = 0x1;
    public const ulong CKA_PRIVATE = 0x2;
    public const ulong CKA_LABEL = 0x3;
    public const ulong CKA_APPLICATION = 0x10;
    public const ulong CKA_VALUE = 0x11;
    public const ulong CKA_CERTIFICATE_TYPE = 0x80;
    public const ulong CKA_ISSUER = 0x81;
    public const ulong CKA_SERIAL_NUMBER = 0x82;
    public const ulong CKA_SUBJECT = 0x101;
    public const ulong CKA_KEY_TYPE = 0x100;
    public const ulong CKA_ID = 0x102;
    public const ulong CKA_SENSITIVE = 0x103;
    public const ulong CKA_ENCRYPT = 0x104;
    public const ulong CKA_DECRYPT = 0x105;
    public const ulong CKA_WRAP = 0x106;
    public const ulong CKA_UNWRAP = 0x107;
    public const ulong CKA_SIGN = 0x108;
    public const ulong CKA_SIGN_RECOVER = 0x109;
    public const ulong CKA_VERIFY = 0x10A;
    public const ulong CKA_VERIFY_RECOVER = 0x10B;
    public const ulong CKA_DERIVE = 0x10C;
    public const ulong CKA_EXTRACTABLE = 0x162;
    public const ulong CKA_NEVER_EXTRACTABLE = 0x164;
    public const ulong CKA_ALWAYS_SENSITIVE = 0x165;
    public const ulong CKA_EC_PARAMS = 0x180;
    public const ulong CKA_EC_POINT = 0x181;
}
