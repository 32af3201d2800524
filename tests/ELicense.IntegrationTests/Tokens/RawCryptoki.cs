using System.Runtime.InteropServices;

namespace ELicense.IntegrationTests.Tokens;

/// <summary>Cryptoki called past the binding, as a fault that it must survive.</summary>
internal static class RawCryptoki
{
    public static void CloseAllSessions(ulong slot)
    {
        var result = C_CloseAllSessions(new CULong((nuint)slot));
        if (result.Value != 0)
            throw new InvalidOperationException($"C_CloseAllSessions gave 0x{result.Value:X}.");
    }

    [DllImport(SoftHsmFixture.ModulePath, CallingConvention = CallingConvention.Cdecl)]
    private static extern CULong C_CloseAllSessions(CULong slot);
}
