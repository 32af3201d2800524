using System.Runtime.InteropServices;
using static ELicense.Pkcs11.Native.Constants;
using static ELicense.Pkcs11.Native.ReturnValue;

namespace ELicense.Pkcs11.Native;

/// <summary>The functions of a Cryptoki library with managed arguments; every return value is checked here or given back.</summary>
internal sealed unsafe class Cryptoki
{
    private readonly FunctionList* _functions;

    private Cryptoki(FunctionList* functions) => _functions = functions;

    public static Cryptoki Of(string path, nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "C_GetFunctionList", out var export))
            throw new Pkcs11Exception("module-missing", $"'{path}' is no Cryptoki library: it has no C_GetFunctionList.");
        FunctionList* functions = null;
        Check("C_GetFunctionList", ((delegate* unmanaged[Cdecl]<FunctionList**, CULong>)export)(&functions));
        return new Cryptoki(functions);
    }

    /// <summary>C_Initialize.</summary>
    /// <param name="parameter">A text that some libraries want at the place of pReserved (NSS: LibraryParameters).</param>
    public ReturnValue Begin(string? parameter)
    {
        var text = Marshal.StringToCoTaskMemUTF8(parameter);
        try
        {
            var arguments = new InitializeArguments { Flags = Number(CKF_OS_LOCKING_OK), Reserved = text };
            return Value(_functions->C_Initialize(&arguments));
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>C_Finalize.</summary>
    public ReturnValue Finish() => Value(_functions->C_Finalize(null));

    public ulong[] SlotsWithToken()
    {
        // Asked in two calls; the number may grow between them.
        while (true)
        {
            CULong count;
            Check("C_GetSlotList", _functions->C_GetSlotList(1, null, &count));
            var slots = new CULong[count.Value + 1];
            count = new CULong((nuint)slots.Length);
            fixed (CULong* list = slots)
            {
                var result = Value(_functions->C_GetSlotList(1, list, &count));
                if (result == CKR_BUFFER_TOO_SMALL)
                    continue;
                Check("C_GetSlotList", result);
            }

            return [.. slots.Take((int)count.Value).Select(slot => (ulong)slot.Value)];
        }
    }

    public ReturnValue GetTokenInfo(ulong slot, out NativeTokenInfo info)
    {
        fixed (NativeTokenInfo* pointer = &info)
            return Value(_functions->C_GetTokenInfo(Number(slot), pointer));
    }

    public ReturnValue InitToken(ulong slot, ReadOnlySpan<byte> securityOfficerPin, ReadOnlySpan<byte> label32)
    {
        fixed (byte* pin = securityOfficerPin, label = label32)
            return Value(_functions->C_InitToken(Number(slot), pin, Number(securityOfficerPin.Length), label));
    }

    public void InitPin(ulong session, ReadOnlySpan<byte> userPin)
    {
        fixed (byte* pin = userPin)
            Check("C_InitPIN", _functions->C_InitPIN(Number(session), pin, Number(userPin.Length)));
    }

    public void SetPin(ulong session, ReadOnlySpan<byte> oldPin, ReadOnlySpan<byte> newPin)
    {
        fixed (byte* old = oldPin, fresh = newPin)
            Check("C_SetPIN", _functions->C_SetPIN(Number(session), old, Number(oldPin.Length), fresh, Number(newPin.Length)));
    }

    public ulong OpenSession(ulong slot, bool readWrite)
    {
        CULong session;
        var flags = CKF_SERIAL_SESSION | (readWrite ? CKF_RW_SESSION : 0);
        Check("C_OpenSession", _functions->C_OpenSession(Number(slot), Number(flags), null, null, &session));
        return session.Value;
    }

    public ReturnValue CloseSession(ulong session) => Value(_functions->C_CloseSession(Number(session)));

    public ReturnValue Login(ulong session, ulong user, ReadOnlySpan<byte> pin)
    {
        fixed (byte* pointer = pin)
            return Value(_functions->C_Login(Number(session), Number(user), pointer, Number(pin.Length)));
    }

    public List<ulong> FindObjects(ulong session, Template template)
    {
        fixed (NativeAttribute* attributes = template.Attributes)
            Check("C_FindObjectsInit", _functions->C_FindObjectsInit(Number(session), attributes, Number(template.Attributes.Length)));
        try
        {
            var found = new List<ulong>();
            var part = stackalloc CULong[16];
            CULong count;
            do
            {
                Check("C_FindObjects", _functions->C_FindObjects(Number(session), part, Number(16), &count));
                for (nuint i = 0; i < count.Value; i++)
                    found.Add(part[i].Value);
            }
            while (count.Value > 0);
            Check("C_FindObjectsFinal", _functions->C_FindObjectsFinal(Number(session)));
            return found;
        }
        catch
        {
            // The first failure is the one to tell.
            _ = _functions->C_FindObjectsFinal(Number(session));
            throw;
        }
    }

    /// <returns>Null when the object does not have the attribute or does not show it.</returns>
    public byte[]? GetAttribute(ulong session, ulong handle, ulong type)
    {
        var attribute = new NativeAttribute { Type = Number(type) };
        var result = Value(_functions->C_GetAttributeValue(Number(session), Number(handle), &attribute, Number(1)));
        if (result is CKR_ATTRIBUTE_TYPE_INVALID or CKR_ATTRIBUTE_SENSITIVE)
            return null;
        Check("C_GetAttributeValue", result);
        var value = new byte[attribute.ValueLength.Value];
        fixed (byte* pointer = value)
        {
            attribute.Value = (nint)pointer;
            Check("C_GetAttributeValue", _functions->C_GetAttributeValue(Number(session), Number(handle), &attribute, Number(1)));
        }

        return value.AsSpan(0, (int)attribute.ValueLength.Value).ToArray();
    }

    public void SetAttributes(ulong session, ulong handle, Template template)
    {
        fixed (NativeAttribute* attributes = template.Attributes)
            Check("C_SetAttributeValue", _functions->C_SetAttributeValue(Number(session), Number(handle), attributes, Number(template.Attributes.Length)));
    }

    public void CreateObject(ulong session, Template template)
    {
        CULong handle;
        fixed (NativeAttribute* attributes = template.Attributes)
            Check("C_CreateObject", _functions->C_CreateObject(Number(session), attributes, Number(template.Attributes.Length), &handle));
    }

    public void DestroyObject(ulong session, ulong handle) => Check("C_DestroyObject", _functions->C_DestroyObject(Number(session), Number(handle)));

    public (ulong Public, ulong Private) GenerateKeyPair(ulong session, ulong mechanism, Template publicKey, Template privateKey)
    {
        var native = new Mechanism { Type = Number(mechanism) };
        CULong publicHandle, privateHandle;
        fixed (NativeAttribute* forPublic = publicKey.Attributes, forPrivate = privateKey.Attributes)
        {
            Check("C_GenerateKeyPair", _functions->C_GenerateKeyPair(
                Number(session), &native, forPublic, Number(publicKey.Attributes.Length), forPrivate, Number(privateKey.Attributes.Length),
                &publicHandle, &privateHandle));
        }

        return (publicHandle.Value, privateHandle.Value);
    }

    public ReturnValue SignInit(ulong session, ulong mechanism, ulong key)
    {
        var native = new Mechanism { Type = Number(mechanism) };
        return Value(_functions->C_SignInit(Number(session), &native, Number(key)));
    }

    public ReturnValue Sign(ulong session, ReadOnlySpan<byte> data, Span<byte> signature, out int written)
    {
        var length = Number(signature.Length);
        fixed (byte* from = data, to = signature)
        {
            // An empty span pins to null, which some modules refuse even with length 0.
            byte nothing = 0;
            var result = Value(_functions->C_Sign(Number(session), from is null ? &nothing : from, Number(data.Length), to, &length));
            written = (int)length.Value;
            return result;
        }
    }

    public static void Check(string function, ReturnValue result)
    {
        if (result != CKR_OK)
            throw Pkcs11Exception.Of(function, result);
    }

    private static void Check(string function, CULong result) => Check(function, Value(result));

    private static ReturnValue Value(CULong result) => (ReturnValue)(ulong)result.Value;

    private static CULong Number(ulong value) => new((nuint)value);

    private static CULong Number(int value) => new((nuint)value);
}
