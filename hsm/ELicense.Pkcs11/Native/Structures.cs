using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ELicense.Pkcs11.Native;

// Layouts of pkcs11t.h and pkcs11f.h with the platform's own alignment: 64-bit Unix. (On Windows Cryptoki packs them to one byte.)

/// <summary>CK_C_INITIALIZE_ARGS, and behind it the pReserved of NSS, which has its LibraryParameters at the place of the standard's.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InitializeArguments
{
    public nint CreateMutex;
    public nint DestroyMutex;
    public nint LockMutex;
    public nint UnlockMutex;
    public CULong Flags;
    public nint Reserved;
    public nint ReservedByNss;
}

/// <summary>CK_MECHANISM.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Mechanism
{
    public CULong Type;
    public nint Parameter;
    public CULong ParameterLength;
}

/// <summary>CK_ATTRIBUTE.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeAttribute
{
    public CULong Type;
    public nint Value;
    public CULong ValueLength;
}

/// <summary>CK_TOKEN_INFO; texts are UTF-8 padded with spaces.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeTokenInfo
{
    public Text32 Label;
    public Text32 Manufacturer;
    public Text16 Model;
    public Text16 SerialNumber;
    public CULong Flags;
    public CULong MaxSessionCount;
    public CULong SessionCount;
    public CULong MaxReadWriteSessionCount;
    public CULong ReadWriteSessionCount;
    public CULong MaxPinLength;
    public CULong MinPinLength;
    public CULong TotalPublicMemory;
    public CULong FreePublicMemory;
    public CULong TotalPrivateMemory;
    public CULong FreePrivateMemory;
    public ushort HardwareVersion;
    public ushort FirmwareVersion;
    public Text16 UtcTime;
}

[InlineArray(32)]
internal struct Text32
{
    private byte _first;
}

[InlineArray(16)]
internal struct Text16
{
    private byte _first;
}

/// <summary>CK_FUNCTION_LIST of v2.40: the version, then 68 pointers in the order of pkcs11f.h; here those that are called.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct FunctionList
{
    private const int First = 8;
    private const int Each = 8;

    [FieldOffset(First + (0 * Each))]
    public delegate* unmanaged[Cdecl]<InitializeArguments*, CULong> C_Initialize;

    [FieldOffset(First + (1 * Each))]
    public delegate* unmanaged[Cdecl]<void*, CULong> C_Finalize;

    [FieldOffset(First + (4 * Each))]
    public delegate* unmanaged[Cdecl]<byte, CULong*, CULong*, CULong> C_GetSlotList;

    [FieldOffset(First + (6 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, NativeTokenInfo*, CULong> C_GetTokenInfo;

    [FieldOffset(First + (9 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong> C_InitToken;

    [FieldOffset(First + (10 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, byte*, CULong, CULong> C_InitPIN;

    [FieldOffset(First + (11 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong, CULong> C_SetPIN;

    [FieldOffset(First + (12 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, CULong, void*, void*, CULong*, CULong> C_OpenSession;

    [FieldOffset(First + (13 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, CULong> C_CloseSession;

    [FieldOffset(First + (18 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, CULong, byte*, CULong, CULong> C_Login;

    [FieldOffset(First + (20 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, NativeAttribute*, CULong, CULong*, CULong> C_CreateObject;

    [FieldOffset(First + (22 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, CULong, CULong> C_DestroyObject;

    [FieldOffset(First + (24 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, CULong, NativeAttribute*, CULong, CULong> C_GetAttributeValue;

    [FieldOffset(First + (25 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, CULong, NativeAttribute*, CULong, CULong> C_SetAttributeValue;

    [FieldOffset(First + (26 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, NativeAttribute*, CULong, CULong> C_FindObjectsInit;

    [FieldOffset(First + (27 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, CULong*, CULong, CULong*, CULong> C_FindObjects;

    [FieldOffset(First + (28 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, CULong> C_FindObjectsFinal;

    [FieldOffset(First + (42 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, Mechanism*, CULong, CULong> C_SignInit;

    [FieldOffset(First + (43 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, byte*, CULong, byte*, CULong*, CULong> C_Sign;

    [FieldOffset(First + (59 * Each))]
    public delegate* unmanaged[Cdecl]<CULong, Mechanism*, NativeAttribute*, CULong, NativeAttribute*, CULong, CULong*, CULong*, CULong> C_GenerateKeyPair;
}
